import { Worker } from 'node:worker_threads'
import type { Database, DatabaseAddress } from '../platform/db.ts'

/** What is wrong with the file, in words; nothing when it is sound. The server goes on meanwhile. */
export async function checkFile(address: DatabaseAddress, thorough: boolean, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted()
  const { promise, reject, resolve } = Promise.withResolvers<string[]>()
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { workerData: { address, thorough } })
  // `node --watch` sends messages of its own through the same channel.
  worker.on('message', (message: unknown) => {
    if (Array.isArray(message)) resolve(message as string[])
  })
  worker.once('error', reject)
  worker.once('exit', (code) => reject(new Error(`The check ended with ${code} and no answer.`)))
  const stop = () => {
    reject(signal.reason)
    // It ends when the library returns; nobody waits for that.
    void worker.terminate()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await promise
  } catch (error) {
    // A file that is beyond reading is not a file that could not be looked at.
    const broken = /malformed|not a database/i.exec(String(error))
    if (broken) return [`SQLite cannot read it: ${broken[0]}.`]
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

type Values = Record<string, number | bigint>[]
const first = ([row]: Values): number => Number(Object.values(row ?? {})[0] ?? 0)

/** Brings statistics up to date, the log of writes into the file, and gives back what the file does not need. Bytes. */
export async function tidyFile(database: Database, signal: AbortSignal): Promise<{ size: number; free: number; givenBack: number }> {
  const pages = async () => first(await database.$queryRawUnsafe<Values>('PRAGMA page_count'))
  const freePages = async () => first(await database.$queryRawUnsafe<Values>('PRAGMA freelist_count'))
  await database.$queryRawUnsafe('PRAGMA analysis_limit = 1000')
  await database.$queryRawUnsafe('PRAGMA optimize')
  const pageSize = first(await database.$queryRawUnsafe<Values>('PRAGMA page_size'))
  const before = await pages()
  // Mode 2 is INCREMENTAL, which a file has that this release has made: only then it can become smaller without being written anew. In steps that
  // nobody waits long for.
  if (first(await database.$queryRawUnsafe<Values>('PRAGMA auto_vacuum')) === 2) {
    for (let free = await freePages(); free > 0 && !signal.aborted; ) {
      await database.$queryRawUnsafe('PRAGMA incremental_vacuum(256)')
      const left = await freePages()
      if (left >= free) break
      free = left
      await new Promise(setImmediate)
    }
  }
  await database.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)')
  const after = await pages()
  return { size: after * pageSize, free: (await freePages()) * pageSize, givenBack: Math.max(0, before - after) * pageSize }
}
