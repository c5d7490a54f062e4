import type { KeyIdentity } from '../keys/identity.ts'
import { bearerOf } from './bearer.ts'
import type { Enrolment } from './enrolment.ts'
import type { Actor, Origin } from './model.ts'
import type { Sessions } from './sessions.ts'

/** What a request brings to show who it comes from. */
export interface Credentials {
  readonly cookies: string | undefined
  readonly authorization: string | undefined
  /** True when it came over TLS. */
  readonly secure: boolean
}

export interface IdentificationDeps {
  readonly sessions: Sessions
  readonly keys: KeyIdentity
  readonly enrolment: Enrolment
}

/** In whose name a request is made: the one place that turns credentials into an actor, for every transport. */
export class Identification {
  readonly #deps: IdentificationDeps

  constructor(deps: IdentificationDeps) {
    this.#deps = deps
  }

  /**
   * A request with an API key is the key's, whatever cookies come along: it needs no csrf header, so it must never go on in
   * the name of the cookie. Throws UNAUTHENTICATED for a key that is not valid.
   */
  async actorOf({ authorization, cookies, secure }: Credentials, origin: Origin): Promise<Actor> {
    const { enrolment, keys, sessions } = this.#deps
    const key = bearerOf(authorization)
    if (key !== null) {
      const holder = await keys.identify(key, origin)
      // A key is no way around the second factor that its owner must have and has not.
      const mustEnrol = await enrolment.mustEnrol(holder.userId, holder.role)
      return { kind: 'user', ...holder, ...origin, confirmedAt: null, mustEnrol }
    }
    const identity = await sessions.identify(cookies, secure, origin)
    if (!identity) return { kind: 'anonymous', ...origin }
    const mustEnrol = await enrolment.mustEnrol(identity.userId, identity.role)
    return { kind: 'user', ...identity, ...origin, scopes: null, mustEnrol }
  }

  /**
   * In whose name something is done by a session or an API key of this id, as its owner is now: for what they gave out and that ends
   * with it. It is no use of the session: nothing is prolonged. Null when it has ended, or a key may not be used from there.
   */
  async actorOfSession(id: string, origin: Origin): Promise<Actor | null> {
    const { enrolment, keys, sessions } = this.#deps
    const identity = await sessions.identityOf(id)
    const holder = identity ? { ...identity, scopes: null } : await keys.holderOf(id, origin)
    if (!holder) return null
    // Whoever holds what was given out has proved nothing.
    return { kind: 'user', ...holder, ...origin, confirmedAt: null, mustEnrol: await enrolment.mustEnrol(holder.userId, holder.role) }
  }
}
