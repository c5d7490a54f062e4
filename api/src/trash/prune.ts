import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { TrashBin } from './bin.ts'
import { expiryOf, type TrashRow } from './model.ts'
import type { TrashRetention } from './settings.ts'

const atOnce = 100

export interface TrashPruneDeps {
  readonly bin: TrashBin
  readonly retention: () => TrashRetention
  /** Bytes of the file system that the storage is on. */
  readonly diskSize: () => Promise<number>
}

/** Deletes for good what was in the trash long enough, and the oldest of what is more than a person's trash may hold. */
export function trashPrune({ bin, retention, diskSize }: TrashPruneDeps) {
  const { clock, database } = bin.deps.tree.deps
  return defineJobKind({
    name: 'trash_prune',
    description: 'Deletes for good what was in the trash long enough, and the oldest of what is more than a person’s trash may hold.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({
      expired: z.int().describe('Items that were in the trash long enough.'),
      overSize: z.int().describe('Items that were more than a trash may hold.'),
      bytes: z.int().describe('Bytes of both, as far as they were counted.'),
    }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'trash_prune', exclusive: true }],
    run: async ({ signal, progress, log }) => {
      const { days, percent } = retention()
      let [count, bytes] = [0, 0]
      const discard = async (items: readonly Pick<TrashRow, 'id'>[]) => {
        signal.throwIfAborted()
        const gone = await bin.discard(
          items.map(({ id }) => id),
          null,
        )
        for (const { size } of gone) bytes += Number(size ?? 0n)
        count += gone.length
        progress({ done: count, total: null, unit: 'ITEMS', item: gone[0]?.path ?? null })
        return gone.length
      }
      const limit = expiryOf(clock.now(), -days)
      while (limit) {
        const items = await database.trashItem.findMany({
          where: { state: 'KEPT', deletedAt: { lte: limit } },
          select: { id: true },
          take: atOnce,
        })
        if (items.length === 0 || (await discard(items)) === 0) break
      }
      const expired = count
      const most = percent === 0 ? Number.POSITIVE_INFINITY : Math.floor(((await diskSize()) * percent) / 100)
      const trashes = await database.trashItem.groupBy({ by: ['ownerId'], where: { state: 'KEPT' }, _sum: { size: true } })
      for (const { ownerId, _sum } of trashes) {
        let over = Number(_sum.size ?? 0n) - most
        while (over > 0) {
          const oldest = await database.trashItem.findMany({ where: { state: 'KEPT', ownerId }, orderBy: { id: 'asc' }, take: atOnce })
          const going: TrashRow[] = []
          for (const item of oldest) {
            if (over <= 0) break
            going.push(item)
            over -= Number(item.size ?? 0n)
          }
          if (going.length === 0 || (await discard(going)) === 0) break
        }
      }
      if (count > 0) await log('INFO', `Deleted ${count} items with ${bytes} bytes for good.`)
      return { expired, overSize: count - expired, bytes }
    },
  })
}
