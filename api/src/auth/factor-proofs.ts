import type { Proof, ProofCheck } from './confirmation.ts'
import type { GuessGuard } from './guess-guard.ts'
import type { SignedInActor } from './model.ts'
import type { Passkeys } from './passkeys.ts'
import { requireSite } from './site.ts'
import type { Totp } from './totp.ts'

/** A code of the account's authenticator. */
export class TotpProof implements ProofCheck {
  readonly #totp: Totp
  readonly #guard: GuessGuard

  constructor({ totp, guard }: { totp: Totp; guard: GuessGuard }) {
    this.#totp = totp
    this.#guard = guard
  }

  async check(actor: SignedInActor, { code }: Proof): Promise<boolean | null> {
    if (code == null) return null
    const guess = await this.#guard.begin('confirmIdentity', actor.userId)
    if (!(await this.#totp.use(actor.userId, code))) return false
    await guess.succeeded()
    return true
  }
}

/** What a passkey answered is for the session that asked for it alone. */
export function confirmationWish({ sessionId, userId }: SignedInActor) {
  return { purpose: 'passkey.confirm', userId, userVerification: 'preferred', data: { session: sessionId } } as const
}

/** One of the account's passkeys. */
export class PasskeyProof implements ProofCheck {
  readonly #passkeys: Passkeys

  constructor(passkeys: Passkeys) {
    this.#passkeys = passkeys
  }

  /** Errors: CHALLENGE_OVER, PASSKEY_REFUSED, UNAVAILABLE. */
  async check(actor: SignedInActor, { passkey, origin }: Proof): Promise<boolean | null> {
    if (passkey == null) return null
    await this.#passkeys.finishAssertion(confirmationWish(actor), requireSite(origin ?? ''), passkey)
    return true
  }
}
