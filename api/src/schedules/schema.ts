import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { JobType } from '../jobs/schema.ts'
import {
  CronInvalid,
  CronNeverDue,
  cronParts,
  IntervalTooShort,
  ScheduleBuiltIn,
  ScheduleNameTaken,
  ScheduleNotFound,
  ScheduleRunning,
  TimeZoneUnknown,
  WindowNeverMet,
} from './errors.ts'
import { type catchUps, type overlaps, type RunWithJob, type Schedule, type StartWindow, systemZone, type triggers } from './model.ts'
import type { Coming } from './plan.ts'
import type { ComingRun, Timeline } from './timeline.ts'

problemType(ScheduleNotFound, 'No schedule has this name.')
problemType(ScheduleNameTaken, 'Another schedule has this name.')
problemType(ScheduleBuiltIn, 'The schedule belongs to the server: its times may change, what it does may not.')
problemType(ScheduleRunning, 'Its last run is not over, and it never runs beside itself.')
problemType(CronNeverDue, 'The expression names a day that never comes, such as 31 February.')
problemType(TimeZoneUnknown, 'No time zone has this name.')
problemType(IntervalTooShort, 'Less than a minute between two due times.')
problemType(WindowNeverMet, 'No due time lies within the window: each would wait for hours.')
const CronPartType = builder.enumType('CronPart', { description: 'A field of a cron expression, in their order.', values: cronParts })
problemType(CronInvalid, 'A part of the expression is not cron.')
builder.objectField(CronInvalid as unknown as new () => CronInvalid, 'part', (t) =>
  t.expose('part', { type: CronPartType, nullable: true, description: 'The part at fault; null when there are not five.' }),
)

export const CatchUpType = builder.enumType('ScheduleCatchUp', {
  description: 'What was due while the server was off or asleep.',
  values: {
    RUN_ONCE: { description: 'Runs once, however often it was due.' },
    SKIP: { description: 'Is left out.' },
  } as const satisfies Record<(typeof catchUps)[number], object>,
})

export const OverlapType = builder.enumType('ScheduleOverlap', {
  description: 'What is due while the last run is not over.',
  values: {
    SKIP: { description: 'Is left out.' },
    QUEUE: { description: 'Waits behind it; one run at most.' },
  } as const satisfies Record<(typeof overlaps)[number], object>,
})

const WindowType = builder.objectRef<StartWindow>('ScheduleWindow').implement({
  description: 'Local times of day between which a run may start; over midnight too. What is due outside of it waits.',
  fields: (t) => ({
    from: t.exposeString('from', { description: 'HH:MM; from then on.' }),
    to: t.exposeString('to', { description: 'HH:MM; until just before.' }),
  }),
})

const ComingType = builder.objectRef<Coming>('ScheduleTime').implement({
  description: 'A due time, and when its run starts: with jitter, within the window.',
  fields: (t) => ({
    dueAt: t.expose('dueAt', { type: 'DateTime' }),
    startsAt: t.expose('startAt', { type: 'DateTime' }),
  }),
})

const RunType = builder.objectRef<RunWithJob>('ScheduleRun').implement({
  description: 'What became of a due time.',
  fields: (t) => ({
    id: t.exposeID('id'),
    scheduleName: t.exposeString('scheduleName', { description: 'The schedule itself may be gone.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime' }),
    trigger: t.field({
      type: builder.enumType('ScheduleTrigger', {
        values: {
          SCHEDULED: { description: 'In time.' },
          CATCH_UP: { description: 'Later, since nothing could run when it was due.' },
          MANUAL: { description: 'By somebody, besides its times.' },
        } as const satisfies Record<(typeof triggers)[number], object>,
      }),
      resolve: ({ trigger }) => trigger,
    }),
    outcome: t.field({
      type: builder.enumType('ScheduleOutcome', { values: ['STARTED', 'SKIPPED'] as const }),
      resolve: ({ outcome }) => outcome,
    }),
    reason: t.field({
      type: builder.enumType('ScheduleSkipReason', {
        description: 'Why a due time started nothing.',
        values: {
          OVERLAP: { description: 'The last run was not over.' },
          PAUSED: { description: 'The schedule was paused.' },
          MISSED: { description: 'The server was off or asleep; what is caught up is another row.' },
          WINDOW: { description: 'It waited for the window, and a later one runs for it.' },
          ACTOR: { description: 'Its maker is disabled, gone, or no administrator any more.' },
          KIND: { description: 'An upgrade removed its kind of job.' },
          INPUT: { description: 'Its kind of job takes another input since an upgrade.' },
          TIMING: { description: 'Its times mean nothing any more, as when a time zone was removed.' },
        } as const,
      }),
      nullable: true,
      resolve: ({ reason }) => reason,
    }),
    dueCount: t.exposeInt('dueCount', { description: 'How many due times this stands for; 10 000 for that many or more.' }),
    gapFrom: t.expose('gapFrom', {
      type: 'DateTime',
      nullable: true,
      description: 'The first of them, where they are several; dueAt is the last.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When that was decided.' }),
    job: t.expose('job', { type: JobType, nullable: true, description: 'Null when nothing was started, or the job was cleaned away.' }),
  }),
})

export const ScheduleType = builder.objectRef<Schedule>('Schedule')
ScheduleType.implement({
  description: 'Puts a job into the queue at its times.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Such as `database_check`; never changes.' }),
    title: t.exposeString('title', { description: 'For people; of a built-in one in English.' }),
    kind: t.exposeString('kind', { description: 'Of its jobs; see `jobKinds`.' }),
    input: t.field({ type: 'JSON', description: 'Of its jobs, as `JobKind.inputSchema` says.', resolve: ({ input }) => input }),
    cron: t.string({
      nullable: true,
      description: 'Five fields; null for an interval.',
      resolve: ({ timing }) => ('cron' in timing ? timing.cron : null),
    }),
    everySeconds: t.int({
      nullable: true,
      description: 'Seconds between two due times; null for cron.',
      resolve: ({ timing }) => ('cron' in timing ? null : timing.everySeconds),
    }),
    timeZone: t.exposeString('timeZone', { description: `An IANA name, or \`${systemZone}\` for that of the machine.` }),
    effectiveTimeZone: t.string({
      nullable: true,
      description: 'The IANA name that is meant; null when there is none any more.',
      resolve: (schedule, _args, { services }) => services.schedules.effectiveZone(schedule),
    }),
    jitterSeconds: t.exposeInt('jitterSeconds', { description: 'Runs start up to so many seconds later: the same for the same due time.' }),
    window: t.expose('window', { type: WindowType, nullable: true, description: 'Null for any time of day.' }),
    catchUp: t.expose('catchUp', { type: CatchUpType }),
    overlap: t.expose('overlap', { type: OverlapType }),
    maxAttempts: t.exposeInt('maxAttempts', { nullable: true, description: 'Of each job; null for what its kind says.' }),
    pausedAt: t.expose('pausedAt', { type: 'DateTime', nullable: true, description: 'Null while it is not paused.' }),
    pausedByName: t.exposeString('pausedByName', { nullable: true }),
    lastDueAt: t.expose('lastDueAt', { type: 'DateTime', nullable: true, description: 'The last due time that was looked after.' }),
    nextDueAt: t.expose('nextDueAt', { type: 'DateTime', nullable: true }),
    nextRunAt: t.expose('nextRunAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next run starts; null while it is paused.',
    }),
    builtIn: t.exposeBoolean('builtIn', { description: 'Belongs to the server: cannot be deleted.' }),
    adjusted: t.exposeBoolean('adjusted', { description: 'A built-in one whose times somebody changed: an upgrade leaves them alone.' }),
    createdById: t.exposeID('createdById', { nullable: true, description: 'In whose name its jobs run; null for the server itself.' }),
    createdByName: t.exposeString('createdByName', { description: 'The name that they had then.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    changedAt: t.expose('changedAt', { type: 'DateTime' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Set only in the last thing that `scheduleChanged` says of it.',
    }),
    lastRun: t.field({
      type: RunType,
      nullable: true,
      description: 'Null for one that was never due.',
      resolve: async ({ name }, _args, { services }) => (await services.schedules.runs(name, { after: null, limit: 1 }))[0] ?? null,
    }),
    nextRuns: t.field({
      type: [ComingType],
      description: 'From now on; none while it is paused.',
      args: { count: t.arg.int({ defaultValue: 5, description: '1 to 50.' }) },
      resolve: (schedule, { count }, { services }) => services.schedules.nextRuns(schedule, count ?? 5),
    }),
    runs: t.connection(
      {
        type: RunType,
        description: 'What became of its due times, newest first.',
        resolve: async ({ name }, args, { services }) => {
          const limit = pageSize(args)
          const rows = await services.schedules.runs(name, { after: args.after ?? null, limit: limit + 1 })
          const page = connectionOf({ rows, limit, totalCount: 0, hasPreviousPage: args.after != null, cursor: ({ id }) => id })
          return { ...page, count: () => services.schedules.runCount(name) }
        },
      },
      { name: 'ScheduleRunConnection', fields: (c) => ({ totalCount: c.int({ resolve: ({ count }) => count() }) }) },
      { name: 'ScheduleRunEdge' },
    ),
  }),
})

const ComingRunType = builder.objectRef<ComingRun>('ScheduleComingRun').implement({
  description: 'A run to come, if the server stays on.',
  fields: (t) => ({
    scheduleName: t.string({ resolve: ({ schedule }) => schedule.name }),
    dueAt: t.expose('dueAt', { type: 'DateTime' }),
    startsAt: t.expose('startAt', { type: 'DateTime' }),
    expectedSeconds: t.exposeFloat('expectedSeconds', { nullable: true, description: 'As its last runs took; null before the first.' }),
  }),
})

const TimelineType = builder.objectRef<Timeline>('ScheduleTimeline').implement({
  description: 'What ran and what will, of all schedules.',
  fields: (t) => ({
    runs: t.field({
      type: [RunType],
      description: 'Newest first, 2 000 at most; also of schedules that are gone. When a run began and ended its job says.',
      resolve: ({ runs }) => [...runs],
    }),
    coming: t.field({
      type: [ComingRunType],
      description: 'Soonest first, 200 at most of each schedule.',
      resolve: ({ coming }) => [...coming],
    }),
    truncated: t.exposeBoolean('truncated', { description: 'There is more than is shown.' }),
  }),
})

const PreviewType = builder.objectRef<{ readonly times: readonly Coming[] }>('SchedulePreview').implement({
  description: 'When something would run.',
  fields: (t) => ({ times: t.field({ type: [ComingType], resolve: ({ times }) => [...times] }) }),
})

export const WindowInput = builder.inputType('ScheduleWindowInput', {
  description: 'Local times of day between which a run may start; over midnight too.',
  fields: (t) => ({
    from: t.string({ required: true, description: 'HH:MM.' }),
    to: t.string({ required: true, description: 'HH:MM.' }),
  }),
})

builder.queryFields((t) => ({
  schedules: t.field({
    type: [ScheduleType],
    description: 'What the server does by itself, and when, by name. Administrators only.',
    ...needs('jobs:read', 'ADMIN'),
    resolve: (_root, _args, { actor, services }) => services.schedules.list(actor),
  }),
  schedule: t.field({
    type: ScheduleType,
    nullable: true,
    description: 'Null when there is none of this name. Administrators only.',
    ...needs('jobs:read', 'ADMIN'),
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { actor, services }) => services.schedules.get(actor, name),
  }),
  scheduleTimeline: t.field({
    type: TimelineType,
    description: 'What ran and what will, of all schedules. Administrators only. Errors: INVALID_INPUT.',
    ...needs('jobs:read', 'ADMIN'),
    args: {
      from: t.arg({ type: 'DateTime', required: true }),
      to: t.arg({ type: 'DateTime', required: true, description: 'At most 93 days later.' }),
    },
    resolve: (_root, { from, to }, { actor, services }) => services.schedules.timeline(actor, from, to),
  }),
  schedulePreview: t.field({
    type: PreviewType,
    description:
      'When something would run from now on: say `cron` or `everySeconds`. Administrators only. Errors: CRON_INVALID (with `part`), CRON_NEVER_DUE, INTERVAL_TOO_SHORT, TIME_ZONE_UNKNOWN, WINDOW_NEVER_MET, INVALID_INPUT.',
    ...needs('jobs:read', 'ADMIN'),
    args: {
      cron: t.arg.string({ description: 'Five fields.' }),
      everySeconds: t.arg.int({ description: 'At least 60.' }),
      timeZone: t.arg.string({ defaultValue: systemZone, description: `An IANA name, or \`${systemZone}\`.` }),
      window: t.arg({ type: WindowInput }),
      count: t.arg.int({ defaultValue: 5, description: '1 to 50.' }),
    },
    resolve: (_root, { cron, everySeconds, timeZone, window, count }, { actor, services }) => ({
      times: services.schedules.preview(
        actor,
        { cron, everySeconds },
        { timeZone: timeZone ?? systemZone, window: window ?? null },
        count ?? 5,
      ),
    }),
  }),
}))

builder.subscriptionFields((t) => ({
  scheduleChanged: t.field({
    type: ScheduleType,
    description:
      'Each schedule as it is, then each that changed or started something; with a name that one alone. Administrators only. Fails with SCHEDULE_NOT_FOUND.',
    ...needs('jobs:read', 'ADMIN'),
    args: { name: t.arg.string({ description: 'All when it is not given.' }) },
    subscribe: (_root, { name }, { actor, services }) => services.schedules.watch(actor, name ?? null),
    resolve: (schedule) => schedule,
  }),
}))
