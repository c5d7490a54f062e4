import { existsSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { pino } from 'pino'
import { AuditService } from '../audit/service.ts'
import { Revocations } from '../auth/revocations.ts'
import { Sessions } from '../auth/sessions.ts'
import type { Env } from '../env.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { closeDatabase } from '../platform/database-start.ts'
import { type Database, openDatabase } from '../platform/db.ts'
import { isDataFolderInUse, lockFile } from '../platform/instance-lock.ts'
import { type Rotation, rotateMasterKey } from '../platform/key-rotation.ts'
import { isMigrated, readMigrations } from '../platform/migrations.ts'
import { readSecrets } from '../platform/secrets.ts'
import { StartFault } from '../platform/start-fault.ts'
import { SettingsService } from '../settings/service.ts'
import { HomeNameTaken } from '../users/errors.ts'
import { AccountRescue } from '../users/rescue.ts'
import { type HomeMaker, UsersService } from '../users/service.ts'
import { databaseAddress } from './database-address.ts'
import { sealedWith } from './sealed.ts'

/** What whoever has a shell on the machine can do, beside a running server or without one. */
export interface Shell {
  readonly database: Database
  readonly audit: AuditService
  readonly users: UsersService
  readonly rescue: AccountRescue
  /** Throws StartFault where the key is not ours to change, or somebody else is changing it. */
  rotateKey(): Promise<Rotation>
  dispose(): Promise<void>
}

/** The composition root of commands on the machine. Makes nothing that is not there: an empty database would hide a wrong folder. */
export async function openShell(env: Env): Promise<Shell> {
  const address = databaseAddress(env)
  const keyFile = `${env.dataDir}/master-key`
  const credential = env.masterKeyCredential && existsSync(env.masterKeyCredential) ? env.masterKeyCredential : null
  if (address.provider === 'sqlite')
    requireFile(address.url.slice('file:'.length), 'Set BALUHOST_DATA_DIR to the data folder of the server.')
  if (!credential) {
    requireFile(
      keyFile,
      'Set BALUHOST_DATA_DIR to the data folder of the server. Where systemd gives the key as a credential, set CREDENTIALS_DIRECTORY to the folder with the file baluhost-master-key.',
    )
  }
  const secrets = await readSecrets({ file: keyFile, credential })
  const database = await openDatabase(address)
  const undo = new AsyncDisposableStack()
  undo.defer(() => closeDatabase(database, address))
  try {
    const migrated = await isMigrated(database, await readMigrations(address.provider))
    if (!migrated) throw new StartFault('The database is of another release. Start the server of this release once, then try again.')
    const clock = systemClock
    const bus = new Bus()
    const headFile = `${env.dataDir}/audit-head`
    // The end of the chain is remembered by the server alone: two processes would write one file.
    const audit = new AuditService({
      database,
      provider: address.provider,
      bus,
      clock,
      secrets,
      log: pino({ level: 'silent' }),
      headFile: null,
    })
    undo.defer(() => audit.stop())
    const settings = new SettingsService({ database, bus, clock, audit })
    await settings.load()
    // Not started: what ends here is written down for the server, which has the connections.
    const revocations = new Revocations({ database, bus, clock, log: pino({ level: 'silent' }) })
    const sessions = new Sessions({ database, bus, clock, settings, revocations })
    const users = new UsersService({ database, clock, audit, homes: homesOfShell(env.storageDir) })
    const rescue = new AccountRescue({ database, clock, audit, sessions, revocations })
    const stack = undo.move()
    return {
      database,
      audit,
      users,
      rescue,
      async rotateKey() {
        if (credential) {
          throw new StartFault(
            `The master key is given by systemd (${credential}) and cannot be changed from here. docs/operations/secrets.md says how to.`,
          )
        }
        const lock = lockFile(`${env.dataDir}/rotation.lock`, 'The master key is being rotated by somebody else.')
        try {
          return await rotateMasterKey({
            file: keyFile,
            ...sealedWith({ database, clock, headFile }),
            mayBeWritten: isDataFolderInUse(env.dataDir),
          })
        } finally {
          lock.release()
        }
      },
      dispose: () => stack.disposeAsync(),
    }
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

/** Homes are made by the server, at the first sign-in: it alone changes the storage. From here it is only looked at. */
function homesOfShell(storageDir: string): HomeMaker {
  const requireFree = async (username: string) => {
    // Where the storage is away, nobody can say what stands in it.
    if (!existsSync(storageDir)) throw new StartFault(`There is no ${storageDir}. Set BALUHOST_STORAGE_DIR to the storage of the server.`)
    const standing = await lstat(`${storageDir}/${username}`).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    })
    if (standing) throw new HomeNameTaken(username)
  }
  return { requireFree, make: ({ username }) => requireFree(username), ensure: async () => {} }
}

function requireFile(file: string, advice: string): void {
  if (!existsSync(file)) throw new StartFault(`There is no ${file}. ${advice}`)
}
