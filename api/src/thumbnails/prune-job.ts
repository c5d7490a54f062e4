import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { ThumbnailsService } from './service.ts'

/** Keeps the small pictures within their space. */
export function thumbnailPrune(thumbnails: Pick<ThumbnailsService, 'prune'>) {
  return defineJobKind({
    name: 'thumbnail_prune',
    description: 'Removes small pictures that nobody has looked at for longest, once there are too many.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({ removed: z.int(), bytes: z.int().describe('Of those that are kept.') }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'thumbnail_prune', exclusive: true }],
    run: ({ signal }) => thumbnails.prune(signal),
  })
}
