import { pino } from 'pino'
import type { AuditService } from '../audit/service.ts'
import { Revocations } from '../auth/revocations.ts'
import { Sessions } from '../auth/sessions.ts'
import { createFiles } from '../files/compose.ts'
import { OpenFolder } from '../files/open-folder.ts'
import { createJobs } from '../jobs/compose.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock as clock } from '../platform/clock.ts'
import { createAdapter, openDatabase } from '../platform/db.ts'
import { SettingsService } from '../settings/service.ts'
import { versionRules } from '../versions/settings.ts'
import { UserChanges } from './changes.ts'
import { UserDeletions } from './deletion.ts'
import { Homes } from './homes.ts'

/** The part of a server that changes accounts, as it is after a start: what the last one left unfinished is done. */
export async function startPeople(url: string, folder: string) {
  const database = await openDatabase({ provider: 'sqlite', url })
  const bus = new Bus()
  const log = pino({ level: 'silent' })
  const audit = { record: async () => {} } as unknown as AuditService
  const jobs = createJobs({ database, provider: 'sqlite', bus, clock, log, audit })
  const storage = createFiles({ storageDir: folder, database, bus, clock, log, audit, jobs, versionRules: () => versionRules.preset })
  const revocations = new Revocations({ database, bus, clock, log })
  const sessions = new Sessions({ database, bus, clock, settings: new SettingsService({ database, bus, clock, audit }), revocations })
  const homes = new Homes({ database, folders: storage.homeFolders })
  const changes = new UserChanges({ database, clock, audit, sessions, revocations, homes })
  const deletions = new UserDeletions({ database, clock, audit, sessions, revocations, homes, log, dropAvatar: async () => {} })
  await storage.start()
  const failures: unknown[] = []
  await homes.resume((_userId, error) => failures.push(error))
  await deletions.resume()
  const close = async () => {
    await storage.stop()
    bus.close()
    await database.$disconnect()
  }
  return { database, changes, deletions, files: storage.files, failures, close }
}

/** Calls `onStep` before and after every statement that changes a database, COMMIT too, in this process from now on. */
export async function stepInStatements(onStep: () => void): Promise<void> {
  const url = 'file::memory:'
  // What Prisma talks to: its own hooks are passed over inside transactions.
  const factory = (await createAdapter({ provider: 'sqlite', url })) as unknown as { createClient(config: { url: string }): object }
  const prototype = Object.getPrototypeOf(factory.createClient({ url })) as {
    execute(statement: string | { sql: string }): Promise<unknown>
  }
  const { execute } = prototype
  prototype.execute = async function (statement) {
    const sql = typeof statement === 'string' ? statement : statement.sql
    if (/^\s*(SELECT|BEGIN|PRAGMA)/i.test(sql)) return execute.call(this, statement)
    onStep()
    const result = await execute.call(this, statement)
    onStep()
    return result
  }
}

/** The same for folders, in this process from now on. */
export function stepInFolders(onStep: () => void): void {
  for (const name of ['makeFolder', 'moveOver', 'removeFolder', 'removeFile'] as const) {
    const original = OpenFolder.prototype[name] as (this: OpenFolder, ...args: unknown[]) => Promise<void>
    Object.defineProperty(OpenFolder.prototype, name, {
      value: async function (this: OpenFolder, ...args: unknown[]) {
        onStep()
        await original.apply(this, args)
        onStep()
      },
    })
  }
}
