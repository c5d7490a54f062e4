import { builder, problemType } from '../graphql/builder.ts'
import { InvalidInput } from '../platform/errors.ts'
import { UsernameTaken } from '../users/errors.ts'
import { UserType } from '../users/schema.ts'
import { SetupDone, SetupTokenWrong, SignInFailed, WeakPassword } from './errors.ts'
import type { Session } from './service.ts'

problemType(SignInFailed, 'Unknown name or wrong password: which of the two is not said.')
problemType(WeakPassword, 'The password breaks a rule; the message says which.')
problemType(SetupTokenWrong, 'Not the token that the server printed at its start.')
problemType(SetupDone, 'The server has its first administrator already.')

const SessionType = builder.objectRef<Session>('Session').implement({
  description: 'A signed-in browser or program. The token itself travels in an HttpOnly cookie only.',
  fields: (t) => ({
    id: t.exposeID('id'),
    user: t.field({
      type: UserType,
      description: 'Whose session it is.',
      // The row and not its id: whoever has just signed in was nobody when the request came, and may look up nobody.
      resolve: (session) => session.user,
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends unless it is used before.' }),
  }),
})

const SetupType = builder.objectRef<{ required: boolean }>('Setup').implement({
  description: 'Whether this server still waits for its first administrator.',
  fields: (t) => ({ required: t.exposeBoolean('required') }),
})

const SignedOutType = builder.objectRef<{ at: Date }>('SignedOut').implement({
  description: 'The session has ended, and with it every stream it carried.',
  fields: (t) => ({ at: t.expose('at', { type: 'DateTime' }) }),
})

const CompleteSetupInput = builder.inputType('CompleteSetupInput', {
  fields: (t) => ({
    setupToken: t.string({
      required: true,
      description: 'Printed on the console at start; also in the file setup-token of the data folder.',
    }),
    username: t.string({ required: true }),
    password: t.string({ required: true, description: '12 to 128 characters.' }),
  }),
})

const SignInInput = builder.inputType('SignInInput', {
  fields: (t) => ({ username: t.string({ required: true }), password: t.string({ required: true }) }),
})

builder.queryField('setup', (t) =>
  t.field({
    type: SetupType,
    description: 'Whether the first administrator must be created. No sign-in needed.',
    skipTypeScopes: true,
    resolve: async (_root, _args, { services }) => ({ required: await services.auth.isSetupRequired() }),
  }),
)

builder.mutationFields((t) => ({
  completeSetup: t.field({
    type: SessionType,
    description: 'Creates the first administrator and signs in. Works once.',
    skipTypeScopes: true,
    errors: { types: [SetupTokenWrong, SetupDone, WeakPassword, UsernameTaken, InvalidInput] },
    args: { input: t.arg({ type: CompleteSetupInput, required: true }) },
    resolve: async (_root, { input }, { actor, services, setCookie }) => {
      const { session, token } = await services.auth.completeSetup(actor, input)
      setCookie(services.auth.sessionCookie(token))
      return session
    },
  }),
  signIn: t.field({
    type: SessionType,
    description: 'Signs in with a name and a password; the session cookie comes with the answer.',
    skipTypeScopes: true,
    errors: { types: [SignInFailed] },
    args: { input: t.arg({ type: SignInInput, required: true }) },
    resolve: async (_root, { input }, { actor, services, setCookie }) => {
      const { session, token } = await services.auth.signIn(actor, input)
      setCookie(services.auth.sessionCookie(token))
      return session
    },
  }),
  signOut: t.field({
    type: SignedOutType,
    description: 'Ends the session that carries this request, and its WebSockets. Signing out twice is no error.',
    skipTypeScopes: true,
    errors: { types: [] },
    resolve: async (_root, _args, { actor, services, setCookie }) => {
      await services.auth.signOut(actor)
      setCookie(services.auth.blankSessionCookie())
      return { at: new Date() }
    },
  }),
}))
