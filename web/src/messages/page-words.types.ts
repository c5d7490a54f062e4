import type { audit } from './en/audit'
import type { copying } from './en/copying'
import type { factors } from './en/factors'
import type { integrity } from './en/integrity'
import type { jobs } from './en/jobs'
import type { keys } from './en/keys'
import type { limits } from './en/limits'
import type { people } from './en/people'
import type { playerLink } from './en/player-link'
import type { profile } from './en/profile'
import type { schedules } from './en/schedules'
import type { search } from './en/search'
import type { security } from './en/security'
import type { services } from './en/services'
import type { tables } from './en/tables'
import type { trash } from './en/trash'
import type { trust } from './en/trust'
import type { versions } from './en/versions'

/** Words that come with the pages that need them, by name. See `WithPageWords`. */
export interface PageWords {
  readonly audit: typeof audit
  readonly copying: typeof copying
  readonly playerLink: typeof playerLink
  readonly factors: typeof factors
  readonly integrity: typeof integrity
  readonly jobs: typeof jobs
  readonly keys: typeof keys
  readonly limits: typeof limits
  readonly people: typeof people
  readonly profile: typeof profile
  readonly services: typeof services
  readonly tables: typeof tables
  readonly trash: typeof trash
  readonly versions: typeof versions
  readonly trust: typeof trust
  readonly schedules: typeof schedules
  readonly search: typeof search
  readonly security: typeof security
}
