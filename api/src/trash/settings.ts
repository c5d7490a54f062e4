import { z } from 'zod'
import { defineSetting } from '../settings/model.ts'

export interface TrashRetention {
  /** How long what is deleted can be had back; 0 until somebody empties the trash. */
  readonly days: number
  /** What one person's trash may hold, in hundredths of the disk; 0 for any amount. */
  readonly percent: number
}

export const trashRetention = defineSetting<TrashRetention>({
  key: 'trash.retention',
  schema: z.object({
    days: z.int('A whole number of days.').min(0, 'Not less than 0 days.').max(3_650, 'At most ten years.'),
    percent: z.int('A whole number.').min(0, 'Not less than 0 percent.').max(100, 'At most the whole disk.'),
  }),
  preset: { days: 30, percent: 10 },
})
