import { z } from 'zod'
import { defineSetting } from '../settings/model.ts'

/** What is kept of a file's old contents: what any of the three keeps. All 0 for nothing at all. */
export interface VersionRules {
  /** So many, the newest. */
  readonly last: number
  /** The newest of each of so many days. */
  readonly days: number
  /** The newest of each of so many weeks. */
  readonly weeks: number
}

const count = (most: number) => z.int('A whole number.').min(0, 'Not less than 0.').max(most, `At most ${most}.`)

export const versionRules = defineSetting<VersionRules>({
  key: 'versions.rules',
  schema: z.object({ last: count(1_000), days: count(3_650), weeks: count(520) }),
  preset: { last: 10, days: 14, weeks: 8 },
})

export function keepsAny({ last, days, weeks }: VersionRules): boolean {
  return last + days + weeks > 0
}
