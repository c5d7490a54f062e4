import type { AuditService } from '../audit/service.ts'
import type { SignInMethod } from '../generated/sqlite/enums.ts'
import type { Database } from '../platform/db.ts'
import { InvalidInput, Problem, Unavailable } from '../platform/errors.ts'
import { type User, userColumns } from '../users/model.ts'
import type { Challenge, Challenges } from './challenges.ts'
import { type Enrolment, hasFactor } from './enrolment.ts'
import { ChallengeOver, CodeWrong } from './factor-errors.ts'
import type { GuessGuard } from './guess-guard.ts'
import { type Actor, originOf } from './model.ts'
import type { PasskeyAssertion } from './passkey-answers.ts'
import type { Passkeys } from './passkeys.ts'
import { isRecoveryCode, type RecoveryCodes } from './recovery-codes.ts'
import { recordRefusal } from './refusals.ts'
import type { BrowserCookies, RememberedBrowsers } from './remembered-browsers.ts'
import { type Sessions, type StartedSession, signedIn } from './sessions.ts'
import { hasPasskeys, requireSite } from './site.ts'
import { isTotpCode, type Totp } from './totp.ts'

/** How often a code may be tried before the password is asked for again. */
const mostTries = 5

/** By which of them a sign-in can go on. */
export type SecondFactorMethod = 'TOTP' | 'RECOVERY_CODE' | 'PASSKEY'

/** The password was right, and is not enough. */
export interface SecondStepRequired {
  readonly challenge: string
  readonly methods: readonly SecondFactorMethod[]
  readonly expiresAt: Date
}

/** Where a sign-in comes from, besides its address. */
export interface Browser extends BrowserCookies {
  /** As the browser sees this server. */
  readonly origin: string
}

/** An account whose password has just been checked. */
interface Account {
  readonly id: string
  readonly username: string
  readonly passwordChangedAt: Date | null
}

export interface SecondStepInput {
  readonly challenge: string
  readonly code?: string | null | undefined
  readonly passkey?: PasskeyAssertion | null | undefined
  readonly rememberBrowser?: boolean | null | undefined
}

export interface SecondStepDeps {
  readonly database: Database
  readonly audit: AuditService
  readonly challenges: Challenges
  readonly totp: Totp
  readonly recoveryCodes: RecoveryCodes
  readonly passkeys: Passkeys
  readonly rememberedBrowsers: RememberedBrowsers
  readonly enrolment: Enrolment
  readonly sessions: Sessions
  readonly guard: GuessGuard
}

/** The second half of a sign-in. */
export class SecondStep {
  readonly #deps: SecondStepDeps

  constructor(deps: SecondStepDeps) {
    this.#deps = deps
  }

  /** After the right password: how the session may begin, or what else must be shown. */
  async begin(account: Account, browser: Browser): Promise<{ readonly method: SignInMethod } | SecondStepRequired> {
    const { challenges, enrolment, recoveryCodes, rememberedBrowsers } = this.#deps
    const factors = await enrolment.factorsOf(account.id)
    if (!hasFactor(factors)) return { method: 'PASSWORD' }
    if (await rememberedBrowsers.knows(account, browser)) return { method: 'PASSWORD_AND_REMEMBERED_BROWSER' }
    const methods: SecondFactorMethod[] = []
    if (factors.totp) methods.push('TOTP')
    if (factors.passkeys > 0 && hasPasskeys(browser.origin)) methods.push('PASSKEY')
    if ((await recoveryCodes.left(account.id)) > 0) methods.push('RECOVERY_CODE')
    const begun = await challenges.begin({ purpose: 'signIn', userId: account.id, data: { password: passwordMark(account) } })
    return { challenge: begun.token, methods, expiresAt: begun.expiresAt }
  }

  /**
   * Ends a sign-in with a code or a passkey. `cookie` is there when the browser is to be remembered.
   * Errors: CHALLENGE_OVER, CODE_WRONG, PASSKEY_REFUSED, RATE_LIMITED, INVALID_INPUT.
   */
  async finish(actor: Actor, input: SecondStepInput, browser: Browser): Promise<StartedSession & { readonly cookie: string | null }> {
    const { audit, challenges, guard, rememberedBrowsers, sessions } = this.#deps
    const { challenge, user, passwordHash } = await this.#require(input.challenge)
    try {
      if ((input.code == null) === (input.passkey == null)) throw new InvalidInput('Give a code, or the answer of a passkey.', 'code')
      const guess = input.passkey ? null : await guard.begin('verifyTwoFactor', user.id)
      if (!(await challenges.try(challenge.id, mostTries))) throw new ChallengeOver()
      const method = await this.#check(challenge, input, browser)
      // Of two that are right at once, one signs in.
      if (!(await challenges.end(challenge.id))) throw new ChallengeOver()
      await guess?.succeeded()
      const started = await sessions.start(user, originOf(actor), method, passwordHash === null ? {} : { passwordHash })
      // A new sign-in never goes on with the session that came before it.
      if (actor.kind === 'user' && !actor.scopes) await sessions.end(actor.sessionId)
      const remember = input.rememberBrowser === true
      const cookie = remember ? await rememberedBrowsers.remember(user.id, originOf(actor), browser) : null
      const details = { method, ...(remember ? { browserRemembered: true } : {}) }
      await audit.record(signedIn(user, started, originOf(actor)), { action: 'auth.signIn', target: user.username, result: 'ok', details })
      return { ...started, cookie }
    } catch (error) {
      if (error instanceof Problem)
        await recordRefusal(this.#deps, actor, { action: 'auth.verifyTwoFactor', target: user.username, problem: error })
      throw error
    }
  }

  /** What the browser needs to let a passkey be the second factor. Errors: CHALLENGE_OVER, UNAVAILABLE. */
  async beginPasskey(token: string, { origin }: Browser) {
    const { challenge, user } = await this.#require(token)
    const { passkeys } = await this.#deps.enrolment.factorsOf(user.id)
    if (passkeys === 0) throw new Unavailable('This account has no passkey.')
    return this.#deps.passkeys.beginAssertion(this.#wish(challenge, user.id), requireSite(origin))
  }

  /** Whose sign-in it is, unless the account or its password is not what it was when the first half ended. */
  async #require(token: string): Promise<{ challenge: Challenge; user: User; passwordHash: string | null }> {
    const { challenges, database } = this.#deps
    const challenge = await challenges.find('signIn', token)
    if (challenge?.userId == null) throw new ChallengeOver()
    const select = { ...userColumns, passwordHash: true, passwordChangedAt: true, deletion: true } as const
    const found = await database.user.findUnique({ where: { id: challenge.userId }, select })
    if (!found || found.disabledAt || found.deletion !== null || challenge.data['password'] !== passwordMark(found)) {
      await challenges.end(challenge.id)
      throw new ChallengeOver()
    }
    const { passwordHash, passwordChangedAt: _, deletion: __, ...user } = found
    return { challenge, user, passwordHash }
  }

  async #check(challenge: Challenge, { code, passkey }: SecondStepInput, { origin }: Browser): Promise<SignInMethod> {
    const { passkeys, recoveryCodes, totp } = this.#deps
    const userId = challenge.userId ?? ''
    if (passkey) {
      await passkeys.finishAssertion(this.#wish(challenge, userId), requireSite(origin), passkey)
      return 'PASSWORD_AND_PASSKEY'
    }
    const typed = code ?? ''
    if (isTotpCode(typed) && (await totp.use(userId, typed))) return 'PASSWORD_AND_CODE'
    if (isRecoveryCode(typed) && (await recoveryCodes.use(userId, typed))) return 'PASSWORD_AND_RECOVERY_CODE'
    throw new CodeWrong()
  }

  #wish(challenge: Challenge, userId: string) {
    return { purpose: 'passkey.secondFactor', userId, userVerification: 'preferred', data: { signIn: challenge.id } } as const
  }
}

/** Another one means that the password was changed meanwhile. */
function passwordMark({ passwordChangedAt }: { readonly passwordChangedAt: Date | null }): string {
  return String(passwordChangedAt?.getTime() ?? 0)
}
