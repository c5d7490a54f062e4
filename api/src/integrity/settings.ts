import { z } from 'zod'
import { defineSetting } from '../settings/model.ts'

/** How files are read again, and what happens to those that are damaged. */
export const scrubSetting = defineSetting({
  key: 'integrity.scrub',
  schema: z.object({
    /** So that others get their share of the disks; in 10^6 bytes a second. */
    megabytesPerSecond: z.int('A whole number.').min(1, 'At least 1 MB/s.').max(100_000, 'At most 100,000 MB/s.'),
    /** Whether a damaged file is taken out of the tree at once, so that nobody takes it for a good one. */
    quarantine: z.boolean(),
  }),
  preset: { megabytesPerSecond: 50, quarantine: false },
})
