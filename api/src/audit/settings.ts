import { z } from 'zod'
import { defineSetting } from '../settings/model.ts'

/** How long entries are kept, in days; 0 for ever. */
export const auditRetention = defineSetting({
  key: 'audit.retention',
  schema: z.object({
    days: z
      .int('A whole number of days.')
      .max(36_500, 'At most a hundred years.')
      .refine((days) => days === 0 || days >= 30, 'At least 30 days, or 0 for ever.'),
  }),
  preset: { days: 365 },
})
