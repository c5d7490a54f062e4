import type { Actor, Origin, SignedInActor } from '../auth/model.ts'
import { eventTopic } from '../platform/bus.ts'

/** In whose name something was done, as far as an entry says it. */
export type AuditActor =
  | Exclude<Actor, SignedInActor>
  | Pick<SignedInActor, keyof Origin | 'kind' | 'userId' | 'username' | 'sessionId' | 'scopes'>

/** Values that changed, by the name of the field. Never a secret. */
export type AuditValues = Record<string, string | number | boolean | null | readonly string[]>

/** What a domain says about something that was done, or refused. */
export interface AuditRecord {
  /** `domain.verb`, such as `files.delete`. */
  readonly action: string
  /** What it was done to: a path, a username, an array. */
  readonly target: string | null
  /** `ok`, or the code of the problem it ended in. */
  readonly result: string
  /** What the changed fields held before, and hold now: only those that changed. */
  readonly before?: AuditValues
  readonly after?: AuditValues
  /** What else belongs to it. */
  readonly details?: AuditValues
}

/** An entry before it has its place in the chain. */
export interface AuditDraft {
  readonly id: string
  readonly at: Date
  readonly actorId: string | null
  readonly actorName: string
  /** Id of the API key that was used, when it was one. */
  readonly keyId: string | null
  readonly address: string | null
  readonly client: string | null
  readonly requestId: string | null
  readonly action: string
  readonly target: string | null
  readonly result: string
  readonly before: unknown
  readonly after: unknown
  readonly details: unknown
}

/** An entry as it stands in the log. */
export interface AuditEntry extends AuditDraft {
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number
  /** `<key id>:<HMAC-SHA-256>`, over the entry and the hash of the one before it. */
  readonly hash: string
}

/** Which entries: what is not said does not matter. */
export interface AuditFilter {
  /** Id or name of who did it; also programs' and strangers': `system`, `anonymous`. */
  readonly actor?: string | undefined
  /** Any of these: `files.delete`, or all of a domain: `files.`. */
  readonly actions?: readonly string[] | undefined
  /** Text within the target, whatever the case of its letters. */
  readonly target?: string | undefined
  /** `ok`, `refused` for everything else, or one code. */
  readonly result?: string | undefined
  readonly address?: string | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
  /** Id of the API key that was used. */
  readonly keyId?: string | undefined
}

/** Published under `all` for each entry, once it stands. */
export const auditEntryAdded = eventTopic<AuditEntry>('audit.entryAdded', 512)

/** What each entry of a list must be like; the database looks for a superset of it. */
export function matches(filter: AuditFilter, entry: AuditEntry): boolean {
  const { actor, actions, address, keyId, result, since, target, until } = filter
  if (actor !== undefined && entry.actorId !== actor && entry.actorName.toLowerCase() !== actor.toLowerCase()) return false
  if (actions && !actions.some((action) => isOf(entry.action, action))) return false
  if (target !== undefined && !(entry.target ?? '').toLowerCase().includes(target.toLowerCase())) return false
  if (result === 'refused' ? entry.result === 'ok' : result !== undefined && entry.result !== result) return false
  if (address !== undefined && entry.address !== address) return false
  if (keyId !== undefined && entry.keyId !== keyId) return false
  if (since && entry.at < since) return false
  return !(until && entry.at >= until)
}

/** `files.` stands for all actions of files. */
export function isOf(action: string, wanted: string): boolean {
  return wanted.endsWith('.') ? action.startsWith(wanted) : action === wanted
}
