import { z } from 'zod'
import { breathe, rowsPerStatement } from '../files/rows.ts'
import { defineJobKind } from '../jobs/kind.ts'
import type { VersionStore } from './store.ts'

const dayMs = 86_400_000

/** Removes versions that the rules let go, those of files that are gone, and bytes that no version knows. */
export function versionPrune(store: VersionStore, wakeRemovals: () => void) {
  const { clock, database } = store.deps
  return defineJobKind({
    name: 'version_prune',
    description: 'Removes old contents of files that are not to be kept any longer.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({
      removed: z.int().describe('Versions that the rules let go.'),
      orphans: z.int().describe('Versions of files that are gone, and files that no version knows.'),
      bytes: z.int().describe('Bytes of the versions.'),
    }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'version_prune', exclusive: true }],
    run: async ({ signal, progress, log }) => {
      let [removed, orphans, bytes] = [0, 0, 0]
      for (let after = 0; ; ) {
        signal.throwIfAborted()
        const files = await database.fileVersion.groupBy({
          by: ['entryId'],
          where: { entryId: { gt: after } },
          orderBy: { entryId: 'asc' },
          take: rowsPerStatement,
        })
        const ids = files.map(({ entryId }) => entryId)
        const known = new Set((await database.fileEntry.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(({ id }) => id))
        for (const id of ids) {
          signal.throwIfAborted()
          after = id
          if (known.has(id)) {
            const gone = await store.trim(id)
            removed += gone.length
            for (const { size } of gone) bytes += Number(size)
          } else {
            const { _count, _sum } = await database.fileVersion.aggregate({ where: { entryId: id }, _count: true, _sum: { size: true } })
            await store.discardOf([id])
            orphans += _count
            bytes += Number(_sum.size ?? 0n)
          }
          progress({ done: removed + orphans, total: null, unit: 'ITEMS' })
        }
        if (files.length < rowsPerStatement) break
        await breathe()
      }
      orphans += await dropUnknown(store, signal, new Date(clock.now().getTime() - dayMs))
      wakeRemovals()
      if (removed + orphans > 0) await log('INFO', `Removed ${removed + orphans} versions with ${bytes} bytes.`)
      return { removed, orphans, bytes }
    },
  })
}

/** Bytes without a row, where nobody has touched them for a day. */
async function dropUnknown(store: VersionStore, signal: AbortSignal, before: Date): Promise<number> {
  let count = 0
  await using folder = await store.open()
  for await (const batch of folder.names()) {
    signal.throwIfAborted()
    const names = batch.map(({ raw }) => raw.toString())
    const known = new Set<string>()
    for (let at = 0; at < names.length; at += rowsPerStatement) {
      const rows = await store.deps.database.fileVersion.findMany({
        where: { storedAs: { in: names.slice(at, at + rowsPerStatement) } },
        select: { storedAs: true },
      })
      for (const { storedAs } of rows) known.add(storedAs)
    }
    for (const name of names) {
      if (known.has(name)) continue
      const stat = await folder.look(name)
      if (!stat?.isFile() || stat.ctime >= before) continue
      await folder.removeFile(name)
      count += 1
    }
  }
  return count
}
