import { existsSync, statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { type Database, type DatabaseAddress, openDatabase } from './db.ts'
import type { Log } from './log.ts'
import { isMigrated, readMigrations } from './migrations.ts'
import { StartFault } from './start-fault.ts'

/** Files up to this many bytes are checked whole at every start; larger ones would delay it. */
const checkedWholeUpTo = 32 * 1024 * 1024

/** Opens the database, looks whether it is sound, and brings it to the newest migration. Throws StartFault, destroys nothing. */
export async function startDatabase(address: DatabaseAddress, log: Log): Promise<Database> {
  const file = address.provider === 'sqlite' ? address.url.slice('file:'.length) : null
  let database: Database | undefined
  try {
    const existed = file !== null && existsSync(file)
    database = await openDatabase(address)
    if (existed && file && statSync(file).size <= checkedWholeUpTo) await requireSound(database)
    if (!(await isMigrated(database, await readMigrations(address.provider)))) {
      const applied = await applyInWorker(address)
      log.info({ applied }, 'database migrated')
    }
    return database
  } catch (error) {
    await database?.$disconnect().catch(() => {})
    throw startFault(error, address, file)
  }
}

/** After this the file of the database is whole by itself: SQLite would leave what was last written in the `-wal` file beside it. */
export async function closeDatabase(database: Database, { provider }: DatabaseAddress): Promise<void> {
  if (provider === 'sqlite') await database.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => {})
  await database.$disconnect()
}

/** In a worker that ends afterwards: the engine's WebAssembly memory (tens of MB) cannot be given back any other way. */
function applyInWorker(address: DatabaseAddress): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./migration-worker.ts', import.meta.url), { workerData: address })
    // `node --watch` sends messages of its own through the same channel.
    worker.on('message', (message: unknown) => {
      if (Array.isArray(message)) resolve(message as string[])
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The migration ended with ${code} and no answer.`)))
  })
}

async function requireSound(database: Database): Promise<void> {
  const rows = await database.$queryRawUnsafe<{ quick_check: string }[]>('PRAGMA quick_check(1)')
  if (rows[0]?.quick_check !== 'ok') throw new Error(`database disk image is malformed: ${rows[0]?.quick_check}`)
}

function startFault(error: unknown, address: DatabaseAddress, file: string | null): StartFault {
  const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
  if (file && /malformed|not a database|SQLITE_(CORRUPT|NOTADB)/i.test(String(error))) {
    return new StartFault(
      `The database file ${file} is damaged (${reason}). Nothing was changed. Copy the file away, then restore it from a backup, or recover it with: sqlite3 ${file} .recover`,
    )
  }
  const where = file ?? new URL(address.url).host
  return new StartFault(`The database (${address.provider}, ${where}) cannot be used: ${reason}`)
}
