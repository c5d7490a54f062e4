import { z } from 'zod'
import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { Forbidden } from '../platform/errors.ts'
import { JobEnded, JobKindUnknown, JobNotCancellable, JobNotFound, JobNotRetryable, TooManyJobs } from './errors.ts'
import type { JobKind } from './kind.ts'
import { isEnded, type Job, type JobLogLine, type JobProgress, type jobStates, jobUnits } from './model.ts'

problemType(JobNotFound, 'No job has this id, or it is somebody else’s.')
problemType(JobKindUnknown, 'This server knows no work of this name: it was misspelt, or an upgrade removed it.')
problemType(JobEnded, 'The job is over: nothing is left to cancel.')
problemType(JobNotCancellable, 'Stopping now would leave something half done; the message says what.')
problemType(TooManyJobs, 'The account has as many open jobs as it may have: some have to end first.')
problemType(JobNotRetryable, 'Only what failed or was interrupted can be tried again.')

const JobStateType = builder.enumType('JobState', {
  description: 'Where a job stands. The last four are ends.',
  values: {
    QUEUED: { description: 'Ready; others of its class come first.' },
    RUNNING: { description: 'A process works on it.' },
    WAITING: { description: 'For what `waitingFor` says.' },
    SUCCEEDED: { description: 'Done, with a result.' },
    FAILED: { description: 'It ended with an error, and is not tried again by itself.' },
    CANCELLED: { description: 'Somebody stopped it.' },
    INTERRUPTED: { description: 'The server stopped while it ran, and this kind of job cannot go on by itself.' },
  } as const satisfies Record<(typeof jobStates)[number], object>,
})

const JobWaitType = builder.enumType('JobWait', {
  description: 'What a waiting job waits for.',
  values: {
    LOCK: { description: 'Another job holds what it needs.' },
    CHILDREN: { description: 'Its parts run.' },
    RETRY: { description: 'The time of its next attempt.' },
  } as const,
})

const JobUnitType = builder.enumType('JobUnit', { description: 'What progress counts.', values: jobUnits })

const JobProgressType = builder.objectRef<JobProgress>('JobProgress').implement({
  description: 'How far a job is.',
  fields: (t) => ({
    done: t.exposeFloat('done', { description: 'In units.' }),
    total: t.exposeFloat('total', { nullable: true, description: 'In units; null while nobody knows.' }),
    unit: t.expose('unit', { type: JobUnitType }),
    percent: t.float({
      nullable: true,
      description: '0 to 100; null while the total is not known.',
      resolve: ({ done, total }) => (total === null ? null : total === 0 ? 100 : Math.min(100, (done / total) * 100)),
    }),
    unitsPerSecond: t.exposeFloat('rate', { nullable: true, description: 'Over the last ten seconds; null while it cannot be told.' }),
    etaSeconds: t.exposeFloat('etaSeconds', { nullable: true, description: 'What is left at this rate; null while it cannot be told.' }),
    item: t.exposeString('item', { nullable: true, description: 'What is being worked on now, such as a path.' }),
  }),
})

const JobErrorType = builder.objectRef<NonNullable<Job['error']>>('JobError').implement({
  description: 'Why a job failed, or why its last attempt did.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'As in docs/errors.md; INTERNAL for a fault of the server, whose log says more.' }),
    message: t.exposeString('message'),
  }),
})

const JobKindType = builder.objectRef<JobKind>('JobKind').implement({
  description: 'A kind of work that this server knows.',
  fields: (t) => ({
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    class: t.exposeString('class', { description: 'Jobs of one class share a bound on how many run at once.' }),
    schedulable: t.exposeBoolean('schedulable', { description: 'Whether an administrator may put it on a schedule.' }),
    inputSchema: t.field({
      type: 'JSON',
      description: 'What `Job.input` holds: JSON Schema 2020-12.',
      resolve: ({ input }) => z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    }),
    resultSchema: t.field({
      type: 'JSON',
      description: 'What `Job.result` holds: JSON Schema 2020-12.',
      resolve: ({ result }) => z.toJSONSchema(result, { unrepresentable: 'any' }),
    }),
  }),
})

const JobLockType = builder.objectRef<Job['locks'][number]>('JobLock').implement({
  description: 'A name that a job holds while it runs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Such as `files:/ben/Photos`.' }),
    exclusive: t.exposeBoolean('exclusive', { description: 'Exclusive goes alone; shared ones go together.' }),
  }),
})

export const JobType = builder.objectRef<Job>('Job')
JobType.implement({
  description: 'A piece of work that outlives the request that asked for it, and the process that began it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind', { description: 'Such as `file_copy`; see `jobKinds`.' }),
    kindKnown: t.boolean({
      description: 'False for a kind that an upgrade removed: such a job is shown, and never runs.',
      resolve: ({ kind }, _args, { services }) => services.jobs.isKnown(kind),
    }),
    state: t.expose('state', { type: JobStateType }),
    waitingFor: t.expose('waitingFor', { type: JobWaitType, nullable: true, description: 'Null unless it waits.' }),
    subject: t.exposeString('subject', { nullable: true, description: 'What it is about, such as a path.' }),
    input: t.field({ type: 'JSON', description: 'As `JobKind.inputSchema` says.', resolve: ({ input }) => input }),
    result: t.field({
      type: 'JSON',
      nullable: true,
      description: 'As `JobKind.resultSchema` says; null until it has succeeded.',
      resolve: ({ result }) => result,
    }),
    error: t.expose('error', { type: JobErrorType, nullable: true }),
    progress: t.expose('progress', { type: JobProgressType, nullable: true, description: 'Null until it has said how far it is.' }),
    actorId: t.exposeID('actorId', { nullable: true, description: 'Who started it; null for the server itself.' }),
    actorName: t.exposeString('actorName', { description: 'The name that they had then; `system` for the server itself.' }),
    scheduleName: t.exposeString('scheduleName', { nullable: true, description: 'The schedule that started it.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', nullable: true, description: 'When its schedule wanted it.' }),
    parentId: t.exposeID('parentId', { nullable: true, description: 'The job of which it is a part.' }),
    children: t.field({
      type: [JobType],
      description: 'Its parts, in the order in which they were started, 500 at most.',
      resolve: ({ id }, _args, { services }) => services.jobs.children(id),
    }),
    locks: t.field({ type: [JobLockType], resolve: ({ locks }) => [...locks] }),
    attempts: t.exposeInt('attempts', { description: 'How often it was begun.' }),
    maxAttempts: t.exposeInt('maxAttempts', { description: 'After how many a failure is final.' }),
    runAfter: t.expose('runAfter', { type: 'DateTime', description: 'Not before this time.' }),
    cancelRequestedAt: t.expose('cancelRequestedAt', { type: 'DateTime', nullable: true }),
    cancelledByName: t.exposeString('cancelledByName', { nullable: true }),
    cancellable: t.boolean({
      description: 'Whether it can be cancelled now.',
      resolve: ({ state, kind }, _args, { services }) =>
        !isEnded(state) && (state !== 'RUNNING' || services.jobs.cancellable(kind) === true),
    }),
    notCancellableReason: t.string({
      nullable: true,
      description: 'Why a running job of this kind cannot be cancelled; null when it can.',
      resolve: ({ kind }, _args, { services }) => {
        const cancellable = services.jobs.cancellable(kind)
        return cancellable === true ? null : cancellable
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
  }),
})

const JobLogLevelType = builder.enumType('JobLogLevel', { values: ['INFO', 'WARNING', 'ERROR'] as const })

const JobLogLineType = builder.objectRef<JobLogLine>('JobLogLine').implement({
  description: 'Something that a job said.',
  fields: (t) => ({
    sequence: t.exposeInt('sequence', { description: '1, 2, 3 … within its job.' }),
    at: t.expose('at', { type: 'DateTime' }),
    attempt: t.exposeInt('attempt', { description: 'Which attempt said it, from 1; 0 before the first.' }),
    level: t.expose('level', { type: JobLogLevelType }),
    message: t.exposeString('message'),
  }),
})

const JobFilterInput = builder.inputType('JobFilter', {
  description: 'Which jobs: what is not said does not matter.',
  fields: (t) => ({
    states: t.field({ type: [JobStateType], description: 'Any of these.' }),
    kinds: t.stringList({ description: 'Any of these.' }),
    scheduleName: t.string({ description: 'Those that this schedule started.' }),
    parentId: t.id({ description: 'The parts of this job.' }),
    actorId: t.id({ description: 'Those that this person started.' }),
  }),
})

type FilterArgs = { filter?: typeof JobFilterInput.$inferInput | null | undefined }
const filterOf = ({ filter }: FilterArgs) => ({
  states: filter?.states ?? undefined,
  kinds: filter?.kinds ?? undefined,
  scheduleName: filter?.scheduleName ?? undefined,
  parentId: filter?.parentId ?? undefined,
  actorId: filter?.actorId ?? undefined,
})

builder.queryFields((t) => ({
  jobs: t.connection(
    {
      type: JobType,
      description: 'Jobs, newest first: one’s own, for administrators all.',
      ...needs('jobs:read'),
      args: { filter: t.arg({ type: JobFilterInput }) },
      resolve: async (_root, args, { actor, services }) => {
        const limit = pageSize(args)
        const filter = filterOf(args)
        const rows = await services.jobs.list(actor, filter, { after: args.after ?? null, limit: limit + 1 })
        const connection = connectionOf({ rows, limit, totalCount: 0, hasPreviousPage: args.after != null, cursor: ({ id }) => id })
        return { ...connection, count: () => services.jobs.count(actor, filter) }
      },
    },
    { name: 'JobConnection', fields: (c) => ({ totalCount: c.int({ resolve: ({ count }) => count() }) }) },
    { name: 'JobEdge' },
  ),
  job: t.field({
    type: JobType,
    nullable: true,
    description: 'One job; null when there is none of this id that one may see.',
    ...needs('jobs:read'),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.jobs.get(actor, id),
  }),
  jobLog: t.field({
    type: [JobLogLineType],
    description: 'What a job has said, oldest first. Errors: JOB_NOT_FOUND.',
    ...needs('jobs:read'),
    args: {
      id: t.arg.id({ required: true }),
      after: t.arg.int({ description: 'Only lines after this sequence.' }),
      first: t.arg.int({ description: '1 to 500; 200 when it is not said.' }),
    },
    resolve: (_root, { id, after, first }, { actor, services }) =>
      services.jobs.log(actor, id, { after: after ?? 0, limit: pageSize({ first: first ?? 200 }) }),
  }),
  jobKinds: t.field({
    type: [JobKindType],
    description: 'The kinds of work that this server knows, by name.',
    ...needs('jobs:read'),
    resolve: (_root, _args, { actor, services }) => services.jobs.kinds(actor),
  }),
}))

builder.mutationFields((t) => ({
  cancelJob: t.field({
    type: JobType,
    description:
      'Takes a waiting job out of the queue, or asks a running one to stop: it ends as CANCELLED once it has reached a place where it can. With all its parts.',
    ...needs('jobs:manage'),
    errors: { types: [JobNotFound, JobEnded, JobNotCancellable, Forbidden] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.jobs.cancel(actor, id),
  }),
  retryJob: t.field({
    type: JobType,
    description:
      'Lets a job that failed or was interrupted go on: from its last checkpoint where it has one; of a job with parts those that failed.',
    ...needs('jobs:manage'),
    errors: { types: [JobNotFound, JobNotRetryable, JobKindUnknown, Forbidden] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.jobs.retry(actor, id),
  }),
}))

builder.subscriptionFields((t) => ({
  jobChanged: t.field({
    type: JobType,
    description:
      'A job as it is, then whenever something about it changed, at most four times a second. Without an id: every job that is not over, then each that changes. Fails with JOB_NOT_FOUND.',
    ...needs('jobs:read'),
    args: { id: t.arg.id({ description: 'All when it is not given.' }) },
    subscribe: (_root, { id }, { actor, services }) => services.jobs.watch(actor, id ?? null),
    resolve: (job) => job,
  }),
  jobLogAppended: t.field({
    type: JobLogLineType,
    description: 'Every line of a job’s log: those that are there, then each as it comes. Fails with JOB_NOT_FOUND.',
    ...needs('jobs:read'),
    args: {
      id: t.arg.id({ required: true }),
      after: t.arg.int({ description: 'Only lines after this sequence: for going on after a break.' }),
    },
    subscribe: (_root, { id, after }, { actor, services }) => services.jobs.watchLog(actor, id, after ?? 0),
    resolve: (line) => line,
  }),
}))
