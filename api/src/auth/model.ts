import { stateTopic } from '../platform/bus.ts'

/** ADMIN sees and does everything; USER has a home and `Shared`; VIEWER reads only. */
export type Role = 'ADMIN' | 'USER' | 'VIEWER'

/** The person (or program) in whose name something is done. Every service method takes one first. */
export interface SignedInActor {
  readonly kind: 'user'
  readonly userId: string
  readonly username: string
  readonly role: Role
  /** Public id of the session that carries the request. */
  readonly sessionId: string
  readonly expiresAt: Date
  readonly address: string
  readonly requestId: string
}

export interface AnonymousActor {
  readonly kind: 'anonymous'
  readonly address: string
  readonly requestId: string
}

/** The server acting on its own: schedules, clean-up, start. */
export interface SystemActor {
  readonly kind: 'system'
  readonly reason: string
}

export type Actor = SignedInActor | AnonymousActor | SystemActor

/** Published under the session's public id when it stops being valid: its streams must end. */
export const sessionEnded = stateTopic<{ readonly sessionId: string }>('auth.sessionEnded')
