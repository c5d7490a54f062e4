import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Challenge, ChallengePurpose, Challenges } from './challenges.ts'
import { ChallengeOver, PasskeyRefused } from './factor-errors.ts'
import { assertionOf, attestationOf, type PasskeyAssertion, type PasskeyAttestation, tokenIn } from './passkey-answers.ts'
import type { Site } from './site.ts'

const serverName = 'BaluHost'
/** EdDSA, ES256 and RS256 (https://www.iana.org/assignments/cose/): what authenticators speak, and Node without experiments. */
const algorithms = [-8, -7, -257]

export interface PasskeysDeps {
  readonly database: Database
  readonly clock: Clock
  readonly challenges: Challenges
}

/** A credential that has been checked but not written yet. */
export interface NewCredential {
  readonly credentialId: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: bigint
  readonly transports: string[]
  readonly backedUp: boolean
}

/** Whose passkey has answered, and to what. */
export interface Asserted {
  readonly userId: string
  readonly passkeyId: string
  readonly challenge: Challenge
}

/** What an assertion is for. */
export interface AssertionWish {
  readonly purpose: ChallengePurpose
  /** Null for whoever answers: the passkey says who it is. */
  readonly userId: string | null
  /** Whether the authenticator must have asked for a finger, a face or a PIN: then it is two factors by itself. */
  readonly userVerification: 'required' | 'preferred'
  readonly data?: Readonly<Record<string, string>>
}

/**
 * The ceremonies of WebAuthn (https://www.w3.org/TR/webauthn-3/#sctn-rp-operations). The challenge that an authenticator
 * signs is the token of ours: each is good for one answer, right or wrong.
 */
export class Passkeys {
  readonly #deps: PasskeysDeps

  constructor(deps: PasskeysDeps) {
    this.#deps = deps
  }

  /** What a browser needs to make a passkey for this account. */
  async beginRegistration(
    user: { readonly id: string; readonly username: string },
    site: Site,
    data: Readonly<Record<string, string>>,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { token } = await this.#deps.challenges.begin({ purpose: 'passkey.register', userId: user.id, data })
    return generateRegistrationOptions({
      rpName: serverName,
      rpID: site.rpId,
      userID: new Uint8Array(Buffer.from(user.id)),
      userName: user.username,
      userDisplayName: user.username,
      challenge: new Uint8Array(Buffer.from(token, 'base64url')),
      attestationType: 'none',
      supportedAlgorithmIDs: algorithms,
      excludeCredentials: await this.#credentialsOf(user.id),
      // Found without a name where the authenticator can; a simple security key still serves as a second factor.
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    })
  }

  /** Checks what the authenticator made. Errors: CHALLENGE_OVER, PASSKEY_REFUSED. */
  async finishRegistration(
    userId: string,
    site: Site,
    answer: PasskeyAttestation,
    data: Readonly<Record<string, string>>,
  ): Promise<NewCredential> {
    const { challenge, token } = await this.#take('passkey.register', answer.clientDataJSON)
    if (challenge.userId !== userId || !isSameData(challenge.data, data)) throw new PasskeyRefused('a challenge of somebody else')
    const { registrationInfo } = await orRefused(() =>
      verifyRegistrationResponse({
        response: attestationOf(answer),
        expectedChallenge: token,
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        requireUserVerification: false,
        supportedAlgorithmIDs: algorithms,
      }),
    )
    if (!registrationInfo) throw new PasskeyRefused('the attestation is not valid')
    const { credential, credentialBackedUp } = registrationInfo
    return {
      credentialId: credential.id,
      publicKey: credential.publicKey,
      counter: BigInt(credential.counter),
      transports: answer.transports.slice(0, 8).filter((transport) => /^[a-z-]{1,16}$/.test(transport)),
      backedUp: credentialBackedUp,
    }
  }

  /** What a browser needs to let a passkey answer. */
  async beginAssertion(
    { purpose, userId, userVerification, data = {} }: AssertionWish,
    site: Site,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { token } = await this.#deps.challenges.begin({ purpose, userId, data })
    return generateAuthenticationOptions({
      rpID: site.rpId,
      challenge: new Uint8Array(Buffer.from(token, 'base64url')),
      userVerification,
      // Nobody learns by a name alone which passkeys there are: without an account the browser offers what it has.
      ...(userId === null ? {} : { allowCredentials: await this.#credentialsOf(userId) }),
    })
  }

  /** Checks what an authenticator answered, and counts it. Errors: CHALLENGE_OVER, PASSKEY_REFUSED. */
  async finishAssertion(
    { purpose, userId, userVerification, data }: AssertionWish,
    site: Site,
    answer: PasskeyAssertion,
  ): Promise<Asserted> {
    const { challenge, token } = await this.#take(purpose, answer.clientDataJSON)
    if (challenge.userId !== userId || (data && !isSameData(challenge.data, data))) throw new PasskeyRefused('a challenge of somebody else')
    const where = { credentialId: storable(answer.credentialId) }
    const passkey = await this.#deps.database.passkey.findUnique({ where, include: { user: { select: { username: true } } } })
    if (!passkey || (userId !== null && passkey.userId !== userId)) throw new PasskeyRefused('not a passkey of this account')
    // Without a name the authenticator says whose it is: it must be who the passkey was made for.
    const handle = Buffer.from(passkey.userId).toString('base64url')
    if (answer.userHandle ? answer.userHandle.replace(/=+$/, '') !== handle : userId === null)
      throw new PasskeyRefused('not the owner of this passkey')
    const { authenticationInfo, verified } = await orRefused(() =>
      verifyAuthenticationResponse({
        response: assertionOf(answer),
        expectedChallenge: token,
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        requireUserVerification: userVerification === 'required',
        // Its counter is compared below, in the one step that also writes it.
        credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
      }),
    )
    if (!verified) throw new PasskeyRefused('the signature is wrong')
    const { credentialBackedUp, newCounter } = authenticationInfo
    if (!(await this.#count(passkey.id, newCounter, credentialBackedUp)))
      throw new PasskeyRefused('its counter went back: there may be a copy of it', passkey.user.username)
    return { userId: passkey.userId, passkeyId: passkey.id, challenge }
  }

  /** False for a counter that does not go up: it is that of a copy (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter); many have none and stay at 0. */
  async #count(id: string, newCounter: number, backedUp: boolean): Promise<boolean> {
    const counter = BigInt(newCounter)
    const where = counter === 0n ? { id, counter } : { id, counter: { lt: counter } }
    const data = { counter, backedUp, lastUsedAt: this.#deps.clock.now() }
    return (await this.#deps.database.passkey.updateMany({ where, data })).count === 1
  }

  async #take(purpose: ChallengePurpose, clientDataJSON: string): Promise<{ challenge: Challenge; token: string }> {
    const token = tokenIn(clientDataJSON)
    const challenge = token === null ? null : await this.#deps.challenges.find(purpose, token)
    if (!challenge || token === null || !(await this.#deps.challenges.end(challenge.id))) throw new ChallengeOver()
    return { challenge, token }
  }

  async #credentialsOf(userId: string): Promise<{ id: string; transports: string[] }[]> {
    const rows = await this.#deps.database.passkey.findMany({ where: { userId }, select: { credentialId: true, transports: true } })
    return rows.map(({ credentialId, transports }) => ({ id: credentialId, transports: transports as string[] }))
  }
}

/** What the library finds wrong is no fault of ours: it says so by throwing. */
async function orRefused<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    throw new PasskeyRefused(error instanceof Error ? error.message.slice(0, 200) : 'not readable')
  }
}

function isSameData(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(b).every((key) => a[key] === b[key])
}

/** PostgreSQL has no text with NUL; a credential id is base64url. */
function storable(credentialId: string): string {
  return /^[\w-]{1,1400}$/.test(credentialId) ? credentialId : ''
}
