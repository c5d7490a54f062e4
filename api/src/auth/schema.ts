import { anyone, limited } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { deviceCookieLifetime, deviceCookieName } from '../limits/device-tokens.ts'
import { InvalidInput } from '../platform/errors.ts'
import { HomeNameTaken, UsernameTaken } from '../users/errors.ts'
import { UserType } from '../users/schema.ts'
import { readCookie, setCookieHeader } from './cookies.ts'
import { SetupDone, SetupTokenWrong, SignInFailed, WeakPassword } from './errors.ts'
import { TwoFactorRequiredType } from './second-step-schema.ts'
import type { Session } from './sessions.ts'

problemType(SignInFailed, 'Unknown name or wrong password: which of the two is not said.')
problemType(WeakPassword, 'The password breaks a rule; the message says which.')
problemType(SetupTokenWrong, 'Not the token that the server printed at its start.')
problemType(SetupDone, 'The server has its first administrator already.')

const SignInMethodType = builder.enumType('SignInMethod', {
  description: 'How a session was begun.',
  values: {
    SETUP: { description: 'By setting up this server.' },
    PASSWORD: {},
    PASSWORD_AND_CODE: { description: 'A password and a code of the authenticator.' },
    PASSWORD_AND_RECOVERY_CODE: {},
    PASSWORD_AND_PASSKEY: {},
    PASSWORD_AND_REMEMBERED_BROWSER: { description: 'A password, in a browser that needs no second factor for a while.' },
    PASSKEY: { description: 'A passkey alone.' },
    INVITATION: { description: 'By taking up an invitation.' },
  } as const,
})

export const SessionType = builder.objectRef<Session>('Session').implement({
  description: 'A signed-in browser or program. The token itself travels in an HttpOnly cookie only.',
  fields: (t) => ({
    id: t.exposeID('id'),
    user: t.field({
      type: UserType,
      description: 'Whose session it is.',
      // The row where it is at hand: whoever has just signed in was nobody when the request came, and may look up nobody.
      resolve: ({ user, userId }) => user ?? userId,
    }),
    isCurrent: t.exposeBoolean('isCurrent', { description: 'True for the session that asks, and for one that has just begun.' }),
    method: t.expose('method', { type: SignInMethodType }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was begun.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', description: 'To the minute.' }),
    address: t.exposeString('address', { description: 'Where it was last used from.' }),
    client: t.exposeString('client', { nullable: true, description: 'What its browser or program calls itself (User-Agent).' }),
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

const SignInResult = builder.errorUnion('SignInResult', {
  description: 'A session; or a second factor must be shown first.',
  types: [SessionType, TwoFactorRequiredType, SignInFailed],
  resolveType: (result) => ('challenge' in result ? TwoFactorRequiredType : SessionType),
})

builder.queryField('setup', (t) =>
  t.field({
    type: SetupType,
    description: 'Whether the first administrator must be created. No sign-in needed.',
    ...anyone,
    resolve: async (_root, _args, { services }) => ({ required: await services.auth.isSetupRequired() }),
  }),
)

builder.mutationFields((t) => ({
  completeSetup: t.field({
    type: SessionType,
    description: 'Creates the first administrator and signs in. Works once.',
    ...limited(anyone, 'completeSetup'),
    errors: { types: [SetupTokenWrong, SetupDone, WeakPassword, UsernameTaken, HomeNameTaken, InvalidInput] },
    args: { input: t.arg({ type: CompleteSetupInput, required: true }) },
    resolve: async (_root, { input }, { actor, services, setCookie, secure }) => {
      const { session, token } = await services.auth.completeSetup(actor, input)
      setCookie(services.sessions.cookie(token, secure))
      return session
    },
  }),
  signIn: t.field({
    type: SignInResult,
    description:
      'Signs in with a name and a password; the session cookie comes with the answer. An account with a second factor goes on with verifyTwoFactor.',
    ...limited(anyone, 'signIn', { byService: true }),
    args: { input: t.arg({ type: SignInInput, required: true }) },
    resolve: async (_root, { input }, { actor, cookies, origin, services, setCookie, secure }) => {
      const browser = { cookies, origin, secure }
      const { device, ...answer } = await services.auth.signIn(actor, input, browser, readCookie(cookies, deviceCookieName, secure))
      if ('token' in answer) setCookie(services.sessions.cookie(answer.token, secure))
      setCookie(setCookieHeader(deviceCookieName, device, { secure, maxAge: deviceCookieLifetime }))
      return 'token' in answer ? answer.session : answer
    },
  }),
  signOut: t.field({
    type: SignedOutType,
    description: 'Ends the session that carries this request, and its WebSockets. Signing out twice is no error.',
    ...anyone,
    errors: { types: [] },
    resolve: async (_root, _args, { actor, services, setCookie, secure }) => {
      await services.auth.signOut(actor)
      setCookie(services.sessions.blankCookie(secure))
      return { at: new Date() }
    },
  }),
}))
