import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import { type ScrubDeps, ScrubRun } from './scrub-run.ts'

export const scrubKind = 'file_scrub'

const counts = z.strictObject({
  files: z.int().describe('Read to their end.'),
  bytes: z.int(),
  firstReadings: z.int().describe('Files that had no checksum before.'),
  changed: z.int().describe('Files that others than this server have changed.'),
  damaged: z.int().describe('Files whose content is not what their checksum says.'),
  unreadable: z.int().describe('Files that the disk did not give back, or that changed while they were read.'),
  directBytes: z.int().describe('Of the bytes those that came past the page cache.'),
})

const checkpoint = z.strictObject({
  after: z.array(z.string()).describe('The path of the file that was looked at last.'),
  counts,
})
export type ScrubCheckpoint = z.output<typeof checkpoint>

/** Reads every file again and compares it with its checksum; gives one to those that have none. */
export function fileScrub(deps: ScrubDeps) {
  return defineJobKind({
    name: scrubKind,
    description: 'Reads every file from the disk and compares it with its checksum.',
    class: 'DISKS',
    input: z.strictObject({}),
    result: counts,
    checkpoint,
    afterCrash: 'RESUME',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: scrubKind, exclusive: true }],
    run: (run) => new ScrubRun(deps, run).execute(),
  })
}
