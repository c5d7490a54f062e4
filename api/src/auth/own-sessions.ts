import type { AuditService } from '../audit/service.ts'
import { type Bus, type Reader, startingWith } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { SessionNotFound } from './errors.ts'
import { type Actor, sessionsChanged } from './model.ts'
import { requireSession } from './policy.ts'
import type { Session, Sessions } from './sessions.ts'

export interface OwnSessionsDeps {
  readonly database: Database
  readonly bus: Bus
  readonly audit: AuditService
  readonly sessions: Sessions
}

/** What people see and end of their own sessions: the list of their devices. */
export class OwnSessions {
  readonly #deps: OwnSessionsDeps

  constructor(deps: OwnSessionsDeps) {
    this.#deps = deps
  }

  /** The actor's sessions, the one used last first. */
  async list(actor: Actor): Promise<Session[]> {
    requireSession(actor)
    return this.#deps.sessions.ofUser(actor.userId, actor.sessionId)
  }

  /** A signal at once, and whenever the list may have become another. */
  async watch(actor: Actor): Promise<Reader<{ readonly userId: string }>> {
    requireSession(actor)
    const { userId } = actor
    return startingWith(() => ({ userId }), this.#deps.bus.watch(sessionsChanged, userId))
  }

  /** Ends one of the actor's sessions, also the one that asks. Errors: SESSION_NOT_FOUND, as for somebody else's. */
  async end(actor: Actor, id: string): Promise<Session> {
    requireSession(actor)
    const { audit, database, sessions } = this.#deps
    try {
      const own = await sessions.ofUser(actor.userId, actor.sessionId)
      const session = own.find((each) => each.id === id)
      if (!session) throw new SessionNotFound()
      await database.$transaction(async (transaction) => {
        // Two at once: one of them ends it, and writes it down.
        if ((await sessions.end(id, transaction)) === 0) throw new SessionNotFound()
        const { address, client } = session
        const details = { sessionId: id, address, client }
        await audit.record(actor, { action: 'auth.endSession', target: actor.username, result: 'ok', details }, transaction)
      })
      return session
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'auth.endSession', target: actor.username, result: error.code })
      throw error
    }
  }

  /** Ends all of the actor's sessions but the one that asks. Returns how many. */
  async endOthers(actor: Actor): Promise<number> {
    requireSession(actor)
    const { audit, database, sessions } = this.#deps
    return database.$transaction(async (transaction) => {
      const count = await sessions.endOfUser(actor.userId, { except: actor.sessionId, transaction })
      const record = { action: 'auth.endOtherSessions', target: actor.username, result: 'ok', details: { count } }
      await audit.record(actor, record, transaction)
      return count
    })
  }
}
