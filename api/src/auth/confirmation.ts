import type { AuditService } from '../audit/service.ts'
import type { Database } from '../platform/db.ts'
import { InvalidInput, Problem, Unauthenticated } from '../platform/errors.ts'
import { ConfirmationFailed } from './errors.ts'
import type { GuessGuard } from './guess-guard.ts'
import type { Actor, SignedInActor } from './model.ts'
import type { PasskeyAssertion } from './passkey-answers.ts'
import { verifyPassword } from './password.ts'
import { requireOwnSession } from './policy.ts'
import type { Sessions } from './sessions.ts'

/** What a person shows to prove that it is still them. */
export interface Proof {
  readonly password?: string | null | undefined
  /** Of their authenticator. */
  readonly code?: string | null | undefined
  /** What one of their passkeys answered. */
  readonly passkey?: PasskeyAssertion | null | undefined
  /** As the browser sees this server: a passkey answers for nowhere else. */
  readonly origin?: string
}

/** Checks one kind of proof. Null when this proof is not of its kind, false when it is wrong. */
export interface ProofCheck {
  check(actor: SignedInActor, proof: Proof): Promise<boolean | null>
}

/** When it was, and the token for the session's cookie from now on, which exists nowhere else. */
export interface Confirmed {
  readonly at: Date
  readonly token: string
}

export interface ConfirmationsDeps {
  readonly database: Database
  readonly audit: AuditService
  readonly sessions: Sessions
  /** The kinds of proof that there are. */
  readonly checks: readonly ProofCheck[]
}

/** Asks again who is there, before what cannot be undone. */
export class Confirmations {
  readonly #deps: ConfirmationsDeps

  constructor(deps: ConfirmationsDeps) {
    this.#deps = deps
  }

  /**
   * Notes in the actor's session that they have just proved who they are. The session goes on under another token: whoever
   * stole the one before has not gained what the person may now. Errors: CONFIRMATION_FAILED, INVALID_INPUT, RATE_LIMITED, SERVER_BUSY.
   */
  async confirm(actor: Actor, proof: Proof): Promise<Confirmed> {
    requireOwnSession(actor)
    const { audit, database, sessions } = this.#deps
    try {
      await this.#requireProof(actor, proof)
      return await database.$transaction(async (transaction) => {
        const confirmed = await sessions.confirm(actor.sessionId, transaction)
        if (!confirmed) throw new Unauthenticated('This session has ended.')
        await audit.record(actor, { action: 'auth.confirmIdentity', target: actor.username, result: 'ok' }, transaction)
        return confirmed
      })
    } catch (error) {
      if (error instanceof Problem)
        await audit.record(actor, { action: 'auth.confirmIdentity', target: actor.username, result: error.code })
      throw error
    }
  }

  async #requireProof(actor: SignedInActor, proof: Proof): Promise<void> {
    for (const each of this.#deps.checks) {
      const isRight = await each.check(actor, proof)
      if (isRight === false) throw new ConfirmationFailed(proof.password == null ? 'code' : 'password')
      if (isRight) return
    }
    throw new InvalidInput('Give your password, or a code of your authenticator.', 'password')
  }
}

/** The account's own password. */
export class PasswordProof implements ProofCheck {
  readonly #database: Database
  readonly #guard: GuessGuard

  constructor({ database, guard }: { database: Database; guard: GuessGuard }) {
    this.#database = database
    this.#guard = guard
  }

  /** Errors: RATE_LIMITED, SERVER_BUSY. */
  async check(actor: SignedInActor, { password }: Proof): Promise<boolean | null> {
    if (password == null) return null
    return this.#guard.checkPassword('confirmIdentity', actor.userId, async () => {
      const user = await this.#database.user.findUnique({ where: { id: actor.userId }, select: { passwordHash: true } })
      return verifyPassword(user?.passwordHash ?? null, password, { from: actor.address, name: actor.username })
    })
  }
}
