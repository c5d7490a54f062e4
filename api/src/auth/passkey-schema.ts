import { access, anyone, limited, session } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { ConfirmationRequired, SignInFailed } from './errors.ts'
import { ChallengeOver, LastFactor, PasskeyNotFound, PasskeyRefused, TooManyPasskeys } from './factor-errors.ts'
import { PasskeyAssertionInput, PasskeyAttestationInput } from './passkey-inputs-schema.ts'
import type { Passkey } from './passkey-service.ts'
import { SessionType } from './schema.ts'

problemType(PasskeyNotFound, 'The viewer has no such passkey.')
problemType(TooManyPasskeys, 'The account has as many passkeys as it may have.')

const enrolling = access({ who: 'session', enrolling: true })

const PasskeyType = builder.objectRef<Passkey>('Passkey').implement({
  description: 'A WebAuthn credential of the viewer.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name', { description: 'As its owner calls it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
    backedUp: t.exposeBoolean('backedUp', { description: 'Whether its provider keeps copies of it on other devices.' }),
  }),
})

const PasskeyOptionsType = builder.objectRef<object>('PasskeyOptions').implement({
  description: 'What a browser needs to let an authenticator answer; good for one answer within five minutes.',
  fields: (t) => ({
    options: t.field({
      type: 'JSON',
      description: 'PublicKeyCredentialCreationOptionsJSON or PublicKeyCredentialRequestOptionsJSON of https://www.w3.org/TR/webauthn-3/.',
      resolve: (options) => options,
    }),
  }),
})

const PasskeyRegisteredType = builder.objectRef<{ passkey: Passkey; recoveryCodes: string[] | null }>('PasskeyRegistered').implement({
  description: 'A new passkey.',
  fields: (t) => ({
    passkey: t.expose('passkey', { type: PasskeyType }),
    recoveryCodes: t.exposeStringList('recoveryCodes', {
      nullable: true,
      description: 'With the first second factor: readable here and never again.',
    }),
  }),
})

const PasskeyDeletedType = builder.objectRef<Passkey>('PasskeyDeleted').implement({
  description: 'The passkey does not open the account any more; the authenticator may still list it.',
  fields: (t) => ({ id: t.exposeID('id') }),
})

const RegisterPasskeyInput = builder.inputType('RegisterPasskeyInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'As its owner calls it: 1 to 64 characters.' }),
    attestation: t.field({ type: PasskeyAttestationInput, required: true }),
  }),
})
const RenamePasskeyInput = builder.inputType('RenamePasskeyInput', {
  fields: (t) => ({ id: t.id({ required: true }), name: t.string({ required: true }) }),
})
const DeletePasskeyInput = builder.inputType('DeletePasskeyInput', { fields: (t) => ({ id: t.id({ required: true }) }) })
const SignInWithPasskeyInput = builder.inputType('SignInWithPasskeyInput', {
  fields: (t) => ({ passkey: t.field({ type: PasskeyAssertionInput, required: true, description: 'The answer to startPasskeySignIn.' }) }),
})
const StartPasskeyVerificationInput = builder.inputType('StartPasskeyVerificationInput', {
  fields: (t) => ({ challenge: t.string({ required: true, description: 'Of TwoFactorRequired.' }) }),
})

builder.queryField('passkeys', (t) =>
  t.field({
    ...enrolling,
    type: [PasskeyType],
    description: 'The viewer’s passkeys, oldest first.',
    resolve: (_root, _args, { actor, services }) => services.passkeys.list(actor),
  }),
)

builder.mutationFields((t) => ({
  startPasskeyRegistration: t.field({
    ...limited(enrolling, 'enrolFactor'),
    type: PasskeyOptionsType,
    description:
      'Begins to make a passkey. Asks for a recent confirmation; UNAVAILABLE where this server was not opened by a name over TLS.',
    errors: { types: [ConfirmationRequired, TooManyPasskeys, Unavailable, Forbidden] },
    resolve: (_root, _args, { actor, services, ...browser }) => services.passkeys.beginRegistration(actor, browser),
  }),
  registerPasskey: t.field({
    ...limited(enrolling, 'enrolFactor'),
    type: PasskeyRegisteredType,
    description: 'Keeps the passkey that an authenticator made: it is a second factor, and can sign in without a password.',
    errors: {
      types: [ConfirmationRequired, ChallengeOver, PasskeyRefused, TooManyPasskeys, InvalidInput, Unavailable, Forbidden],
    },
    args: { input: t.arg({ type: RegisterPasskeyInput, required: true }) },
    resolve: (_root, { input }, { actor, services, ...browser }) =>
      services.passkeys.finishRegistration(actor, { name: input.name, answer: input.attestation }, browser),
  }),
  renamePasskey: t.field({
    ...session,
    type: PasskeyType,
    description: 'Gives one of the viewer’s passkeys another name.',
    errors: { types: [PasskeyNotFound, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: RenamePasskeyInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.passkeys.rename(actor, input),
  }),
  deletePasskey: t.field({
    ...session,
    type: PasskeyDeletedType,
    description: 'Lets one of the viewer’s passkeys open the account no more. Asks for a recent confirmation.',
    errors: { types: [PasskeyNotFound, ConfirmationRequired, LastFactor, Forbidden] },
    args: { input: t.arg({ type: DeletePasskeyInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.passkeys.delete(actor, input.id),
  }),
  startPasskeyConfirmation: t.field({
    ...limited(enrolling, 'confirmIdentity'),
    type: PasskeyOptionsType,
    description: 'Begins to confirm with a passkey who is there; confirmIdentity ends it.',
    errors: { types: [Unavailable, Forbidden] },
    resolve: (_root, _args, { actor, services, ...browser }) => services.passkeys.beginConfirmation(actor, browser),
  }),
  startPasskeyVerification: t.field({
    ...limited(anyone, 'verifyTwoFactor'),
    type: PasskeyOptionsType,
    description: 'Begins to show a passkey as second factor; verifyTwoFactor ends it.',
    errors: { types: [ChallengeOver, Unavailable] },
    args: { input: t.arg({ type: StartPasskeyVerificationInput, required: true }) },
    resolve: (_root, { input }, { services, ...browser }) => services.secondStep.beginPasskey(input.challenge, browser),
  }),
  startPasskeySignIn: t.field({
    ...limited(anyone, 'signIn'),
    type: PasskeyOptionsType,
    description: 'Begins to sign in without a password; signInWithPasskey ends it.',
    errors: { types: [Unavailable] },
    resolve: (_root, _args, { services, ...browser }) => services.passkeys.beginSignIn(browser),
  }),
  signInWithPasskey: t.field({
    ...limited(anyone, 'verifyTwoFactor'),
    type: SessionType,
    description: 'Signs in whose passkey it is; the session cookie comes with the answer.',
    errors: { types: [PasskeyRefused, ChallengeOver, SignInFailed, Unavailable] },
    args: { input: t.arg({ type: SignInWithPasskeyInput, required: true }) },
    resolve: async (_root, { input }, { actor, secure, services, setCookie, ...browser }) => {
      const { session, token } = await services.passkeys.signIn(actor, input.passkey, { ...browser, secure })
      setCookie(services.sessions.cookie(token, secure))
      return session
    },
  }),
}))
