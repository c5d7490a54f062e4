import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { closeDatabase, startDatabase } from './database-start.ts'
import { type Database, type DatabaseAddress, openDatabase } from './db.ts'
import { applyMigrations, isMigrated, readMigrations } from './migrations.ts'

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
    const { address, database } = await createMigrated()
    const last = (await names()).at(-1) ?? ''
    await setup(database)
    // As the release before the last migration left it.
    for (const table of ['FileEntry', 'Upload']) await database.$executeRawUnsafe(`DROP TABLE "${table}"`)
    if (provider === 'postgresql') await database.$executeRawUnsafe('DROP TYPE "UploadState"')
    await database.$executeRawUnsafe(`DELETE FROM _prisma_migrations WHERE migration_name = '${last}'`)
    expect(await isMigrated(database, await readMigrations(provider))).toBe(false)
    const migrated = await start(address)
    expect(await migrated.setup.count()).toBe(1)
    expect(await migrated.fileEntry.count()).toBe(0)
    expect(await isMigrated(migrated, await readMigrations(provider))).toBe(true)
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
