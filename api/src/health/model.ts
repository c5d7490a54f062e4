import { stateTopic } from '../platform/bus.ts'

/** INTERNAL: a part of this process. EXTERNAL: something it needs from outside, such as a database or a disk. */
export type ServiceKind = 'INTERNAL' | 'EXTERNAL'

/** RUNNING as it should. DEGRADED: works in part. FAILED: does not work. STOPPED: not at work. DISABLED: nobody has set it up. */
export type ServiceState = 'RUNNING' | 'DEGRADED' | 'FAILED' | 'STOPPED' | 'DISABLED'

/** What a number of a detail counts in; moments are dates. */
export type DetailUnit = 'BYTES' | 'MILLISECONDS' | 'SECONDS' | 'DAYS' | 'PERCENT' | 'COUNT'

/** Something worth knowing about a component now. Never a secret. */
export interface Detail {
  /** Stable, camelCase: the dashboard has words for it. */
  readonly name: string
  readonly value: string | number | boolean | Date
  readonly unit?: DetailUnit
}

/** Why a component is not simply running. */
export interface Reason {
  /** Stable, SCREAMING_SNAKE_CASE: the dashboard has words for it. */
  readonly code: string
  /** For people, in English. */
  readonly message: string
}

/** What went wrong last, with its secrets masked. */
export interface ServiceError {
  readonly message: string
  readonly at: Date
}

/** A part of the server, or something it needs, as it is now. */
export interface Service {
  readonly name: string
  readonly title: string
  readonly kind: ServiceKind
  readonly state: ServiceState
  readonly reason: Reason | null
  /** Since when it is in this state. */
  readonly since: Date
  /** When it was looked at last, or said itself how it is; null before. */
  readonly checkedAt: Date | null
  /** Stays when it works again. */
  readonly lastError: ServiceError | null
  readonly counters: Readonly<Record<string, number>>
  readonly details: readonly Detail[]
  readonly dependsOn: readonly string[]
  readonly neededBy: readonly string[]
  /** Those of `dependsOn` that have failed or stopped. */
  readonly failedDependencies: readonly string[]
  /** Whether the server counts as ready only while this works. */
  readonly required: boolean
  readonly restartable: boolean
  /** Why it cannot be restarted by itself; null when it can. */
  readonly notRestartableBecause: string | null
  /** By administrators, since the server started. */
  readonly restarts: number
  /** How often its state changed within the last hour: what flaps, shows. */
  readonly changesLastHour: number
}

/** Whether the server can do what it is for. */
export interface Readiness {
  readonly ready: boolean
  /** Names of required components that do not work. */
  readonly missing: readonly string[]
}

/** Components that changed, by name. One topic: a reader that is slow finds the newest of each, and misses no component. */
export const servicesChanged = stateTopic<ReadonlyMap<string, Service>>(
  'health.servicesChanged',
  (unread, newer) => new Map([...unread, ...newer]),
)

/** Whether it does what others need it for. */
export function isWorking(state: ServiceState): boolean {
  return state === 'RUNNING' || state === 'DEGRADED'
}
