import { FileNotFound, NameTaken, NotAFolder, PathOutsideStorage, StorageReadOnly } from '../files/errors.ts'
import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { TooManyJobs } from '../jobs/errors.ts'
import { JobType } from '../jobs/schema.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { DamageNotFound, DamageSettled } from './errors.ts'
import type { FileDamage, FileScrub } from './model.ts'
import type { Integrity } from './service.ts'

problemType(DamageNotFound, 'There is no such damaged file.')
problemType(DamageSettled, 'It was settled meanwhile, or the file is another one by now.')

const FileDamageStateEnum = builder.enumType('FileDamageState', {
  description: 'What became of a damaged file.',
  values: {
    OPEN: { description: 'Nobody has decided yet; the file is where it was.' },
    ACCEPTED: { description: 'Its content was declared to be the right one.' },
    RESOLVED: { description: 'It was right again when it was next read, was replaced, or is gone.' },
    QUARANTINED: { description: 'It was taken out of the tree; nothing of it is lost.' },
  } as const,
})

const FileDamageType = builder.objectRef<FileDamage>('FileDamage').implement({
  description: 'A file whose content is not what its checksum says, although its size and time are.',
  fields: (t) => ({
    id: t.exposeID('id'),
    path: t.expose('path', { type: 'Path', description: 'Where it was when it was found.' }),
    expected: t.exposeString('expected', { description: 'SHA-256 that it had, hexadecimal.' }),
    found: t.exposeString('found', { description: 'SHA-256 that it was read with last, hexadecimal.' }),
    size: t.expose('size', { type: 'Bytes' }),
    touchedAt: t.expose('touchedAt', {
      type: 'DateTime',
      description:
        'When it was last changed in any way, as its file system says. A moment nobody knows of speaks for a program that put its time back.',
    }),
    foundAt: t.expose('foundAt', { type: 'DateTime' }),
    state: t.expose('state', { type: FileDamageStateEnum }),
    settledAt: t.expose('settledAt', { type: 'DateTime', nullable: true }),
    settledByName: t.exposeString('settledByName', { nullable: true, description: 'Who decided; null for the server itself.' }),
  }),
})

const FileScrubType = builder.objectRef<FileScrub>('FileScrub').implement({
  description: 'A reading of all files that came to its end.',
  fields: (t) => ({
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    files: t.exposeInt('files', { description: 'Read to their end: each of them has a checksum since.' }),
    bytes: t.expose('bytes', { type: 'Bytes' }),
    directBytes: t.expose('directBytes', {
      type: 'Bytes',
      description: 'Of them those that came from the disk for certain; others may have come out of memory.',
    }),
    firstReadings: t.exposeInt('firstReadings', { description: 'Files that had no checksum before.' }),
    changed: t.exposeInt('changed', { description: 'Files that others than this server have changed; they have a new checksum.' }),
    damaged: t.exposeInt('damaged'),
    unreadable: t.exposeInt('unreadable', {
      description: 'Files that the disk did not give back, or that changed while they were read. The log of the job names them.',
    }),
  }),
})

const IntegrityType = builder.objectRef<Integrity>('Integrity').implement({
  description: 'Whether files still are what they were.',
  fields: (t) => ({
    lastScrub: t.expose('lastScrub', {
      type: FileScrubType,
      nullable: true,
      description: 'The newest whole reading; null before the first.',
    }),
    jobId: t.exposeID('jobId', { nullable: true, description: 'Of the job that reads all files at this moment, or waits to.' }),
    openDamages: t.exposeInt('openDamages', { description: 'Damaged files of which nobody has decided yet.' }),
    quarantined: t.exposeInt('quarantined'),
    megabytesPerSecond: t.exposeInt('megabytesPerSecond', { description: 'How fast files are read at most, in 10^6 bytes a second.' }),
    quarantine: t.exposeBoolean('quarantine', { description: 'Whether damaged files are taken out of the tree at once.' }),
    damages: t.connection(
      {
        type: FileDamageType,
        description: 'Damaged files, the newest first; 50 unless `first` says otherwise, 500 at most. Errors: INVALID_INPUT.',
        args: { states: t.arg({ type: [FileDamageStateEnum], description: 'All when nothing is said.' }) },
        resolve: async (_integrity, args, { actor, services }) => {
          const limit = pageSize(args)
          const after = args.after ?? null
          const page = await services.integrity.damages(actor, { limit: limit + 1, after, states: args.states ?? null })
          return connectionOf({ ...page, limit, hasPreviousPage: after !== null, cursor: ({ id }) => id })
        },
      },
      { name: 'FileDamageConnection', fields: (c) => ({ totalCount: c.exposeInt('totalCount') }) },
      { name: 'FileDamageEdge' },
    ),
  }),
})

builder.queryField('integrity', (t) =>
  t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: IntegrityType,
    description: 'Whether files still are what they were, as the last reading of all of them found. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.integrity.read(actor),
  }),
)

const UpdateIntegrityInput = builder.inputType('UpdateIntegrityInput', {
  fields: (t) => ({
    megabytesPerSecond: t.int({ description: '1 to 100,000.' }),
    quarantine: t.boolean({ description: 'Whether damaged files are taken out of the tree as soon as they are found.' }),
  }),
})

const settleErrors = [DamageNotFound, DamageSettled, Forbidden, FileNotFound, NotAFolder, PathOutsideStorage, StorageReadOnly, Unavailable]

builder.mutationFields((t) => ({
  startScrub: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: JobType,
    description:
      'Begins to read all files and to compare them with their checksums. While that is under way the answer is that job. Administrators only.',
    errors: { types: [Forbidden, TooManyJobs] },
    resolve: (_root, _args, { actor, services }) => services.integrity.start(actor),
  }),
  acceptDamage: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: FileDamageType,
    description: 'Declares the content that was found to be the right one. Administrators only.',
    errors: { types: settleErrors },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, { actor, services }) => services.integrity.accept(actor, String(args.id)),
  }),
  quarantineDamage: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: FileDamageType,
    description: 'Takes a damaged file out of the tree, so that nobody takes it for a good one. It can be restored. Administrators only.',
    errors: { types: settleErrors },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, { actor, services }) => services.integrity.quarantine(actor, String(args.id)),
  }),
  restoreFromQuarantine: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: FileDamageType,
    description: 'Puts a file back where it was, damaged as it is. Administrators only.',
    errors: { types: [...settleErrors, NameTaken] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, { actor, services }) => services.integrity.restore(actor, String(args.id)),
  }),
  updateIntegrity: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: IntegrityType,
    description:
      'Changes how fast files are read and what happens to damaged ones; a reading that is under way follows. Administrators only.',
    errors: { types: [Forbidden, InvalidInput] },
    args: { input: t.arg({ type: UpdateIntegrityInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.integrity.configure(actor, input),
  }),
}))

builder.subscriptionField('integrityChanged', (t) =>
  t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: IntegrityType,
    description: 'As it is, then after each damage that is found or settled and each reading that begins or ends. Administrators only.',
    subscribe: (_root, _args, { actor, services }) => services.integrity.watch(actor),
    resolve: (_change, _args, { actor, services }) => services.integrity.read(actor),
  }),
)
