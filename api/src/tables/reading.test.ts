import { sqltag as sql } from '@prisma/client/runtime/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders, turnableClock } from '../../test/nas.ts'
import { testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { reading } from './bounded.ts'
import { askRows, readAll, readPageOf, readRows } from './test-browser.ts'

const entry = (id: number, name: string, rest: Partial<{ ownerId: string; size: bigint }> = {}) => ({
  id,
  parentId: 900,
  name,
  sortKey: name,
  extension: '',
  isFolder: false,
  size: 0n,
  modifiedMicros: 0n,
  identity: String(id),
  ...rest,
})

/** So many files in a folder of their own, quickly. */
async function manyFiles(database: Database, folder: number, count: number): Promise<void> {
  await database.$executeRawUnsafe(
    `INSERT INTO "FileEntry" ("id", "parentId", "name", "sortKey", "extension", "isFolder", "size", "modifiedMicros", "identity")
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      SELECT ${folder} + i, ${folder}, 'f' || i, 'f', '', false, i, 0, 'x' FROM n`,
  )
}

describe.each(await testedProviders())('reading tables on %s', (provider) => {
  const clock = turnableClock()
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
  })
  afterAll(() => nas.close())

  test('rows that are added while one pages are neither shown twice nor make others missing', async () => {
    const names = ['b', 'd', 'f', 'h', 'j']
    await nas.database.fileEntry.createMany({ data: names.map((name, at) => entry(910 + at * 2, name)) })
    const filters = [{ column: 'parentId', operator: 'EQUALS', value: '900' }]
    for (const orderBy of [undefined, { column: 'name', direction: 'ASC' }, { column: 'name', direction: 'DESC' }]) {
      const first = await readPageOf(admin, 'FileEntry', { filters, first: 2, orderBy })
      expect(first.pageInfo.hasNextPage).toBe(true)
      const [before, behind] = orderBy?.direction === 'DESC' ? ['z', 'a'] : ['a', 'z']
      await nas.database.fileEntry.createMany({ data: [entry(901, before), entry(990, behind)] })
      const rest: string[] = []
      let after = first.pageInfo.endCursor
      while (after !== null) {
        const page = await readPageOf(admin, 'FileEntry', { filters, first: 2, orderBy, after })
        rest.push(...page.nodes.map(({ values }) => String(values['name'])))
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      }
      const seen = [...first.nodes.map(({ values }) => String(values['name'])), ...rest]
      expect(seen).toEqual([...(orderBy?.direction === 'DESC' ? names.toReversed() : names), behind])
      await nas.database.fileEntry.deleteMany({ where: { id: { in: [901, 990] } } })
    }
  })

  test('without a value comes first, and pages go on across the border', async () => {
    const rows = [entry(800, 'p'), entry(801, 'q', { ownerId: 'u2' }), entry(802, 'r'), entry(803, 's', { ownerId: 'u1' })]
    await nas.database.fileEntry.createMany({ data: rows.map((row) => ({ ...row, parentId: 799 })) })
    const filters = [{ column: 'parentId', operator: 'EQUALS', value: '799' }]
    const names = async (direction: string) =>
      (await readAll(admin, 'FileEntry', { filters, first: 1, orderBy: { column: 'ownerId', direction } })).map(({ name }) => name)
    expect(await names('ASC')).toEqual(['p', 'r', 's', 'q'])
    expect(await names('DESC')).toEqual(['q', 's', 'r', 'p'])
  })

  test.each([
    ['ärger', ['Ärger.txt', 'ÄRGER']],
    ['ÄRGER', ['Ärger.txt', 'ÄRGER']],
    ['RGER', ['Ärger.txt', 'ÄRGER']],
    ['ССР', ['ссср']],
    ['100%_', ['100%_\\x']],
    ['\\X', ['100%_\\x']],
    ["o'b", ["O'Brien"]],
    ['%', ['100%_\\x']],
    ['straße', ['Straße']],
  ])('text that holds “%s”', async (value, expected) => {
    const names = ['Ärger.txt', 'ÄRGER', 'ссср', '100%_\\x', "O'Brien", 'Straße']
    await nas.database.fileEntry.deleteMany({ where: { parentId: 700 } })
    await nas.database.fileEntry.createMany({ data: names.map((name, at) => ({ ...entry(701 + at, name), parentId: 700 })) })
    const filters = [{ column: 'parentId', operator: 'EQUALS', value: '700' }]
    const found = await readRows(admin, 'FileEntry', { filters: [...filters, { column: 'name', operator: 'CONTAINS', value }] })
    expect(found.map(({ name }) => name)).toEqual(expected)
    expect((await readRows(admin, 'FileEntry', { filters, search: value })).map(({ name }) => name)).toEqual(expected)
  })

  test('what is wrong with a question has its code', async () => {
    const ask = async (variables: Record<string, unknown>) => (await askRows(admin, 'AuditEntry', variables)) as unknown
    const filter = (column: string, operator: string, value?: string, upTo?: string) => ({ filters: [{ column, operator, value, upTo }] })
    expect(await askRows(admin, 'Nothing')).toMatchObject({ code: 'TABLE_NOT_FOUND', field: 'name' })
    expect(await askRows(admin, '_prisma_migrations')).toMatchObject({ code: 'TABLE_NOT_FOUND' })
    expect(await askRows(admin, '"AuditEntry" --')).toMatchObject({ code: 'TABLE_NOT_FOUND' })
    expect(await ask({ columns: ['id" FROM "User" --'] })).toMatchObject({ code: 'COLUMN_NOT_OFFERED', field: 'columns' })
    expect(await ask({ columns: ['toString'] })).toMatchObject({ code: 'COLUMN_NOT_OFFERED' })
    expect(await ask({ columns: ['__proto__'] })).toMatchObject({ code: 'COLUMN_NOT_OFFERED' })
    expect(await ask(filter('action', 'GREATER', 'x'))).toMatchObject({ code: 'OPERATOR_NOT_OFFERED', field: 'filters' })
    for (const value of ['x', '1.5', '', '1e3', '99999999999999999', '1; DROP TABLE "User"'])
      expect(await ask(filter('sequence', 'EQUALS', value)), value).toMatchObject({ code: 'FILTER_VALUE_INVALID' })
    for (const value of ['yesterday', '2026-01-01', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00'])
      expect(await ask(filter('at', 'LESS', value)), value).toMatchObject({ code: 'FILTER_VALUE_INVALID' })
    expect(await ask(filter('at', 'BETWEEN', '2026-01-01T00:00:00Z'))).toMatchObject({ code: 'FILTER_VALUE_INVALID' })
    expect(await ask(filter('address', 'IS_EMPTY', 'x'))).toMatchObject({ code: 'FILTER_VALUE_INVALID' })
    expect(await ask(filter('action', 'EQUALS'))).toMatchObject({ code: 'FILTER_VALUE_INVALID' })
    expect(await ask(filter('action', 'CONTAINS', 'a\u0000'))).toMatchObject({ code: 'FILTER_VALUE_INVALID' })
    expect(await ask({ search: 'x'.repeat(257) })).toMatchObject({ code: 'FILTER_VALUE_INVALID', field: 'search' })
    expect(await ask({ filters: Array.from({ length: 21 }, () => filter('action', 'EQUALS', 'x').filters[0]) })).toMatchObject({
      code: 'FILTER_VALUE_INVALID',
    })
    const cursor = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    for (const after of [
      'x',
      '',
      cursor(null),
      cursor(['AuditEntry', null, 'DESC', null, '1']),
      cursor(['User', null, 'ASC', null, '1']),
      cursor(['AuditEntry', null, 'ASC', null, 1]),
      cursor(['AuditEntry', null, 'ASC', null, '1', '2']),
      cursor(['AuditEntry', 'hash', 'ASC', null, 'a', '1']),
      cursor(['AuditEntry', null, 'ASC', true, '1']),
    ])
      expect(await ask({ after }), after).toMatchObject({ code: 'CURSOR_INVALID', field: 'after' })
    expect(await ask({ after: cursor(['AuditEntry', null, 'ASC', null, '0']), first: 1 })).toMatchObject({ nodes: [{}] })
  })

  test('a page has two hundred rows at most', async () => {
    await manyFiles(nas.database, 10_000_000, 250)
    const page = await readPageOf(admin, 'FileEntry', { first: 500 })
    expect(page.nodes).toHaveLength(200)
    expect(page.pageInfo.hasNextPage).toBe(true)
  })

  test('a search that takes long gives a short page that says so, and goes on from there', async () => {
    await manyFiles(nas.database, 20_000_000, 5_000)
    const request = {
      columns: ['name'],
      filters: [{ column: 'name', operator: 'EQUALS' as const, value: 'f4999' }],
      search: null,
      order: null,
    }
    // Each look at the clock is half a second later.
    const monotonic = clock.monotonic.bind(clock)
    let looked = 0
    clock.monotonic = () => monotonic() + 500 * looked++
    try {
      let page = await nas.services.tables.rows(testActor('ada', 'ADMIN'), 'FileEntry', { ...request, after: null, limit: 50 })
      expect(page).toMatchObject({ rows: [], hasNextPage: true, scannedAll: false })
      const found = [...page.rows]
      let pages = 1
      while (page.hasNextPage) {
        page = await nas.services.tables.rows(testActor('ada', 'ADMIN'), 'FileEntry', { ...request, after: page.endCursor, limit: 50 })
        found.push(...page.rows)
        pages += 1
      }
      expect(page.scannedAll).toBe(true)
      expect(pages).toBeGreaterThan(2)
      expect(found.map(({ values }) => values)).toEqual([{ name: 'f4999' }])
    } finally {
      clock.monotonic = monotonic
    }
  })

  test('a long table is counted up to a bound, and sorted by what has an index only', async () => {
    const summary = async () => {
      const { data } = await admin.graphql('{ databaseTable(name: "FileEntry") { rowCount rowCountExact size columns { name sortable } } }')
      const { columns, ...rest } = data.databaseTable as { columns: { name: string; sortable: boolean }[]; rowCount: number }
      return { ...rest, sortable: columns.filter((column) => column.sortable).map(({ name }) => name) }
    }
    const short = await summary()
    expect(short).toMatchObject({ rowCount: await nas.database.fileEntry.count(), rowCountExact: true })
    expect(short.sortable).toHaveLength(14)
    await manyFiles(nas.database, 30_000_000, 100_001)
    const long = await summary()
    expect(long).toMatchObject({ rowCount: 100_000, rowCountExact: false, size: provider === 'sqlite' ? null : expect.any(Number) })
    expect(long.sortable).toEqual(provider === 'sqlite' ? ['id', 'parentId', 'identity'] : ['id', 'parentId'])
    const orderBy = (column: string) => ({ orderBy: { column, direction: 'ASC' }, first: 1 })
    expect(await askRows(admin, 'FileEntry', orderBy('size'))).toMatchObject({ code: 'SORT_NOT_OFFERED' })
    expect(await askRows(admin, 'FileEntry', orderBy('parentId'))).toMatchObject({ nodes: [{}] })
    await nas.database.fileEntry.deleteMany({ where: { id: { gt: 900 } } })
  })

  test('who looks is written down once a minute, with how often', async () => {
    await readRows(admin, 'Setup')
    const entries = () =>
      nas.database.auditEntry.findMany({ where: { action: 'database.read', target: 'Group' }, orderBy: { sequence: 'asc' } })
    for (let round = 0; round < 3; round++)
      await readRows(admin, 'Group', { filters: [{ column: 'name', operator: 'EQUALS', value: 'Family' }] })
    expect(await entries()).toMatchObject([{ actorName: 'ada', result: 'ok', details: { filtered: ['name'] } }])
    // What the values were is nobody's business.
    expect(JSON.stringify(await entries())).not.toContain('Family')
  })

  test('nobody but administrators may look, and who tries is written down', async () => {
    await admin.createUser({ username: 'ben', password: goodPassword })
    const ben = nas.client()
    await ben.signIn('ben', goodPassword)
    expect(await askRows(ben, 'User')).toMatchObject({ code: 'FORBIDDEN' })
    for (const query of ['{ databaseTables { name } }', '{ databaseHealth { size } }']) {
      const { errors } = await ben.graphql(query)
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
    const refused = await nas.database.auditEntry.findMany({
      where: { action: 'database.read', result: 'FORBIDDEN' },
      orderBy: { sequence: 'asc' },
    })
    expect(refused).toMatchObject([
      { actorName: 'ben', target: 'User' },
      { actorName: 'ben', target: null },
      { actorName: 'ben', target: null },
    ])
    const { data } = await admin.createApiKey({ scopes: ['audit:read', 'settings:manage', 'users:manage'] })
    const program = nas.client()
    program.key = data.createApiKey.key
    expect(await askRows(program, 'User')).toMatchObject({ code: 'FORBIDDEN' })
    const allowed = nas.client()
    allowed.key = (await admin.createApiKey({ scopes: ['database:read'] })).data.createApiKey.key
    expect(await readRows(allowed, 'User')).toHaveLength(2)
  })

  test('how the database is', async () => {
    const { data, errors } = await admin.graphql(
      '{ databaseHealth { provider version size sound finding checkedAt connections mostConnections } }',
    )
    expect(errors).toBeUndefined()
    expect(data.databaseHealth).toMatchObject(
      provider === 'sqlite'
        ? { provider: 'SQLITE', sound: true, finding: null, checkedAt: expect.any(String), connections: null, mostConnections: null }
        : { provider: 'POSTGRESQL', sound: null, checkedAt: null, connections: expect.any(Number), mostConnections: expect.any(Number) },
    )
    expect(data.databaseHealth.size).toBeGreaterThan(100_000)
    expect(data.databaseHealth.version).toMatch(/^\d+\.\d+/)
  })

  test.runIf(provider === 'postgresql')('a statement that takes longer than two seconds is given up', async () => {
    const work = reading(nas.database, provider, (transaction) => transaction.$queryRaw(sql`SELECT pg_sleep(10)::text`))
    await expect(work).rejects.toMatchObject({ code: 'READ_TOO_LONG' })
    const write = reading(nas.database, provider, (transaction) => transaction.$executeRaw(sql`DELETE FROM "Setup"`))
    await expect(write).rejects.toThrow(/read-only/)
  })

  test('what was read again and again is one entry with a count, once the server stops', async () => {
    const after = await nas.restart()
    nas = after
    const repeated = await nas.database.auditEntry.findMany({
      where: { action: 'database.read', target: 'Group' },
      orderBy: { sequence: 'asc' },
    })
    expect(repeated.map(({ details }) => details)).toMatchObject([{ filtered: ['name'] }, { times: 2, filtered: ['name'] }])
  })
})
