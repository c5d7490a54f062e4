import { FileNotFound, storageProblem } from './errors.ts'
import type { Jail } from './jail.ts'
import type { OpenFolder } from './open-folder.ts'
import { reservedName } from './path.ts'
import type { UploadRow } from './uploads.ts'

const spoolPath: readonly string[] = [reservedName, 'spool']

/** The bytes of uploads that nobody can see yet, on the storage's own file system: a file each, or one for all parts of a file. */
export class Spool {
  readonly #jail: Jail

  constructor(jail: Jail) {
    this.#jail = jail
  }

  open(): Promise<OpenFolder> {
    return this.#jail.walk(spoolPath)
  }
}

/** The name of the spool file that an upload's bytes are in. */
export function spoolNameOf(row: Pick<UploadRow, 'id' | 'spoolId'>): string {
  return row.spoolId ?? row.id
}

/** Makes the file of a new upload. Throws STORAGE_FULL where a file of this size could not be held at all. */
export async function createSpooled(spool: OpenFolder, name: string, length: number): Promise<void> {
  const handle = await spool.createFile(name)
  try {
    await handle.truncate(length)
    await handle.truncate(0)
  } catch (error) {
    await dropSpooled(spool, name)
    throw storageProblem(error, '/')
  } finally {
    await handle.close()
  }
}

/** Gives the space back; nothing to do when it is gone already. */
export async function dropSpooled(spool: OpenFolder, name: string): Promise<void> {
  try {
    await spool.removeFile(name)
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error
  }
}
