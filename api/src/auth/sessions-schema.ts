import { limited, session } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { Forbidden } from '../platform/errors.ts'
import { ConfirmationRequired, CurrentPasswordWrong, SessionNotFound, WeakPassword } from './errors.ts'
import type { OwnPassword } from './password-changes.ts'
import { SessionType } from './schema.ts'

problemType(SessionNotFound, 'There is no such session, it has ended already, or it is somebody else’s.')
problemType(CurrentPasswordWrong, 'The present password is another one.')

const OwnPasswordType = builder.objectRef<OwnPassword>('OwnPassword').implement({
  description: 'The viewer’s password, without it.',
  fields: (t) => ({
    isSet: t.exposeBoolean('isSet', { description: 'False for an account that signs in with a passkey alone.' }),
    changedAt: t.expose('changedAt', { type: 'DateTime', nullable: true, description: 'Since when it is this one.' }),
  }),
})

const OtherSessionsEndedType = builder.objectRef<{ count: number }>('OtherSessionsEnded').implement({
  description: 'All sessions of the account have ended but the one that asked.',
  fields: (t) => ({ count: t.exposeInt('count', { description: 'How many there were.' }) }),
})

const EndSessionInput = builder.inputType('EndSessionInput', { fields: (t) => ({ id: t.id({ required: true }) }) })

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  fields: (t) => ({
    current: t.string({ description: 'Null for an account without a password, which must have confirmed who is there just now.' }),
    new: t.string({ required: true, description: '12 to 128 characters, and no common one.' }),
  }),
})

builder.queryFields((t) => ({
  mySessions: t.field({
    ...session,
    type: [SessionType],
    description: 'Where the viewer is signed in, the session used last first: at most a hundred.',
    resolve: (_root, _args, { actor, services }) => services.ownSessions.list(actor),
  }),
  myPassword: t.field({
    ...session,
    type: OwnPasswordType,
    description: 'Whether the viewer has a password, and since when.',
    resolve: (_root, _args, { actor, services }) => services.passwordChanges.state(actor),
  }),
}))

builder.subscriptionField('mySessionsChanged', (t) =>
  t.field({
    ...session,
    type: [SessionType],
    description: 'Where the viewer is signed in, now and whenever it changes.',
    subscribe: (_root, _args, { actor, services }) => services.ownSessions.watch(actor),
    resolve: (_signal, _args, { actor, services }) => services.ownSessions.list(actor),
  }),
)

builder.mutationFields((t) => ({
  changePassword: t.field({
    ...limited(session, 'changePassword'),
    type: SessionType,
    description:
      'Changes the viewer’s password and ends all their other sessions. This one goes on under a new cookie, which comes with the answer; what it has open closes, and can be opened again with it.',
    errors: { types: [CurrentPasswordWrong, WeakPassword, ConfirmationRequired, Forbidden] },
    args: { input: t.arg({ type: ChangePasswordInput, required: true }) },
    resolve: async (_root, { input }, { actor, services, setCookie, secure }) => {
      const changed = await services.passwordChanges.change(actor, { current: input.current ?? null, new: input.new })
      setCookie(services.sessions.cookie(changed.token, secure))
      return changed.session
    },
  }),
  endSession: t.field({
    ...session,
    type: SessionType,
    description: 'Ends one of the viewer’s sessions at once, and all it has open. The answer is what it was.',
    errors: { types: [SessionNotFound, Forbidden] },
    args: { input: t.arg({ type: EndSessionInput, required: true }) },
    resolve: async (_root, { input }, { actor, services, setCookie, secure }) => {
      const ended = await services.ownSessions.end(actor, input.id)
      if (ended.isCurrent) setCookie(services.sessions.blankCookie(secure))
      return ended
    },
  }),
  endOtherSessions: t.field({
    ...session,
    type: OtherSessionsEndedType,
    description: 'Ends all of the viewer’s sessions but the one that asks, and all they have open.',
    errors: { types: [Forbidden] },
    resolve: async (_root, _args, { actor, services }) => ({ count: await services.ownSessions.endOthers(actor) }),
  }),
}))
