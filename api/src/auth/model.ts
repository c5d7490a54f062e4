import { stateTopic } from '../platform/bus.ts'
import type { Scope } from './scopes.ts'

/** ADMIN sees and does everything; USER has a home and `Shared`; VIEWER reads only. */
export type Role = 'ADMIN' | 'USER' | 'VIEWER'

/** Where a request comes from, as far as it can be told. */
export interface Origin {
  /** Of the client: of the proxy's client where the proxy is one that the configuration trusts. */
  readonly address: string
  /** What the client calls itself (User-Agent). */
  readonly client: string | null
  readonly requestId: string
}

/** The person (or program) in whose name something is done. Every service method takes one first. */
export interface SignedInActor extends Origin {
  readonly kind: 'user'
  readonly userId: string
  readonly username: string
  readonly role: Role
  /** Public id of the session, or of the API key, that carries the request. */
  readonly sessionId: string
  readonly expiresAt: Date
  /** What the API key may do; null for a session, which may do what its owner may. */
  readonly scopes: ReadonlySet<Scope> | null
  /** When the person last proved who they are; null for an API key, which cannot. */
  readonly confirmedAt: Date | null
  /** True while the account must set up its second factor before it may do anything else. */
  readonly mustEnrol: boolean
}

export interface AnonymousActor extends Origin {
  readonly kind: 'anonymous'
}

/** The server acting on its own: schedules, clean-up, start; or whoever has a shell on the machine. */
export interface SystemActor {
  readonly kind: 'system'
  readonly reason: string
}

export type Actor = SignedInActor | AnonymousActor | SystemActor

/** Where an actor is; the server itself is where it runs. */
export function originOf(actor: Actor): Origin {
  return actor.kind === 'system' ? { address: 'localhost', client: null, requestId: '' } : actor
}

/** Published under the id of a session or an API key when it stops being valid: its streams must end. */
export const sessionEnded = stateTopic<{ readonly sessionId: string }>('auth.sessionEnded')

/** Published under the id of an account when one of its sessions has begun, was used, or has ended. */
export const sessionsChanged = stateTopic<{ readonly userId: string }>('auth.sessionsChanged')
