import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { Forbidden, Unavailable } from '../platform/errors.ts'
import { ServiceNotFound, ServiceNotRestartable } from './errors.ts'
import type { Detail, Reason, Service, ServiceError } from './model.ts'

problemType(ServiceNotFound, 'No service of this name is there.')
problemType(ServiceNotRestartable, 'This service cannot be restarted by itself; the message says why.')

const ServiceStateType = builder.enumType('ServiceState', {
  description: 'How a service is.',
  values: {
    RUNNING: { description: 'As it should.' },
    DEGRADED: { description: 'Works in part, or without something it needs.' },
    FAILED: { description: 'Does not work.' },
    STOPPED: { description: 'Not at work: not looked at yet, being restarted, or stopped.' },
    DISABLED: { description: 'Nobody has set it up: nothing is missing.' },
  } as const,
})

const ServiceKindType = builder.enumType('ServiceKind', {
  description: 'What a service is to this server.',
  values: {
    INTERNAL: { description: 'A part of this process.' },
    EXTERNAL: { description: 'Something it needs from outside, such as a database or a disk.' },
  } as const,
})

const DetailUnitType = builder.enumType('ServiceDetailUnit', {
  description: 'What the number of a detail counts in.',
  values: ['BYTES', 'MILLISECONDS', 'SECONDS', 'DAYS', 'PERCENT', 'COUNT', 'MOMENT', 'YES_OR_NO'] as const,
})

const ServiceReasonType = builder.objectRef<Reason>('ServiceReason').implement({
  description: 'Why a service is not simply running.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, such as STORAGE_GONE.' }),
    message: t.exposeString('message', { description: 'For people, in English.' }),
  }),
})

const ServiceErrorType = builder.objectRef<ServiceError>('ServiceError').implement({
  description: 'What went wrong. Passwords, keys and tokens are masked.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'As the system or a library says it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was seen last.' }),
  }),
})

const ServiceDetailType = builder.objectRef<Detail>('ServiceDetail').implement({
  description: 'Something worth knowing about a service now.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Stable, such as latency.' }),
    value: t.string({
      description: 'A text, a number in `unit`, a moment in ISO 8601, or true or false.',
      resolve: ({ value }) => (value instanceof Date ? value.toISOString() : String(value)),
    }),
    unit: t.field({
      type: DetailUnitType,
      nullable: true,
      description: 'Null for a text.',
      resolve: ({ unit, value }) => unit ?? (value instanceof Date ? 'MOMENT' : typeof value === 'boolean' ? 'YES_OR_NO' : null),
    }),
  }),
})

const ServiceCounterType = builder.objectRef<{ name: string; value: number }>('ServiceCounter').implement({
  description: 'Something that only grows while the server runs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Stable, such as samples.' }),
    value: t.exposeFloat('value', { description: 'Since the server started.' }),
  }),
})

const ServiceType = builder.objectRef<Service>('Service').implement({
  description: 'A part of the server, or something it needs, and how it is.',
  fields: (t) => ({
    id: t.id({ description: 'Its name.', resolve: ({ name }) => name }),
    name: t.exposeString('name', { description: 'Stable, such as telemetry.' }),
    title: t.exposeString('title', { description: 'For people, in English.' }),
    kind: t.expose('kind', { type: ServiceKindType }),
    state: t.expose('state', { type: ServiceStateType }),
    reason: t.expose('reason', { type: ServiceReasonType, nullable: true, description: 'Null while it is running.' }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when it is in this state.' }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was looked at last. Of a frame: when what the frame says was found.',
    }),
    lastError: t.expose('lastError', { type: ServiceErrorType, nullable: true, description: 'Stays when it works again.' }),
    counters: t.field({
      type: [ServiceCounterType],
      resolve: ({ counters }) => Object.entries(counters).map(([name, value]) => ({ name, value })),
    }),
    details: t.field({ type: [ServiceDetailType], resolve: ({ details }) => [...details] }),
    dependsOn: t.stringList({ description: 'Names of services that it needs.', resolve: ({ dependsOn }) => [...dependsOn] }),
    neededBy: t.stringList({ description: 'Names of services that need it.', resolve: ({ neededBy }) => [...neededBy] }),
    failedDependencies: t.stringList({
      description: 'Those of `dependsOn` that have failed or stopped.',
      resolve: ({ failedDependencies }) => [...failedDependencies],
    }),
    required: t.exposeBoolean('required', { description: 'Whether GET /readyz answers 503 while it does not work.' }),
    restartable: t.exposeBoolean('restartable', { description: 'Whether `restartService` can do something for it.' }),
    notRestartableBecause: t.exposeString('notRestartableBecause', { nullable: true, description: 'In English; null when it can.' }),
    restarts: t.exposeInt('restarts', { description: 'By administrators, since the server started.' }),
    changesLastHour: t.exposeInt('changesLastHour', { description: 'How often its state changed: what flaps, shows.' }),
  }),
})

const RestartServiceInput = builder.inputType('RestartServiceInput', {
  description: 'Which service begins anew.',
  fields: (t) => ({ name: t.string({ required: true, description: 'Such as telemetry.' }) }),
})

builder.queryFields((t) => ({
  services: t.field({
    ...needs('services:read', 'ADMIN'),
    type: [ServiceType],
    description: 'Every service of this server as it is now. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.health.list(actor),
  }),
  service: t.field({
    ...needs('services:read', 'ADMIN'),
    type: ServiceType,
    nullable: true,
    description: 'One service; null when there is none of this name. Administrators only.',
    args: { name: t.arg.string({ required: true, description: 'Such as telemetry.' }) },
    resolve: (_root, { name }, { actor, services }) => services.health.find(actor, name),
  }),
}))

builder.mutationField('restartService', (t) =>
  t.field({
    ...needs('services:manage', 'ADMIN'),
    type: ServiceType,
    description: 'Lets a service begin anew and answers how it is then. UNAVAILABLE when it fails at it. Administrators only.',
    errors: { types: [Forbidden, ServiceNotFound, ServiceNotRestartable, Unavailable] },
    args: { input: t.arg({ type: RestartServiceInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.health.restart(actor, input.name),
  }),
)

builder.subscriptionField('serviceChanged', (t) =>
  t.field({
    ...needs('services:read', 'ADMIN'),
    type: ServiceType,
    description: 'Every service as it is now, then each one again when something about it changed. Administrators only.',
    subscribe: (_root, _args, { actor, services }) => services.health.watch(actor),
    resolve: (service) => service,
  }),
)
