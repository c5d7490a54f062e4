import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { JobActorGone, JobKindUnknown } from '../jobs/errors.ts'
import { JobType } from '../jobs/schema.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { ActionInput, actionOf } from './actions-schema.ts'
import {
  CronInvalid,
  CronNeverDue,
  IntervalTooShort,
  ScheduleBuiltIn,
  ScheduleNameTaken,
  ScheduleNotFound,
  ScheduleRunning,
  TimeZoneUnknown,
  WindowNeverMet,
} from './errors.ts'
import { systemZone, type Timing } from './model.ts'
import { CatchUpType, OverlapType, ScheduleType, WindowInput } from './schema.ts'

problemType(JobActorGone, 'Who started it, or made its schedule, is disabled, gone, or may not do so any more.')

const TimingInput = builder.inputType('ScheduleTimingInput', {
  description: 'When: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    cron: t.string({ description: 'Five fields: minute, hour, day of the month, month, day of the week.' }),
    everySeconds: t.int({ description: 'Seconds between two due times, 60 to a year; counted from the last due time, whatever happens.' }),
  }),
})

const CreateScheduleInput = builder.inputType('CreateScheduleInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: '2 to 64 small letters, digits and underscores, a letter first. Never changes.' }),
    title: t.string({ required: true, description: 'For people: 1 to 100 letters.' }),
    action: t.field({ type: ActionInput, required: true }),
    timing: t.field({ type: TimingInput, required: true }),
    timeZone: t.string({ defaultValue: systemZone, description: `An IANA name, or \`${systemZone}\` for that of the machine.` }),
    jitterSeconds: t.int({ defaultValue: 0, description: '0 to 43 200.' }),
    window: t.field({ type: WindowInput }),
    catchUp: t.field({ type: CatchUpType, defaultValue: 'RUN_ONCE' }),
    overlap: t.field({ type: OverlapType, defaultValue: 'SKIP' }),
    maxAttempts: t.int({ description: '1 to 10; what the kind of job says when nothing is.' }),
  }),
})

const UpdateScheduleInput = builder.inputType('UpdateScheduleInput', {
  description: 'What is not said stays.',
  fields: (t) => ({
    name: t.string({ required: true }),
    title: t.string({ description: 'Not of a built-in one.' }),
    action: t.field({ type: ActionInput, description: 'Not of a built-in one.' }),
    timing: t.field({ type: TimingInput }),
    timeZone: t.string(),
    jitterSeconds: t.int(),
    window: t.field({ type: WindowInput, description: 'null for any time of day.' }),
    catchUp: t.field({ type: CatchUpType }),
    overlap: t.field({ type: OverlapType }),
    maxAttempts: t.int({ description: 'null for what the kind of job says.' }),
  }),
})

const RunScheduleInput = builder.inputType('RunScheduleInput', { fields: (t) => ({ name: t.string({ required: true }) }) })

const timingOf = ({ cron, everySeconds }: typeof TimingInput.$inferInput): Timing =>
  cron != null ? { cron } : { everySeconds: everySeconds ?? 0 }
const timesProblems = [CronInvalid, CronNeverDue, IntervalTooShort, TimeZoneUnknown, WindowNeverMet]

builder.mutationFields((t) => ({
  createSchedule: t.field({
    type: ScheduleType,
    description: 'Its jobs run in the name of who makes it, with the rights that they have then. Administrators only.',
    ...needs('jobs:manage', 'ADMIN'),
    errors: { types: [ScheduleNameTaken, JobKindUnknown, ...timesProblems, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: CreateScheduleInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.scheduleChanges.create(actor, {
        name: input.name,
        title: input.title,
        action: () => actionOf(input.action),
        rules: {
          timing: timingOf(input.timing),
          timeZone: input.timeZone ?? systemZone,
          jitterSeconds: input.jitterSeconds ?? 0,
          window: input.window ?? null,
          catchUp: input.catchUp ?? 'RUN_ONCE',
          overlap: input.overlap ?? 'SKIP',
          maxAttempts: input.maxAttempts ?? null,
        },
      }),
  }),
  updateSchedule: t.field({
    type: ScheduleType,
    description: 'Starts nothing by itself, whatever was due by the new times. Administrators only.',
    ...needs('jobs:manage', 'ADMIN'),
    errors: { types: [ScheduleNotFound, ScheduleBuiltIn, JobKindUnknown, ...timesProblems, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: UpdateScheduleInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => {
      const { action, timing } = input
      return services.scheduleChanges.update(actor, input.name, {
        title: input.title ?? undefined,
        action: action ? () => actionOf(action) : undefined,
        rules: {
          timing: timing ? timingOf(timing) : undefined,
          timeZone: input.timeZone ?? undefined,
          jitterSeconds: input.jitterSeconds ?? undefined,
          window: input.window,
          catchUp: input.catchUp ?? undefined,
          overlap: input.overlap ?? undefined,
          maxAttempts: input.maxAttempts,
        },
      })
    },
  }),
  pauseSchedule: t.field({
    type: ScheduleType,
    description: 'Nothing of it runs by itself until it goes on; twice is no error. Administrators only.',
    ...needs('jobs:manage', 'ADMIN'),
    errors: { types: [ScheduleNotFound, Forbidden] },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { actor, services }) => services.scheduleChanges.pause(actor, name),
  }),
  resumeSchedule: t.field({
    type: ScheduleType,
    description: 'Goes on with the next due time; nothing is caught up. Twice is no error. Administrators only.',
    ...needs('jobs:manage', 'ADMIN'),
    errors: { types: [ScheduleNotFound, Forbidden] },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { actor, services }) => services.scheduleChanges.resume(actor, name),
  }),
  deleteSchedule: t.field({
    type: ScheduleType,
    description: 'Its runs and jobs stay; one that belongs to the server can only be paused. Administrators only.',
    ...needs('jobs:manage', 'ADMIN'),
    errors: { types: [ScheduleNotFound, ScheduleBuiltIn, Forbidden] },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { actor, services }) => services.scheduleChanges.delete(actor, name),
  }),
  runSchedule: t.field({
    type: JobType,
    description: 'Starts its job now, also while it is paused, in the name in which it always runs. Its times stay. Administrators only.',
    ...needs('jobs:manage', 'ADMIN'),
    errors: { types: [ScheduleNotFound, ScheduleRunning, JobActorGone, JobKindUnknown, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: RunScheduleInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.scheduleChanges.run(actor, input.name),
  }),
}))
