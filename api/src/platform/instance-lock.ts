import { DatabaseSync } from 'node:sqlite'
import { StartFault } from './start-fault.ts'

/**
 * Lets one server at a time use a data folder. An exclusive SQLite transaction holds a lock of the file system: it ends
 * with the process however that ends, and it is seen through container walls, unlike a file with a process id in it.
 */
export function lockDataFolder(dataDir: string): { release(): void } {
  const lock = new DatabaseSync(`${dataDir}/instance.lock`)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    throw new StartFault(
      `Another BaluHost is running on the data folder ${dataDir}. Stop it first, or set BALUHOST_DATA_DIR to another folder.`,
    )
  }
  return { release: () => lock.close() }
}
