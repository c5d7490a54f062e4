import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { closeDatabase, startDatabase } from './database-start.ts'
import { type Database, type DatabaseAddress, openDatabase } from './db.ts'
import { applyMigrations, isMigrated, type Migration, readMigrations } from './migrations.ts'

const log = pino({ level: 'silent' })

describe.each(await testedProviders())('migrations on %s', (provider) => {
  const undo: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step()
  })

  /** A database without any table, as at the first start. */
  const createEmpty = async (): Promise<DatabaseAddress> => {
    if (provider === 'sqlite') {
      const folder = mkdtempSync(`${tmpdir()}/baluhost-migration-`)
      undo.push(() => rmSync(folder, { recursive: true }))
      return { provider, url: `file:${folder}/new.db` }
    }
    const { address, database, drop } = await createTestDatabase(provider)
    undo.push(drop)
    await database.$executeRawUnsafe('DROP SCHEMA public CASCADE')
    await database.$executeRawUnsafe('CREATE SCHEMA public')
    return address
  }
  const createMigrated = async () => {
    const { address, database, drop } = await createTestDatabase(provider)
    undo.push(drop)
    return { address, database }
  }
  const start = async (address: DatabaseAddress): Promise<Database> => {
    const database = await startDatabase(address, log)
    undo.push(() => closeDatabase(database, address))
    return database
  }
  /** As the engine leaves it when it has applied these and no others. */
  const applyByHand = async (database: Database, migrations: readonly Migration[]) => {
    await database.$executeRawUnsafe(`CREATE TABLE _prisma_migrations (
      id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
      finished_at ${provider === 'sqlite' ? 'DATETIME' : 'TIMESTAMPTZ'}, migration_name VARCHAR(255) NOT NULL, logs TEXT,
      rolled_back_at ${provider === 'sqlite' ? 'DATETIME' : 'TIMESTAMPTZ'},
      started_at ${provider === 'sqlite' ? 'DATETIME' : 'TIMESTAMPTZ'} NOT NULL DEFAULT current_timestamp,
      applied_steps_count INTEGER NOT NULL DEFAULT 0)`)
    for (const [index, { name, sql }] of migrations.entries()) {
      for (const statement of sql.split(/;\s*$/m).filter((part) => part.replace(/^--.*$/gm, '').trim())) {
        await database.$executeRawUnsafe(statement)
      }
      const checksum = createHash('sha256').update(sql).digest('hex')
      await database.$executeRawUnsafe(
        `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
         VALUES ('${index}', '${checksum}', current_timestamp, '${name}', 1)`,
      )
    }
  }
  /** A row of a table that today's client does not know any more in this form. `choice` is a column of an enum type. */
  const insert = async (database: Database, table: string, row: Record<string, unknown>, choice?: [string, string]) => {
    const places = Object.keys(row).map((_, index) => (provider === 'sqlite' ? '?' : `$${index + 1}`))
    const columns = [...Object.keys(row), ...(choice ? [choice[0]] : [])]
    const values = [...places, ...(choice ? [`'${choice[1]}'`] : [])]
    await database.$executeRawUnsafe(
      `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${values.join(', ')})`,
      ...Object.values(row),
    )
  }
  const names = async () => (await readMigrations(provider)).map(({ name }) => name)
  const setup = (database: Database) => database.setup.create({ data: { id: 1, completedAt: new Date('2026-11-20T20:00:00Z') } })

  test('all are applied to an empty database, and none again', async () => {
    const address = await createEmpty()
    expect(await applyMigrations(address)).toEqual(await names())
    expect(await applyMigrations(address)).toEqual([])
    const database = await openDatabase(address)
    undo.push(() => database.$disconnect())
    expect(await isMigrated(database, await readMigrations(provider))).toBe(true)
    await setup(database)
    expect(await database.setup.count()).toBe(1)
  })

  test('the server applies them at its first start, and its second start changes nothing', async () => {
    const address = await createEmpty()
    const first = await start(address)
    await setup(first)
    const rows = () => first.$queryRawUnsafe<{ finished_at: unknown }[]>('SELECT * FROM _prisma_migrations ORDER BY id')
    const before = await rows()
    const second = await start(address)
    expect(await second.setup.count()).toBe(1)
    expect(await rows()).toEqual(before)
  })

  test('one that is pending is applied to a database with data', async () => {
    const address = await createEmpty()
    const old = await openDatabase(address)
    // As the release before the last migration left it: its tables, and what people had in them.
    const last = (await readMigrations(provider)).findIndex(({ name }) => name.endsWith('_accounts'))
    await applyByHand(old, (await readMigrations(provider)).slice(0, last))
    const at = new Date('2026-11-20T20:00:00Z')
    await insert(
      old,
      'User',
      { id: 'u1', username: 'Ada', usernameKey: 'ada', email: 'ada@example.org', passwordHash: 'h', createdAt: at },
      ['role', 'ADMIN'],
    )
    await insert(old, 'Session', { id: 's1', tokenHash: 't', userId: 'u1', createdAt: at, expiresAt: at })
    await insert(old, 'Setup', { id: 1, completedAt: at })
    // Not in the order of their age, as rows may lie.
    for (const id of ['01c', '01a', '01b']) {
      await insert(old, 'AuditEntry', { id, at, actorId: 'u1', actorName: 'Ada', action: 'auth.signIn', target: id, result: 'ok' })
    }
    expect(await isMigrated(old, await readMigrations(provider))).toBe(false)
    await old.$disconnect()

    const migrated = await start(address)
    expect(await isMigrated(migrated, await readMigrations(provider))).toBe(true)
    expect(await migrated.setup.count()).toBe(1)
    expect(await migrated.user.findMany({ select: { id: true, username: true, email: true, role: true, passwordHash: true } })).toEqual([
      { id: 'u1', username: 'Ada', email: 'ada@example.org', role: 'ADMIN', passwordHash: 'h' },
    ])
    expect(await migrated.session.count()).toBe(0)
    const entries = await migrated.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    expect(entries.map(({ sequence, id, target, hash }) => [sequence, id, target, hash])).toEqual([
      [1, '01a', '01a', ''],
      [2, '01b', '01b', ''],
      [3, '01c', '01c', ''],
    ])
    expect(entries[0]).toMatchObject({ at, actorId: 'u1', actorName: 'Ada', action: 'auth.signIn', result: 'ok', keyId: null })
  })

  test('a database is only migrated with exactly these migrations, whole and unchanged', async () => {
    const { database } = await createMigrated()
    const migrations = await readMigrations(provider)
    const [first, ...rest] = migrations
    if (!first) throw new Error('there are no migrations')
    expect(await isMigrated(database, migrations)).toBe(true)
    expect(await isMigrated(database, [{ ...first, sql: `${first.sql} ` }, ...rest])).toBe(false)
    expect(await isMigrated(database, [...migrations, { name: '29990101000000_more', sql: '' }])).toBe(false)
    expect(await isMigrated(database, rest)).toBe(false)
    await database.$executeRawUnsafe(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${first.name}'`)
    expect(await isMigrated(database, migrations)).toBe(false)
  })

  test('one that failed half-way stops the start with a fault that names it', async () => {
    const { address, database } = await createMigrated()
    const last = (await names()).at(-1) ?? ''
    await database.$executeRawUnsafe(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${last}'`)
    await expect(start(address)).rejects.toThrow(/The database \(.*\) cannot be used: \S/)
  })

  test('a database of something else is left alone', async () => {
    const address = await createEmpty()
    const database = await openDatabase(address)
    undo.push(() => database.$disconnect())
    await database.$executeRawUnsafe('CREATE TABLE "Theirs" (id INTEGER)')
    await expect(start(address)).rejects.toThrow(/The database \(.*\) cannot be used: \S/)
    const tables =
      provider === 'sqlite'
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('User', 'Theirs')"
        : "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name IN ('User', 'Theirs')"
    expect(await database.$queryRawUnsafe(tables)).toEqual([{ name: 'Theirs' }])
  })
})
