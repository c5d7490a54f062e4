import { z } from 'zod'
import type { Actor } from '../auth/model.ts'
import { defineJobKind } from '../jobs/kind.ts'
import { openStates } from '../jobs/model.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Database } from '../platform/db.ts'
import type { RemovalCause, Removals } from './removals.ts'

const name = 'file_removal'

/** Gives back the space of what was deleted, where that takes long. What it removes has left the tree already. */
export function fileRemoval(removals: Pick<Removals, 'drain'>) {
  return defineJobKind({
    name,
    description: 'Removes what was deleted for good from the disk, where that takes longer than a moment.',
    class: 'FILES',
    input: z.strictObject({ path: z.string().nullable().describe('What was deleted first; null for what a stop interrupted.') }),
    result: z.strictObject({ removed: z.int().describe('Files and folders, with those that were deleted meanwhile.') }),
    afterCrash: 'RESUME',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: 'What was deleted for good is not in the tree any more; stopping would only keep its space.',
    schedulable: false,
    outlivesActor: true,
    subject: ({ path }) => path,
    locks: () => [{ name: 'file_removal', exclusive: true }],
    run: async ({ signal, progress }) => {
      const onRemoved = (done: number, item: string) => progress({ done, total: null, unit: 'ITEMS', item })
      return { removed: await removals.drain({ signal, onRemoved }) }
    },
  })
}

/** Puts that job into the queue in the name of who deleted, unless one is there: it removes what comes meanwhile as well. */
export function handOverRemovals({ database, queue }: { readonly database: Database; readonly queue: JobQueue }) {
  return async (cause: RemovalCause | null): Promise<void> => {
    if ((await database.job.count({ where: { kind: name, state: { in: openStates } } })) > 0) return
    const system: Actor = { kind: 'system', reason: 'deletion' }
    const wish = { kind: name, input: { path: cause?.path ?? null } }
    try {
      await queue.add(cause?.actor ?? system, wish)
    } catch {
      // Whoever has as many jobs as an account may have: the space comes back all the same.
      await queue.add(system, wish)
    }
  }
}
