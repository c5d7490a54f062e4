import type { CountedBy, LimitName, Rate } from './table.ts'

/** Who is counted. */
export interface Counted {
  readonly address: string
  /** Null for those who have not signed in. */
  readonly accountId: string | null
}

/** A limit as administrators see it. */
export interface Limit {
  readonly name: LimitName
  readonly kind: 'rate' | 'atOnce'
  readonly by: CountedBy
  readonly rate: Rate
  readonly preset: Rate
  readonly least: Rate
  readonly most: Rate
  /** True once an administrator has changed it. */
  readonly adjusted: boolean
  /** How often it said no within the last hour. */
  readonly deniedLastHour: number
}
