import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StartFault } from './start-fault.ts'

/** SQLITE_BUSY: somebody else holds the lock. */
const busy = 5

export interface FileLock {
  release(): void
}

/**
 * Lets one process at a time hold the file. An exclusive SQLite transaction holds a lock of the file system: it ends with
 * the process however that ends, and it is seen through container walls, unlike a file with a process id in it. Throws
 * StartFault: `held` when somebody else has it.
 */
export function lockFile(file: string, held: string): FileLock {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file)
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    const open = lock
    return { release: () => open.close() }
  } catch (error) {
    lock?.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) throw new StartFault(held)
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartFault(`The file ${file} cannot be used as a lock (${reason}). It holds no data: delete it and start again.`)
  }
}

/** Lets one server at a time use a data folder. */
export function lockDataFolder(dataDir: string): FileLock {
  return lockFile(
    `${dataDir}/instance.lock`,
    `Another BaluHost is running on the data folder ${dataDir}. Stop it first, or set BALUHOST_DATA_DIR to another folder.`,
  )
}

/** Whether a server is running on the data folder now. */
export function isDataFolderInUse(dataDir: string): boolean {
  const file = `${dataDir}/instance.lock`
  // Not made here: a file of another user could not be locked by the server.
  if (!existsSync(file)) return false
  try {
    lockFile(file, '').release()
    return false
  } catch {
    return true
  }
}
