import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { attempt } from '../../test/two-factor.ts'

interface Entry {
  readonly sequence: number
  readonly action: string
  readonly actorName: string
  readonly target: string | null
  readonly result: string
}

const fields =
  'sequence id at actorId actorName keyId address client requestId action target result hash changes { name before after } details { name value }'
const log = `query ($first: Int, $after: String, $filter: AuditFilter) { auditLog(first: $first, after: $after, filter: $filter) {
  totalCount nodes { ${fields} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
const check = 'mutation { verifyAuditLog { ... on Job { id kind actorName } ... on Problem { code } } }'

describe.each(await testedProviders())('the audit log on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  let third = ''

  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
    for (const name of ['Übung', 'a_b', 'a%b', 'axb', '=1+1', 'back\\slash'])
      await ben.graphql('mutation ($input: CreateFolderInput!) { createFolder(input: $input) { __typename } }', {
        input: { path: `/ben/${name}` },
      })
    await ben.graphql('mutation { createFolder(input: { path: "/anna/x" }) { __typename } }')
  })
  afterAll(() => nas.close())

  const find = async (filter: object | null, page: { first?: number; after?: string } = {}) => {
    const { data, errors } = await admin.graphql(log, { ...page, filter })
    expect(errors).toBeUndefined()
    return data.auditLog as {
      nodes: Entry[]
      totalCount: number | null
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string }
    }
  }
  const targets = async (filter: object) => (await find(filter)).nodes.map(({ target }) => target)

  test('pages go from the newest to the oldest, each entry once, whatever is added meanwhile', async () => {
    const { totalCount } = await find(null)
    const seen: number[] = []
    let after: string | undefined
    for (;;) {
      const page: Awaited<ReturnType<typeof find>> = await find(null, { first: 3, ...(after ? { after } : {}) })
      expect(page.nodes.length).toBeLessThanOrEqual(3)
      expect(page.pageInfo.hasPreviousPage).toBe(after !== undefined)
      seen.push(...page.nodes.map(({ sequence }) => sequence))
      if (after === undefined) await admin.graphql('mutation { createFolder(input: { path: "/Shared/meanwhile" }) { __typename } }')
      if (!page.pageInfo.hasNextPage) break
      after = page.pageInfo.endCursor
    }
    expect(seen).toEqual(Array.from({ length: totalCount ?? 0 }, (_, index) => (totalCount ?? 0) - index))
  })

  test('filters by who, what, on what, from where, when and how it ended', async () => {
    const { nodes } = await find({ actor: 'BEN' })
    expect(nodes.length).toBeGreaterThan(5)
    expect(new Set(nodes.map(({ actorName }) => actorName))).toEqual(new Set(['ben']))
    const id = (await nas.database.user.findFirstOrThrow({ where: { username: 'ben' } })).id
    expect((await find({ actor: id })).nodes).toEqual(nodes)
    expect((await find({ actor: 'anonymous', actions: ['auth.completeSetup'] })).nodes).toHaveLength(1)
    expect(await targets({ actions: ['users.'] })).toEqual(['ben'])
    expect(new Set((await find({ actions: ['users.create', 'auth.'] })).nodes.map(({ action }) => action.split('.')[0]))).toEqual(
      new Set(['users', 'auth']),
    )
    expect((await find({ result: 'refused' })).nodes).toHaveLength(1)
    expect((await find({ result: 'PATH_OUTSIDE_STORAGE' })).nodes.length + (await find({ result: 'FILE_NOT_FOUND' })).nodes.length).toBe(1)
    expect((await find({ address: '127.0.0.1' })).nodes.length).toBeGreaterThan(5)
    expect((await find({ address: '127.0.0.2' })).nodes).toEqual([])
    expect((await find({ keyId: 'none' })).nodes).toEqual([])
    expect((await find({ until: '2020-01-01T00:00:00Z' })).nodes).toEqual([])
    expect((await find({ since: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z', actor: 'ben' })).nodes).toEqual(nodes)
    expect((await find({ actor: 'ben' })).totalCount).toBeNull()
  })

  test('text in targets is text, whatever the case of letters, and nothing else', async () => {
    expect(await targets({ target: 'übung' })).toEqual(['/ben/Übung'])
    expect(await targets({ target: 'A_B' })).toEqual(['/ben/a_b'])
    expect(await targets({ target: 'a%b' })).toEqual(['/ben/a%b'])
    expect(await targets({ target: '\\SLASH' })).toEqual(['/ben/back\\slash'])
    expect(await targets({ target: "' OR 1=1 --" })).toEqual([])
  })

  test.each([
    [{ target: '' }, 'target'],
    [{ target: 'x'.repeat(257) }, 'target'],
    [{ actions: [] }, 'actions'],
    [{ since: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }, 'until'],
  ])('the filter %j is INVALID_INPUT', async (filter, field) => {
    const { errors } = await admin.graphql(log, { filter })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', field })
  })

  test.each(['x', '-1', '1.5', '99999999999', ''])('the cursor %j is INVALID_INPUT', async (after) => {
    const { errors } = await admin.graphql(log, { after })
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
  })

  test('is for administrators, and keys of theirs with its scope', async () => {
    for (const document of ['{ auditLog { nodes { id } } }', '{ auditState { entryCount } }', '{ securityOverview { findings { code } } }'])
      expect((await ben.graphql(document)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await ben.graphql(check)).data.verifyAuditLog).toEqual({ code: 'FORBIDDEN' })
    expect((await ben.fetch('/audit/export')).status).toBe(403)
    expect((await nas.client().fetch('/audit/export')).status).toBe(401)
    expect((await find({ actor: 'ben', actions: ['audit.'] })).nodes.map(({ action, result }) => [action, result])).toEqual([
      ['audit.export', 'FORBIDDEN'],
      ['audit.verify', 'FORBIDDEN'],
    ])
    const live = ben.live()
    const stream = live.iterate({ query: 'subscription { auditEntryAdded { id } }' })
    expect((await stream.next()).value.errors[0].extensions.code).toBe('FORBIDDEN')
    await live.dispose()
  })

  test('how long it is kept is for administrators in person to change, and a time that cannot be is refused', async () => {
    const asked = async (client: Client) => {
      const { data, errors } = await client.graphql('{ auditRetention { days } }')
      return errors?.[0]?.extensions.code ?? data.auditRetention.days
    }
    const change = (client: Client, days: number) => attempt(client, `updateAuditRetention(input: { days: ${days} })`)
    expect([await asked(admin), await asked(ben), await asked(nas.client())]).toEqual([365, 'FORBIDDEN', 'UNAUTHENTICATED'])
    expect((await change(ben, 400)).code).toBe('FORBIDDEN')
    await nas.database.session.updateMany({ data: { confirmedAt: new Date(0) } })
    expect((await change(admin, 400)).code).toBe('CONFIRMATION_REQUIRED')
    await nas.database.session.updateMany({ data: { confirmedAt: new Date() } })
    for (const days of [29, -1, 36_501]) expect((await change(admin, days)).code).toBe('INVALID_INPUT')
    expect(await asked(admin)).toBe(365)
    for (const days of [0, 400]) {
      expect((await change(admin, days)).__typename).toBe('AuditRetention')
      expect(await asked(admin)).toBe(days)
    }
    const { nodes } = await find({ actions: ['settings.change'], target: 'audit.retention' })
    const wrong = Array(3).fill('INVALID_INPUT')
    expect(nodes.map(({ result }) => result)).toEqual(['ok', 'ok', ...wrong, 'CONFIRMATION_REQUIRED', 'FORBIDDEN'])
  })

  test('people see what concerns their own sign-in, and nobody else’s', async () => {
    await nas.client().signIn('ben', 'not the password')
    const mine = async (client: Client) =>
      (await client.graphql('{ myActivity(first: 50) { nodes { action actorName target result } } }')).data.myActivity.nodes as Entry[]
    const bens = await mine(ben)
    expect(bens[0]).toEqual({ action: 'auth.signIn', actorName: 'anonymous', target: 'ben', result: 'SIGN_IN_FAILED' })
    expect(new Set(bens.map(({ action }) => action.split('.')[0]))).toEqual(new Set(['auth']))
    expect((await mine(admin)).filter(({ target }) => target === 'ben')).toEqual([])
  })

  test('the live tail begins with the newest entry that matches, and goes on with what is added', async () => {
    const live = admin.live()
    const stream = live.iterate<{ auditEntryAdded: Entry | null }>({
      query: 'subscription ($filter: AuditFilter) { auditEntryAdded(filter: $filter) { sequence target } }',
      variables: { filter: { actions: ['files.createFolder'], actor: adminName, target: 'tail' } },
    })
    expect((await stream.next()).value.data).toEqual({ auditEntryAdded: null })
    const make = (client: Client, path: string) =>
      client.graphql('mutation ($input: CreateFolderInput!) { createFolder(input: $input) { __typename } }', { input: { path } })
    await make(ben, '/ben/tail 1')
    await make(admin, '/Shared/other')
    await make(admin, '/Shared/Tail 2')
    expect((await stream.next()).value.data.auditEntryAdded.target).toBe('/Shared/Tail 2')
    const other = live.iterate<{ auditEntryAdded: Entry | null }>({ query: 'subscription { auditEntryAdded { target } }' })
    expect((await other.next()).value.data.auditEntryAdded.target).toBe('/Shared/Tail 2')
    await live.dispose()
  })

  test('an export streams all that match, oldest first, harmless to table programs, and is written down', async () => {
    const response = await admin.fetch('/audit/export?format=csv&actor=ben&actions=files.')
    expect(response.headers.get('content-disposition')).toMatch(/attachment; filename="audit-.*\.csv"/)
    const lines = (await response.text()).trim().split('\r\n')
    expect(lines[0]).toBe('sequence,id,at,actorId,actorName,keyId,address,client,requestId,action,target,result,before,after,details,hash')
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(
      (await find({ actor: 'ben', actions: ['files.'] })).nodes.map(({ sequence }) => sequence).reverse(),
    )
    const jsonl = await (await admin.fetch('/audit/export?format=jsonl')).text()
    const rows = jsonl
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1))
    expect(rows.at(-1)).toMatchObject({ action: 'audit.export', details: { format: 'jsonl' } })
    const [stored] = await nas.database.auditEntry.findMany({ where: { sequence: 5 } })
    expect(rows[4]).toEqual(JSON.parse(JSON.stringify(stored)))
    for (const wrong of ['format=xml', 'since=yesterday', 'target='.padEnd(400, 'x')])
      expect((await admin.fetch(`/audit/export?${wrong}`)).status).toBe(422)
  })

  test('who signs out while an export runs gets no more of it', async () => {
    const eve = nas.client()
    await eve.signIn(adminName, goodPassword)
    const response = await eve.fetch('/audit/export?format=jsonl')
    await eve.graphql('mutation { signOut { __typename } }')
    // Short as it is it may have arrived whole; what matters is that nothing is left waiting.
    await response.text().catch(() => {})
    expect((await eve.fetch('/audit/export')).status).toBe(401)
  })

  /** Has the whole log looked at. Returns how the job ended and what is known of the check. */
  const verified = async (client: Client) => {
    const { id } = (await client.graphql(check)).data.verifyAuditLog
    const ended = async () => (await client.graphql('query ($id: ID!) { job(id: $id) { state endedAt error { code } } }', { id })).data.job
    await expect.poll(async () => (await ended()).endedAt, { timeout: 20_000 }).not.toBeNull()
    const { auditState } = (
      await client.graphql(
        '{ auditState { firstSequence lastSequence lastCheck { checked intact faultCount reason faults { kind sequence until } } } }',
      )
    ).data
    return { job: await ended(), ...auditState }
  }

  test('a check is a job that looks at all, is written down, and finds what was changed', async () => {
    const { job, firstSequence, lastCheck, lastSequence } = await verified(admin)
    expect(job).toMatchObject({ state: 'SUCCEEDED', error: null })
    expect(lastCheck).toEqual({ checked: expect.any(Number), intact: true, faultCount: 0, reason: null, faults: [] })
    expect(firstSequence).toBe(1)
    expect(lastCheck.checked).toBeGreaterThan(10)
    expect(lastCheck.checked).toBeLessThanOrEqual(lastSequence)
    const where = { sequence: 3 }
    third = (await nas.database.auditEntry.findUniqueOrThrow({ where })).actorName
    await nas.database.auditEntry.update({ where, data: { actorName: 'nobody' } })
    const found = await verified(admin)
    expect(found.job).toMatchObject({ state: 'FAILED', error: { code: 'AUDIT_DAMAGED' } })
    expect(found.lastCheck).toMatchObject({ intact: false, faultCount: 1, faults: [{ kind: 'EDITED', sequence: 3, until: 3 }] })
    const findings = (await admin.graphql('{ securityOverview { findings { code severity count subjects } unavailable } }')).data
      .securityOverview
    expect(findings.unavailable).toEqual([])
    expect(findings.findings[0]).toMatchObject({ severity: 'CRITICAL' })
    expect(findings.findings.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['ADMIN_WITHOUT_SECOND_FACTOR', 'AUDIT_BROKEN', 'FAILED_SIGN_INS', 'USER_WITHOUT_SECOND_FACTOR']),
    )
  })

  test('what was written while the server went down is there after its start, and whole', async () => {
    await nas.database.auditEntry.update({ where: { sequence: 3 }, data: { actorName: third } })
    nas = await nas.restart()
    admin.cookie = null
    const again = nas.client()
    await again.signIn(adminName, goodPassword)
    expect((await verified(again)).lastCheck).toMatchObject({ intact: true, reason: null })
    admin = again
  })
})
