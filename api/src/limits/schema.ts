import { ConfirmationRequired } from '../auth/errors.ts'
import { access, needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import type { Limit } from './model.ts'
import type { Rate } from './table.ts'

const LimitRateType = builder.objectRef<Rate>('LimitRate').implement({
  description: 'A token bucket: so many at once, then as many a second as flow back.',
  fields: (t) => ({
    capacity: t.exposeInt('capacity', { description: 'How many at once; of things that exist at the same time, how many of them.' }),
    refillPerSecond: t.exposeFloat('refillPerSecond', { description: 'How many flow back each second; 0 for a number of things at once.' }),
  }),
})

const LimitKindEnum = builder.enumType('LimitKind', {
  description: 'What a limit bounds.',
  values: {
    RATE: { value: 'rate', description: 'How often something may be done.' },
    AT_ONCE: { value: 'atOnce', description: 'How many of something may exist at the same time.' },
  } as const,
})

const CountedByEnum = builder.enumType('LimitCountedBy', {
  description: 'Whom a limit counts.',
  values: {
    ADDRESS: { value: 'address', description: 'Everybody at an address together; of IPv6 a /64 network.' },
    ACCOUNT: { value: 'account', description: 'An account wherever it is used; strangers by their address.' },
    BOTH: { value: 'both', description: 'The address and the account, each for itself: the one with less left decides.' },
  } as const,
})

const LimitType = builder.objectRef<Limit>('Limit').implement({
  description: 'How often something may be asked for before the answer is RATE_LIMITED.',
  fields: (t) => ({
    id: t.id({ description: 'Its name, such as `signIn`.', resolve: ({ name }) => name }),
    name: t.exposeString('name', { description: 'As fields of the roots say it in their description.' }),
    kind: t.expose('kind', { type: LimitKindEnum, description: 'What it bounds.' }),
    countedBy: t.field({ type: CountedByEnum, description: 'Whom it counts.', resolve: ({ by }) => by }),
    rate: t.expose('rate', { type: LimitRateType, description: 'As it stands now.' }),
    preset: t.expose('preset', { type: LimitRateType, description: 'As it is while nobody has changed it.' }),
    least: t.expose('least', { type: LimitRateType, description: 'It cannot be set lower.' }),
    most: t.expose('most', { type: LimitRateType, description: 'It cannot be set higher.' }),
    adjusted: t.exposeBoolean('adjusted', { description: 'Whether an administrator has changed it.' }),
    deniedLastHour: t.exposeInt('deniedLastHour', {
      description: 'How often this process refused because of it within the last sixty minutes.',
    }),
  }),
})

const UpdateLimitInput = builder.inputType('UpdateLimitInput', {
  description: 'A new rate of one limit, within its bounds.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Such as `signIn`.' }),
    capacity: t.int({ required: true, description: 'How many at once.' }),
    refillPerSecond: t.float({ required: true, description: 'How many flow back each second; 0 for a number of things at once.' }),
  }),
})

const ResetLimitInput = builder.inputType('ResetLimitInput', {
  description: 'Which limit goes back to its preset.',
  fields: (t) => ({ name: t.string({ required: true, description: 'Such as `signIn`.' }) }),
})

builder.queryField('limits', (t) =>
  t.field({
    type: [LimitType],
    description: 'Every limit with its present rate. Errors: FORBIDDEN.',
    ...needs('settings:manage', 'ADMIN'),
    resolve: (_root, _args, { actor, services }) => services.limits.list(actor),
  }),
)

builder.mutationFields((t) => ({
  updateLimit: t.field({
    type: LimitType,
    description: 'Changes a limit from the next request on; everybody begins anew under it. Asks for a recent confirmation.',
    ...access({ who: 'session', role: 'ADMIN' }),
    errors: { types: [ConfirmationRequired, Forbidden, InvalidInput] },
    args: { input: t.arg({ type: UpdateLimitInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.limits.update(actor, input),
  }),
  resetLimit: t.field({
    type: LimitType,
    description: 'Puts a limit back to its preset, from the next request on. Asks for a recent confirmation.',
    ...access({ who: 'session', role: 'ADMIN' }),
    errors: { types: [ConfirmationRequired, Forbidden, InvalidInput] },
    args: { input: t.arg({ type: ResetLimitInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.limits.reset(actor, input.name),
  }),
}))
