import { access, needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { RoleType } from '../users/schema.ts'
import { ConfirmationRequired } from './errors.ts'
import type { SignInPolicy } from './sign-in-policy.ts'

const SignInPolicyType = builder.objectRef<SignInPolicy>('SignInPolicy').implement({
  description: 'What a sign-in needs, and how long it lasts.',
  fields: (t) => ({
    requireTwoFactor: t.field({
      type: [RoleType],
      description: 'Accounts of these roles can do nothing before they have a second factor.',
      resolve: ({ requireTwoFactor }) => [...requireTwoFactor],
    }),
    withoutFactor: t.exposeInt('withoutFactor', { description: 'How many of these accounts have none yet.' }),
    idleHours: t.exposeInt('idleHours', { description: 'A session ends so many hours after its last use.' }),
    absoluteHours: t.exposeInt('absoluteHours', { description: 'A session ends after so many hours, however much it is used.' }),
  }),
})

const UpdateSignInPolicyInput = builder.inputType('UpdateSignInPolicyInput', {
  description: 'What is left out stays as it is.',
  fields: (t) => ({
    requireTwoFactor: t.field({ type: [RoleType] }),
    idleHours: t.int({ description: '1 to 8760, and not more than absoluteHours.' }),
    absoluteHours: t.int({ description: '1 to 8760.' }),
  }),
})

builder.queryField('signInPolicy', (t) =>
  t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: SignInPolicyType,
    description: 'What administrators ask of everybody who signs in.',
    resolve: (_root, _args, { actor, services }) => services.signInPolicy.read(actor),
  }),
)

builder.mutationField('updateSignInPolicy', (t) =>
  t.field({
    ...access({ who: 'session', role: 'ADMIN' }),
    type: SignInPolicyType,
    description:
      'Changes it for everybody at once: an account that must have a second factor and has none can do nothing but set one up. Asks for a recent confirmation.',
    errors: { types: [ConfirmationRequired, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: UpdateSignInPolicyInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.signInPolicy.update(actor, input),
  }),
)
