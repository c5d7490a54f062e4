/** CRITICAL: act now. WARNING: a door is weaker than it needs to be. INFO: worth knowing, may be as it should. */
export type Severity = 'CRITICAL' | 'WARNING' | 'INFO'

/** A weakness of this server as it is set up and used now. What to do about it, the dashboard says in the reader's words. */
export interface Finding {
  /** Stable, SCREAMING_SNAKE_CASE. */
  readonly code: string
  readonly severity: Severity
  /** How many things it is about. */
  readonly count: number
  /** Some of them: names, addresses. Never a secret. */
  readonly subjects: readonly string[]
  /** For how long, as far as that is known. */
  readonly since: Date | null
}

/** How the one who asks reaches the server. */
export interface Reached {
  readonly address: string
  readonly secure: boolean
}

/** What a domain knows about its own weaknesses. One that fails hurts no other. */
export interface FindingSource {
  readonly name: string
  find(reached: Reached): Promise<readonly Finding[]>
}

/** As many subjects are named. */
export const namedSubjects = 5

/** A finding about things with names; none when there are no such things. */
export function about(code: string, severity: Severity, names: readonly string[], since: Date | null = null): Finding[] {
  return names.length === 0 ? [] : [{ code, severity, count: names.length, subjects: names.slice(0, namedSubjects), since }]
}

/** A finding about the server as a whole. */
export function plain(code: string, severity: Severity, holds: boolean, { since = null, subjects = [] }: Partial<Finding> = {}): Finding[] {
  return holds ? [{ code, severity, count: 1, subjects, since }] : []
}

const order: readonly Severity[] = ['CRITICAL', 'WARNING', 'INFO']

export function bySeverity(a: Finding, b: Finding): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity) || (a.code < b.code ? -1 : 1)
}
