import { z } from 'zod'
import { defineSetting } from '../settings/model.ts'

/** How long a session lives, in hours: after its last use, and however much it is used. */
export const sessionLifetime = defineSetting({
  key: 'auth.sessionLifetime',
  schema: z
    .object({
      idleHours: z.int().min(1, 'At least one hour.').max(8_760, 'At most a year.'),
      absoluteHours: z.int().min(1, 'At least one hour.').max(8_760, 'At most a year.'),
    })
    .refine(({ idleHours, absoluteHours }) => idleHours <= absoluteHours, 'The whole life cannot be shorter than the time without use.'),
  preset: { idleHours: 14 * 24, absoluteHours: 90 * 24 },
})

/** Whose accounts must have a second factor: those of these roles can do nothing until they have set one up. */
export const requiredFactors = defineSetting({
  key: 'auth.requireTwoFactor',
  schema: z.object({ roles: z.array(z.enum(['ADMIN', 'USER', 'VIEWER'])).max(3) }),
  preset: { roles: [] },
})
