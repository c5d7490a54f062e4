import type { Detail, ServiceKind, ServiceState } from './model.ts'

/** How a component finds itself. */
export interface Report {
  readonly state: ServiceState
  /** Why it is not simply running. */
  readonly reason?: { readonly code: string; readonly message: string }
  /** What went wrong, as it was thrown: its text is masked and kept as the last error. */
  readonly error?: unknown
  /** What only grows while the process runs, such as samples. */
  readonly counters?: Readonly<Record<string, number>>
  readonly details?: readonly Detail[]
}

/** What a domain says about itself, once: docs/health.md has an example. */
export interface HealthComponent {
  /** Stable, kebab-case. */
  readonly name: string
  /** In English; the dashboard translates names that it knows. */
  readonly title: string
  readonly kind: ServiceKind
  /** Names of components without which this one cannot do its work. */
  readonly dependsOn?: readonly string[]
  /** Whether readiness depends on it. Not for what only works again once requests come. */
  readonly required: boolean
  /**
   * How it is now: asked every few seconds while somebody watches, and once a minute otherwise. It must not block the process, wake
   * a disk or change anything. What it throws counts as failed, and so does no answer within five seconds.
   */
  check?(): Report | Promise<Report>
  /** Says by itself how it is, besides or instead of being asked. Returns how to stop it. */
  push?(report: (report: Report) => void): () => void
  /** Not asked more often than this, in milliseconds, for what costs something or changes seldom. */
  readonly everyMs?: number
  /** Begins anew, without losing anything. Absent where that makes no sense: `notRestartable` says why. */
  restart?(): Promise<void>
  readonly notRestartable?: string
}

type More = Pick<Report, 'counters' | 'details' | 'error'>

export function running(more: More = {}): Report {
  return { state: 'RUNNING', ...more }
}

export function degraded(code: string, message: string, more: More = {}): Report {
  return { state: 'DEGRADED', reason: { code, message }, ...more }
}

export function failed(code: string, message: string, more: More = {}): Report {
  return { state: 'FAILED', reason: { code, message }, ...more }
}

export function stopped(code: string, message: string, more: More = {}): Report {
  return { state: 'STOPPED', reason: { code, message }, ...more }
}

export function disabled(code: string, message: string, more: More = {}): Report {
  return { state: 'DISABLED', reason: { code, message }, ...more }
}
