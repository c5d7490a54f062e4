import { statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file whole or not at all, with these rights, and has it on the disk when it returns. */
export async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const temporary = `${file}.new`
  await rm(temporary, { force: true })
  const handle = await open(temporary, 'wx', mode)
  try {
    await handle.writeFile(text)
    // Written by root on behalf of the server, it must stay the server's.
    const before = statSync(file, { throwIfNoEntry: false })
    if (before && process.getuid?.() === 0) await handle.chown(before.uid, before.gid)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
  const folder = await open(dirname(file))
  await folder.sync().finally(() => folder.close())
}
