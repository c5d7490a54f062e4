import { access, anyone, limited, session } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { CannotDoToSelf, UserNotFound } from '../users/errors.ts'
import { UserType } from '../users/schema.ts'
import { ConfirmationRequired, SignInFailed } from './errors.ts'
import { ChallengeOver, CodeWrong, LastFactor, NoSecondFactor, PasskeyRefused } from './factor-errors.ts'
import { PasskeyAssertionInput } from './passkey-inputs-schema.ts'
import type { RememberedBrowser } from './remembered-browsers.ts'
import { SessionType } from './schema.ts'
import type { TotpSecret } from './totp.ts'
import type { TwoFactorState } from './two-factor.ts'

problemType(ChallengeOver, 'What was begun is over: it took too long, was tried too often, or something changed meanwhile.')
problemType(CodeWrong, 'The code is wrong, or was used before.')
problemType(LastFactor, 'The role must have a second factor, and this is the last one.')
problemType(NoSecondFactor, 'The account has no second factor that this would belong to.')
problemType(PasskeyRefused, 'What the passkey answered is not accepted.')

/** For those who must still set up their second factor as well. */
const enrolling = access({ who: 'session', enrolling: true })

const TwoFactorType = builder.objectRef<TwoFactorState>('TwoFactor').implement({
  description: 'The second factors of the viewer. What they hold is not readable.',
  fields: (t) => ({
    totpSince: t.expose('totpSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when an authenticator app gives codes; null without one.',
    }),
    passkeyCount: t.exposeInt('passkeys', { description: 'How many passkeys there are.' }),
    recoveryCodesLeft: t.exposeInt('recoveryCodesLeft', { description: 'With fewer than three it is time for new ones.' }),
    required: t.exposeBoolean('required', { description: 'Whether the viewer’s role must have a second factor.' }),
  }),
})

const TotpEnrolmentType = builder.objectRef<TotpSecret & { readonly expiresAt: Date }>('TotpEnrolment').implement({
  description: 'A secret for an authenticator app, readable here and never again.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: 'Base 32, to type: SHA-1, six digits, 30 seconds.' }),
    uri: t.exposeString('uri', { description: 'To show as a QR code: otpauth://totp/…' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until then confirmTotpEnrolment must have come.' }),
  }),
})

const RecoveryCodesType = builder.objectRef<readonly string[]>('RecoveryCodes').implement({
  description: 'What signs in without the authenticator.',
  fields: (t) => ({
    codes: t.stringList({
      description: 'Readable here and never again. Each works once; codes from before do not work any more.',
      resolve: (codes) => [...codes],
    }),
  }),
})

const RememberedBrowserType = builder.objectRef<RememberedBrowser>('RememberedBrowser').implement({
  description: 'A browser that needs no second factor for a while.',
  fields: (t) => ({
    id: t.exposeID('id'),
    client: t.exposeString('client', { nullable: true, description: 'What it calls itself.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    isCurrent: t.exposeBoolean('isCurrent', { description: 'True for the one that asks.' }),
  }),
})

const BrowsersForgottenType = builder.objectRef<readonly RememberedBrowser[]>('BrowsersForgotten').implement({
  description: 'The browsers that are left.',
  fields: (t) => ({ browsers: t.field({ type: [RememberedBrowserType], resolve: (browsers) => [...browsers] }) }),
})

builder.objectField(UserType, 'mustEnrol', (t) =>
  t.boolean({
    nullable: true,
    description: 'True while the viewer must set up a second factor before anything else; null for everybody but the viewer.',
    resolve: ({ id }, _args, { actor }) => (actor.kind === 'user' && actor.userId === id ? actor.mustEnrol : null),
  }),
)

const VerifyTwoFactorInput = builder.inputType('VerifyTwoFactorInput', {
  description: 'A code or a passkey.',
  fields: (t) => ({
    challenge: t.string({ required: true, description: 'Of TwoFactorRequired.' }),
    code: t.string({ description: 'Of the authenticator app, or a recovery code.' }),
    passkey: t.field({ type: PasskeyAssertionInput, description: 'The answer of a passkey to startPasskeyVerification.' }),
    rememberBrowser: t.boolean({ description: 'Asks this browser for no second factor for 30 days.' }),
  }),
})

const ConfirmTotpEnrolmentInput = builder.inputType('ConfirmTotpEnrolmentInput', {
  fields: (t) => ({ code: t.string({ required: true, description: 'What the app shows now.' }) }),
})

const ForgetBrowserInput = builder.inputType('ForgetBrowserInput', {
  fields: (t) => ({ id: t.id({ description: 'Which; all of the viewer’s when nothing is said.' }) }),
})

const ResetTwoFactorInput = builder.inputType('ResetTwoFactorInput', {
  fields: (t) => ({ userId: t.id({ required: true }) }),
})

builder.queryFields((t) => ({
  twoFactor: t.field({
    ...enrolling,
    type: TwoFactorType,
    description: 'What the viewer’s account has besides its password.',
    resolve: (_root, _args, { actor, services }) => services.twoFactor.state(actor),
  }),
  rememberedBrowsers: t.field({
    ...session,
    type: [RememberedBrowserType],
    description: 'The viewer’s browsers that need no second factor for a while, newest first.',
    resolve: (_root, _args, { actor, cookies, secure, services }) => services.twoFactor.browsers(actor, { cookies, secure }),
  }),
}))

builder.mutationFields((t) => ({
  verifyTwoFactor: t.field({
    ...limited(anyone, 'verifyTwoFactor'),
    type: SessionType,
    description: 'Goes on with a sign-in that needs a second factor; the session cookie comes with the answer.',
    errors: { types: [ChallengeOver, CodeWrong, PasskeyRefused, SignInFailed, Unavailable, InvalidInput] },
    args: { input: t.arg({ type: VerifyTwoFactorInput, required: true }) },
    resolve: async (_root, { input }, { actor, cookies, origin, secure, services, setCookie }) => {
      const { cookie, session, token } = await services.secondStep.finish(actor, input, { cookies, origin, secure })
      setCookie(services.sessions.cookie(token, secure))
      if (cookie) setCookie(cookie)
      return session
    },
  }),
  startTotpEnrolment: t.field({
    ...limited(enrolling, 'enrolFactor'),
    type: TotpEnrolmentType,
    description:
      'Makes a secret for an authenticator app. The one before it counts until the new one is confirmed. Asks for a recent confirmation.',
    errors: { types: [ConfirmationRequired, Forbidden] },
    resolve: (_root, _args, { actor, services }) => services.twoFactor.startTotp(actor),
  }),
  confirmTotpEnrolment: t.field({
    ...limited(enrolling, 'enrolFactor'),
    type: RecoveryCodesType,
    description: 'Shows that the app has the secret: from now on signing in asks for a code.',
    errors: { types: [CodeWrong, ChallengeOver, Forbidden] },
    args: { input: t.arg({ type: ConfirmTotpEnrolmentInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.twoFactor.confirmTotp(actor, input.code),
  }),
  disableTotp: t.field({
    ...session,
    type: TwoFactorType,
    description: 'Gives up the authenticator app; remembered browsers are forgotten. Asks for a recent confirmation.',
    errors: { types: [ConfirmationRequired, LastFactor, NoSecondFactor, Forbidden] },
    resolve: (_root, _args, { actor, services }) => services.twoFactor.disableTotp(actor),
  }),
  regenerateRecoveryCodes: t.field({
    ...limited(session, 'enrolFactor'),
    type: RecoveryCodesType,
    description: 'Makes ten new recovery codes in place of those that are left. Asks for a recent confirmation.',
    errors: { types: [ConfirmationRequired, NoSecondFactor, Forbidden] },
    resolve: (_root, _args, { actor, services }) => services.twoFactor.regenerateRecoveryCodes(actor),
  }),
  forgetBrowser: t.field({
    ...session,
    type: BrowsersForgottenType,
    description: 'Lets one of the viewer’s browsers, or all of them, be asked for the second factor again.',
    errors: { types: [Forbidden] },
    args: { input: t.arg({ type: ForgetBrowserInput, required: true }) },
    resolve: (_root, { input }, { actor, cookies, secure, services }) =>
      services.twoFactor.forgetBrowser(actor, input.id ?? null, { cookies, secure }),
  }),
  resetTwoFactor: t.field({
    ...access({ who: 'session', role: 'ADMIN' }),
    type: UserType,
    description: 'Takes every second factor from an account that has lost them, and ends its sessions. Asks for a recent confirmation.',
    errors: { types: [UserNotFound, CannotDoToSelf, ConfirmationRequired, Forbidden] },
    args: { input: t.arg({ type: ResetTwoFactorInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.twoFactor.reset(actor, input.userId),
  }),
}))
