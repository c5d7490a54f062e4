import type { AuditService } from '../audit/service.ts'
import { Challenges } from '../auth/challenges.ts'
import { PasswordProof } from '../auth/confirmation.ts'
import { Enrolment } from '../auth/enrolment.ts'
import { PasskeyProof, TotpProof } from '../auth/factor-proofs.ts'
import type { GuessGuard } from '../auth/guess-guard.ts'
import { PasskeyService } from '../auth/passkey-service.ts'
import { Passkeys } from '../auth/passkeys.ts'
import { RecoveryCodes } from '../auth/recovery-codes.ts'
import { RememberedBrowsers } from '../auth/remembered-browsers.ts'
import type { Revocations } from '../auth/revocations.ts'
import { SecondStep } from '../auth/second-step.ts'
import type { Sessions } from '../auth/sessions.ts'
import { SignInPolicyService } from '../auth/sign-in-policy.ts'
import { Totp } from '../auth/totp.ts'
import { TwoFactorService } from '../auth/two-factor.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { SettingsService } from '../settings/service.ts'

interface ComposeFactorsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly secrets: Secrets
  readonly settings: SettingsService
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly guard: GuessGuard
}

/** Everything that a password alone is not enough for. */
export function composeFactors(deps: ComposeFactorsDeps) {
  const { guard } = deps
  const challenges = new Challenges(deps)
  const enrolment = new Enrolment(deps)
  const totp = new Totp(deps)
  const recoveryCodes = new RecoveryCodes(deps)
  const rememberedBrowsers = new RememberedBrowsers(deps)
  const ceremonies = new Passkeys({ ...deps, challenges })
  const parts = { ...deps, challenges, enrolment, totp, recoveryCodes, rememberedBrowsers }
  const secondStep = new SecondStep({ ...parts, passkeys: ceremonies })
  const twoFactor = new TwoFactorService(parts)
  const passkeys = new PasskeyService({ ...deps, passkeys: ceremonies, recoveryCodes, twoFactor })
  const signInPolicy = new SignInPolicyService({ ...deps, enrolment })
  const proofs = [new PasswordProof(deps), new TotpProof({ totp, guard }), new PasskeyProof(ceremonies)]
  return { enrolment, proofs, services: { secondStep, twoFactor, passkeys, signInPolicy } }
}
