import { DatabaseSync } from 'node:sqlite'
import { StartFault } from './start-fault.ts'

/** SQLITE_BUSY: somebody else holds the lock. */
const busy = 5

/**
 * Lets one server at a time use a data folder. An exclusive SQLite transaction holds a lock of the file system: it ends
 * with the process however that ends, and it is seen through container walls, unlike a file with a process id in it.
 */
export function lockDataFolder(dataDir: string): { release(): void } {
  const file = `${dataDir}/instance.lock`
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file)
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    const held = lock
    return { release: () => held.close() }
  } catch (error) {
    lock?.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) {
      throw new StartFault(
        `Another BaluHost is running on the data folder ${dataDir}. Stop it first, or set BALUHOST_DATA_DIR to another folder.`,
      )
    }
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartFault(`The file ${file} cannot be used as a lock (${reason}). It holds no data: delete it and start again.`)
  }
}
