import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { tables } from './allow-list.ts'
import type { ColumnKind } from './columns.ts'
import { readModels } from './test-models.ts'

const models = readModels()
const kinds: Record<string, readonly ColumnKind[]> = {
  String: ['id', 'text'],
  Int: ['number'],
  BigInt: ['number'],
  Float: ['decimal'],
  Boolean: ['flag'],
  DateTime: ['time'],
  Json: ['json'],
  // Bytes can only be hidden.
  Bytes: [],
}

test('there are models to compare with', () => {
  expect(models.length).toBeGreaterThan(15)
  expect(models.find(({ name }) => name === 'User')?.columns.map(({ name }) => name)).toContain('passwordHash')
})

test('every model has its table, and every table its model', () => {
  expect([...tables.keys()].sort()).toEqual(models.map(({ name }) => name).sort())
})

test.each(models.map((model) => [model.name, model] as const))('%s has an entry for each column, true to its model', (name, model) => {
  const table = tables.get(name)
  expect([...(table?.columns.keys() ?? [])].sort(), 'a line for each column: shown or hidden').toEqual(
    model.columns.map((column) => column.name).sort(),
  )
  for (const column of model.columns) {
    const entry = table?.columns.get(column.name)
    if (!entry?.shown) continue
    expect(kinds[column.type] ?? ['choice'], column.name).toContain(entry.kind)
    expect(entry.optional, column.name).toBe(column.optional)
  }
  expect(table?.key).toEqual(model.key)
  for (const column of model.key) expect(table?.columns.get(column)?.shown, 'pages go on by the key').toBe(true)
  for (const column of table?.indexed ?? []) expect([...model.indexed]).toContain(column)
})

/** Whoever shows one of these, or hides one more, changes this list with the decision to. */
test('what is hidden', () => {
  const hidden = [...tables.values()].flatMap(({ columns, name }) =>
    [...columns].filter(([, { shown }]) => !shown).map(([column]) => `${name}.${column}`),
  )
  expect(hidden.sort()).toEqual([
    'ApiKey.keyHash',
    'Challenge.data',
    'Challenge.tokenHash',
    'Invitation.tokenHash',
    'Job.checkpoint',
    'Job.idempotencyKey',
    'Job.input',
    'Job.leaseToken',
    'Job.origin',
    'Job.result',
    'Passkey.credentialId',
    'Passkey.publicKey',
    'RecoveryCode.codeHash',
    'RememberedBrowser.tokenHash',
    'Schedule.input',
    'Schedule.origin',
    'Session.tokenHash',
    'Setting.value',
    'Totp.secret',
    'Upload.metadata',
    'User.passwordHash',
  ])
})

describe.each(await testedProviders())('the tables that are there on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterAll(() => drop())

  test('are those of the list, with the same columns', async () => {
    const rows = await database.$queryRawUnsafe<{ table: string; column: string }[]>(
      provider === 'sqlite'
        ? `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'`
        : `SELECT table_name::text AS "table", column_name::text AS "column" FROM information_schema.columns WHERE table_schema = 'public'`,
    )
    // The index of names that SQLite's search keeps is no table of ours: nobody is offered it.
    const own = rows.filter(({ table }) => !/^(_prisma_migrations$|sqlite_|FileSearch(_|$))/.test(table))
    const listed = [...tables.values()].flatMap(({ columns, name }) => [...columns.keys()].map((column) => `${name}.${column}`))
    expect(listed.sort()).toEqual(own.map(({ table, column }) => `${table}.${column}`).sort())
  })
})
