import { access, limited } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { ConfirmationFailed, EnrolmentRequired } from './errors.ts'
import { ChallengeOver, PasskeyRefused } from './factor-errors.ts'
import { PasskeyAssertionInput } from './passkey-inputs-schema.ts'

problemType(ConfirmationFailed, 'The password or code that was to confirm who is there is wrong.')
problemType(EnrolmentRequired, 'The role of this account must have a second factor, and it has none yet.')

const IdentityConfirmedType = builder.objectRef<{ at: Date }>('IdentityConfirmed').implement({
  description: 'The session knows who is there, for ten minutes.',
  fields: (t) => ({ at: t.expose('at', { type: 'DateTime' }) }),
})

const ConfirmIdentityInput = builder.inputType('ConfirmIdentityInput', {
  description: 'One of them.',
  fields: (t) => ({
    password: t.string({ description: 'The password of the account.' }),
    code: t.string({ description: 'A code of the authenticator.' }),
    passkey: t.field({ type: PasskeyAssertionInput, description: 'The answer of a passkey to startPasskeyConfirmation.' }),
  }),
})

builder.mutationField('confirmIdentity', (t) =>
  t.field({
    ...limited(access({ who: 'session', enrolling: true }), 'confirmIdentity'),
    type: IdentityConfirmedType,
    description:
      'Proves that it is still you. What cannot be undone asks for this, at most ten minutes ago; a sign-in counts as well. The session goes on under a new cookie, which comes with the answer: over a WebSocket there is none, and this is UNAVAILABLE.',
    errors: { types: [ConfirmationFailed, ChallengeOver, PasskeyRefused, Unavailable, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: ConfirmIdentityInput, required: true }) },
    resolve: async (_root, { input }, { actor, origin, secure, services, setCookie, transport }) => {
      if (transport === 'websocket') throw new Unavailable('Confirm with an HTTP request: its answer brings the session a new cookie.')
      const { at, token } = await services.confirmations.confirm(actor, { ...input, origin })
      setCookie(services.sessions.cookie(token, secure))
      return { at }
    },
  }),
)
