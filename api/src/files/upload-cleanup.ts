import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { UploadsService } from './uploads.ts'

/** Gives back the space of uploads that nobody goes on with. */
export function uploadCleanup(uploads: Pick<UploadsService, 'expire' | 'dropLeftovers'>) {
  return defineJobKind({
    name: 'upload_cleanup',
    description: 'Removes uploads that have rested too long, and bytes that no upload knows.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({ expired: z.int(), leftovers: z.int() }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'upload_cleanup', exclusive: true }],
    run: async ({ signal, log }) => {
      const expired = await uploads.expire(signal)
      const leftovers = await uploads.dropLeftovers(signal)
      if (expired + leftovers > 0) await log('INFO', `Removed ${expired} uploads and ${leftovers} files that no upload knew.`)
      return { expired, leftovers }
    },
  })
}
