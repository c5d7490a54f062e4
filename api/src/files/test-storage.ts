import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { pino } from 'pino'
import type { AuditRecord } from '../audit/model.ts'
import type { Actor, Role, SignedInActor } from '../auth/model.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { type Database, type DatabaseAddress, type DatabaseProvider, openDatabase } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { applyMigrations } from '../platform/migrations.ts'
import { TrashBin } from '../trash/bin.ts'
import { recoverTrash } from '../trash/recovery.ts'
import { recoverVersions } from '../versions/recovery.ts'
import { type VersionRules, versionRules } from '../versions/settings.ts'
import { VersionStore } from '../versions/store.ts'
import { Jail } from './jail.ts'
import { Removals, type RemovalsDeps } from './removals.ts'
import { FilesService } from './service.ts'
import { FileTree } from './tree.ts'
import { FolderWatcher } from './watcher.ts'

const postgresServer = process.env['BALUHOST_TEST_POSTGRES_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres'

/** A database of its own with all tables, on either provider. */
export async function createTestDatabase(
  provider: DatabaseProvider,
): Promise<{ database: Database; address: DatabaseAddress; drop: () => Promise<void> }> {
  if (provider === 'sqlite') {
    const folder = mkdtempSync(`${tmpdir()}/baluhost-db-`)
    const address: DatabaseAddress = { provider, url: `file:${folder}/test.db` }
    await applyMigrations(address)
    const database = await openDatabase(address)
    const drop = async () => {
      await database.$disconnect()
      rmSync(folder, { recursive: true, force: true })
    }
    return { database, address, drop }
  }
  const name = `files_${createId()}`
  const admin = await openDatabase({ provider, url: postgresServer })
  await admin.$executeRawUnsafe(`CREATE DATABASE ${name}`)
  const url = new URL(postgresServer)
  url.pathname = name
  const address: DatabaseAddress = { provider, url: url.href }
  await applyMigrations(address)
  const database = await openDatabase(address)
  const drop = async () => {
    await database.$disconnect()
    await admin.$executeRawUnsafe(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.$disconnect()
  }
  return { database, address, drop }
}

/** False, and said loudly, where no PostgreSQL server can be reached. */
export async function hasPostgres(): Promise<boolean> {
  try {
    const client = await openDatabase({ provider: 'postgresql', url: postgresServer })
    await client.$queryRawUnsafe('SELECT 1')
    await client.$disconnect()
    return true
  } catch {
    console.warn(`NOT TESTED on PostgreSQL: no server answers at ${new URL(postgresServer).host}`)
    return false
  }
}

export interface TestStorage {
  readonly folder: string
  readonly bus: Bus
  readonly jail: Jail
  readonly tree: FileTree
  readonly removals: Removals
  readonly trash: TrashBin
  readonly versions: VersionStore
  /** As administrators would have set it. */
  readonly kept: { rules: VersionRules }
  readonly files: FilesService
  readonly audited: AuditRecord[]
  close(): Promise<void>
}

/** The files domain on a folder of its own; the rows of an earlier one are removed. Without `handOver` no deletion becomes a job. */
export async function createTestStorage(
  database: Database,
  at?: string,
  { handOver }: Pick<RemovalsDeps, 'handOver'> = {},
): Promise<TestStorage> {
  const folder = at ?? mkdtempSync(`${tmpdir()}/baluhost-storage-`)
  mkdirSync(folder, { recursive: true })
  if (!at) {
    await database.fileEntry.deleteMany()
    await database.upload.deleteMany()
    await database.trashItem.deleteMany()
    await database.fileVersion.deleteMany()
  }
  const bus = new Bus()
  const log = pino({ level: 'silent' })
  const jail = new Jail(folder)
  const kept = { rules: versionRules.preset }
  const versions = new VersionStore({ database, jail, clock: systemClock, log, rules: () => kept.rules })
  const tree = new FileTree({ database, jail, bus, clock: systemClock, onUnnameable: () => {}, versions })
  const watcher = new FolderWatcher({ tree, bus, log })
  const removals = new Removals({
    ...{ database, jail, log, ...(handOver ? { handOver } : {}) },
    beforeRows: async (ids) => {
      if ((await versions.discardOf(ids)) > 0) removals.wake()
    },
  })
  const trash = new TrashBin({ tree, removals, log })
  const audited: AuditRecord[] = []
  const audit = { record: async (_actor: Actor, record: AuditRecord) => void audited.push(record) }
  const files = new FilesService({ tree, watcher, removals, trash, audit, log })
  await files.start()
  await recoverVersions(versions)
  await recoverTrash(trash, log)
  const close = async () => {
    await trash.sizes.stop()
    await versions.stop()
    await files.stop()
    bus.close()
    await jail.close()
    if (!at) rmSync(folder, { recursive: true, force: true })
  }
  return { folder, bus, jail, tree, removals, trash, versions, kept, files, audited, close }
}

export function testActor(username: string, role: Role = 'USER'): SignedInActor {
  return {
    kind: 'user',
    userId: `id-${username}`,
    username,
    role,
    sessionId: 's',
    expiresAt: new Date(8.64e15),
    scopes: null,
    confirmedAt: new Date(),
    mustEnrol: false,
    address: '127.0.0.1',
    client: null,
    requestId: 'r',
  }
}
