import { builder } from '../graphql/builder.ts'
import type { SecondStepRequired } from './second-step.ts'

const SecondFactorMethodType = builder.enumType('SecondFactorMethod', {
  description: 'What a sign-in can go on with.',
  values: {
    TOTP: { description: 'A code of the authenticator app.' },
    PASSKEY: { description: 'One of the account’s passkeys: see startPasskeyVerification.' },
    RECOVERY_CODE: { description: 'One of the recovery codes; each works once.' },
  } as const,
})

export const TwoFactorRequiredType = builder.objectRef<SecondStepRequired>('TwoFactorRequired').implement({
  description: 'The password was right and is not enough: verifyTwoFactor goes on.',
  fields: (t) => ({
    challenge: t.exposeString('challenge', { description: 'Give it back with the code. It is good for one sign-in.' }),
    methods: t.expose('methods', {
      type: [SecondFactorMethodType],
      description: 'What the account has, and what works where this server was opened.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Then the password is asked for again.' }),
  }),
})
