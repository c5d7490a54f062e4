import { FileNotFound, NotAFile, NotAFolder, PathOutsideStorage, StorageFull, StorageReadOnly } from '../files/errors.ts'
import { downloadUrlOf } from '../files/model.ts'
import { FileType } from '../files/schema.ts'
import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { VersionNotFound } from './errors.ts'
import type { FileVersion, VersionTotals } from './model.ts'
import type { VersionRules } from './settings.ts'

problemType(VersionNotFound, 'The file has no version of this number.')

const FileVersionType = builder.objectRef<FileVersion>('FileVersion').implement({
  description: 'What a file held before something took its place.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: '1, 2, 3 … of its file: the higher the newer.' }),
    size: t.expose('size', { type: 'Bytes' }),
    sha256: t.exposeString('sha256', { nullable: true, description: 'Hexadecimal; null when it was not known.' }),
    modifiedAt: t.expose('modifiedAt', { type: 'DateTime', description: 'When its content was last changed.' }),
    replacedAt: t.expose('replacedAt', { type: 'DateTime' }),
    replacedByName: t.exposeString('replacedByName', { description: 'Who brought what took its place, under the name of that time.' }),
    downloadUrl: t.string({
      description: 'Where its bytes are read: GET, with ranges; add &download to save instead of show.',
      resolve: ({ path, number }) => `${downloadUrlOf(path)}?version=${number}`,
    }),
  }),
})

const VersionTotalsType = builder.objectRef<VersionTotals>('VersionTotals').implement({
  description: 'How many versions, and how much space they take.',
  fields: (t) => ({ count: t.exposeInt('count'), size: t.expose('size', { type: 'Bytes' }) }),
})

const VersionSettingsType = builder.objectRef<VersionRules>('VersionSettings').implement({
  description: 'Which old contents of a file are kept: what any of the three keeps. All 0 for none.',
  fields: (t) => ({
    last: t.exposeInt('last', { description: 'So many, the newest.' }),
    days: t.exposeInt('days', { description: 'The newest of each of so many days.' }),
    weeks: t.exposeInt('weeks', { description: 'The newest of each of so many weeks.' }),
    totals: t.field({
      type: VersionTotalsType,
      description: 'Of all files, those in the trash as well.',
      resolve: (_rules, _args, { actor, services }) => services.versions.allTotals(actor),
    }),
  }),
})

builder.objectField(FileType, 'versions', (t) =>
  t.connection(
    {
      type: FileVersionType,
      nullable: true,
      description: 'What the file held before, newest first; folders have none. Null for API keys without files:read.',
      resolve: async (file, args, { actor, services }) => {
        if (!services.versions.mayList(actor)) return null
        const limit = pageSize(args)
        const after = args.after ?? null
        if (after !== null && !/^\d{1,9}$/.test(after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
        const page = { before: after === null ? null : Number(after), limit: limit + 1 }
        const rows = await services.versions.list(actor, file, page)
        const cursor = ({ number }: FileVersion) => String(number)
        const connection = connectionOf({ rows, limit, totalCount: 0, hasPreviousPage: after !== null, cursor })
        return { ...connection, totals: () => services.versions.totals(actor, file) }
      },
    },
    {
      name: 'FileVersionConnection',
      fields: (c) => ({ totals: c.field({ type: VersionTotalsType, description: 'Of all of them.', resolve: ({ totals }) => totals() }) }),
    },
    { name: 'FileVersionEdge' },
  ),
)

builder.queryField('versionSettings', (t) =>
  t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: VersionSettingsType,
    description: 'Which old contents of files are kept. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.versions.rules(actor),
  }),
)

const versionFields = { path: 'The file.', version: 'The number of its version.' }
const RestoreVersionInput = builder.inputType('RestoreVersionInput', {
  fields: (t) => ({
    path: t.field({ type: 'Path', required: true, description: versionFields.path }),
    version: t.int({ required: true, description: versionFields.version }),
  }),
})
const DeleteVersionInput = builder.inputType('DeleteVersionInput', {
  fields: (t) => ({
    path: t.field({ type: 'Path', required: true, description: versionFields.path }),
    version: t.int({ required: true, description: versionFields.version }),
  }),
})
const ChangeVersionSettingsInput = builder.inputType('ChangeVersionSettingsInput', {
  description: 'What is not said stays.',
  fields: (t) => ({
    last: t.int({ description: '0 to 1000.' }),
    days: t.int({ description: '0 to 3650.' }),
    weeks: t.int({ description: '0 to 520.' }),
  }),
})

builder.mutationFields((t) => ({
  restoreVersion: t.field({
    ...needs('files:write'),
    type: FileType,
    description: 'Makes a version the content of its file again; what the file holds now becomes its newest version.',
    errors: {
      types: [
        ...[FileNotFound, NotAFile, NotAFolder, PathOutsideStorage, VersionNotFound],
        ...[Forbidden, StorageFull, StorageReadOnly, InvalidInput, Unavailable],
      ],
    },
    args: { input: t.arg({ type: RestoreVersionInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.versions.restore(actor, input),
  }),
  deleteVersion: t.field({
    ...needs('files:write'),
    type: FileVersionType,
    description: 'Removes a version for good. The answer is what it was.',
    errors: {
      types: [
        ...[FileNotFound, NotAFolder, PathOutsideStorage, VersionNotFound],
        ...[Forbidden, StorageReadOnly, InvalidInput, Unavailable],
      ],
    },
    args: { input: t.arg({ type: DeleteVersionInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.versions.deleteVersion(actor, input),
  }),
  changeVersionSettings: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: VersionSettingsType,
    description: 'Changes which old contents of files are kept. Administrators only.',
    errors: { types: [Forbidden, InvalidInput] },
    args: { input: t.arg({ type: ChangeVersionSettingsInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.versions.changeRules(actor, { last: input.last ?? null, days: input.days ?? null, weeks: input.weeks ?? null }),
  }),
}))
