import { FileNotFound, NameTaken, NotAFolder, PathOutsideStorage, StorageFull, StorageReadOnly } from '../files/errors.ts'
import { mimeTypeOf } from '../files/model.ts'
import { FileType } from '../files/schema.ts'
import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { OrderDirectionEnum } from '../graphql/order-direction.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { UserType } from '../users/schema.ts'
import { TrashItemNotFound } from './errors.ts'
import type { TrashItem, TrashScope, TrashTotals } from './model.ts'
import type { TrashRetention } from './settings.ts'

problemType(TrashItemNotFound, 'Nothing of this id is in the trash, or nothing the viewer may see.')

const TrashScopeEnum = builder.enumType('TrashScope', {
  description: 'Whose trash. What is deleted from somebody’s home goes to their trash, everything else to that of who deletes it.',
  values: {
    MINE: { description: 'One’s own.' },
    EVERYBODY: { description: 'That of everybody, and what is nobody’s. Administrators only.' },
  } as const,
})

const RestoreConflictEnum = builder.enumType('RestoreConflict', {
  description: 'What to do where the name is taken.',
  values: {
    FAIL: { description: 'Nothing: NAME_TAKEN.' },
    KEEP_BOTH: { description: 'Restore it as `name (2)`.' },
  } as const,
})

const TrashItemType = builder.objectRef<TrashItem>('TrashItem').implement({
  description: 'Something that was deleted and can be had back.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    path: t.expose('path', { type: 'Path', description: 'Where it stood.' }),
    isFolder: t.exposeBoolean('isFolder'),
    size: t.expose('size', {
      type: 'Bytes',
      nullable: true,
      description: 'Of the file, or of all files below; null while a folder is still being counted.',
    }),
    sizeIsExact: t.exposeBoolean('sizeIsExact', { description: 'False when counting took too long: then it is at least this much.' }),
    mimeType: t.string({
      nullable: true,
      description: 'What the ending of the name says; null for folders and unknown endings.',
      resolve: (item) => (item.isFolder ? null : mimeTypeOf(item.name)),
    }),
    deletedAt: t.expose('deletedAt', { type: 'DateTime' }),
    deletedByName: t.exposeString('deletedByName', { description: 'Who deleted it, under the name of that time.' }),
    owner: t.field({
      type: UserType,
      nullable: true,
      description: 'In whose trash it is; null for nobody’s.',
      resolve: (item) => item.ownerId,
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when on it is deleted for good; null where things are kept until somebody empties the trash.',
    }),
  }),
})

const TrashTotalsType = builder.objectRef<TrashTotals>('TrashTotals').implement({
  description: 'How many items, and how much they hold.',
  fields: (t) => ({
    count: t.exposeInt('count'),
    size: t.expose('size', { type: 'Bytes', description: 'As far as folders are counted.' }),
  }),
})

const TrashChangeType = builder.objectRef<{ readonly at: Date; readonly scope: TrashScope }>('TrashChange').implement({
  description: 'A trash as it is now. Read its items again.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    totals: t.field({ type: TrashTotalsType, resolve: ({ scope }, _args, { actor, services }) => services.trash.totals(actor, scope) }),
  }),
})

const TrashSettingsType = builder.objectRef<TrashRetention>('TrashSettings').implement({
  description: 'How long what is deleted can be had back.',
  fields: (t) => ({
    days: t.exposeInt('days', { description: 'Days until it is deleted for good; 0 for never.' }),
    percent: t.exposeInt('percent', {
      description: 'What one person’s trash may hold, in hundredths of the disk; the oldest goes first. 0 for any amount.',
    }),
  }),
})

const scopeArg = { type: TrashScopeEnum, defaultValue: 'MINE' } as const

builder.queryFields((t) => ({
  trash: t.connection(
    {
      ...needs('files:read'),
      type: TrashItemType,
      description: 'What was deleted and can be had back, by the time of deletion, newest first where nothing else is said.',
      args: { scope: t.arg(scopeArg), direction: t.arg({ type: OrderDirectionEnum, defaultValue: 'DESC' }) },
      resolve: async (_root, { scope, direction, ...args }, { actor, services }) => {
        const limit = pageSize(args)
        const whose = scope ?? 'MINE'
        const page = { after: args.after ?? null, limit: limit + 1, newestFirst: direction !== 'ASC' }
        const rows = await services.trash.list(actor, whose, page)
        const connection = connectionOf({ rows, limit, totalCount: 0, hasPreviousPage: args.after != null, cursor: ({ id }) => id })
        return { ...connection, totals: () => services.trash.totals(actor, whose) }
      },
    },
    {
      name: 'TrashConnection',
      fields: (c) => ({
        totalCount: c.int({ resolve: async ({ totals }) => (await totals()).count }),
        totals: c.field({ type: TrashTotalsType, description: 'Of the whole trash.', resolve: ({ totals }) => totals() }),
      }),
    },
    { name: 'TrashEdge' },
  ),
  trashSettings: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: TrashSettingsType,
    description: 'How long things stay in the trash. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.trash.retention(actor),
  }),
}))

const RestoreFromTrashInput = builder.inputType('RestoreFromTrashInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    to: t.field({
      type: 'Path',
      description: 'The whole new path; where it stood when it is not said. Folders that are gone are made again.',
    }),
    ifExists: t.field({ type: RestoreConflictEnum, defaultValue: 'FAIL' }),
  }),
})
const DeleteFromTrashInput = builder.inputType('DeleteFromTrashInput', {
  fields: (t) => ({ ids: t.idList({ required: true, description: '1 to 500: all of them or none.' }) }),
})
const EmptyTrashInput = builder.inputType('EmptyTrashInput', {
  fields: (t) => ({ scope: t.field({ type: TrashScopeEnum, defaultValue: 'MINE' }) }),
})
const ChangeTrashSettingsInput = builder.inputType('ChangeTrashSettingsInput', {
  description: 'What is not said stays.',
  fields: (t) => ({
    days: t.int({ description: '0 to 3650; 0 for never.' }),
    percent: t.int({ description: '0 to 100; 0 for any amount.' }),
  }),
})

builder.mutationFields((t) => ({
  restoreFromTrash: t.field({
    ...needs('files:write'),
    type: FileType,
    description: 'Puts something back where it stood, or elsewhere; its id stays, and those of all below it.',
    errors: {
      types: [
        ...[TrashItemNotFound, NameTaken, FileNotFound, NotAFolder, PathOutsideStorage],
        ...[Forbidden, StorageFull, StorageReadOnly, InvalidInput, Unavailable],
      ],
    },
    args: { input: t.arg({ type: RestoreFromTrashInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.trash.restore(actor, { id: input.id, to: input.to ?? null, ifExists: input.ifExists ?? 'FAIL' }),
  }),
  deleteFromTrash: t.field({
    ...needs('files:write'),
    type: TrashTotalsType,
    description: 'Deletes items for good. The answer is how much that was.',
    errors: { types: [TrashItemNotFound, Forbidden, StorageReadOnly, InvalidInput, Unavailable] },
    args: { input: t.arg({ type: DeleteFromTrashInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.trash.deleteItems(actor, input.ids),
  }),
  emptyTrash: t.field({
    ...needs('files:write'),
    type: TrashTotalsType,
    description: 'Deletes all of a trash for good, as it is now. The answer is how much that was.',
    errors: { types: [Forbidden, StorageReadOnly, Unavailable] },
    args: { input: t.arg({ type: EmptyTrashInput }) },
    resolve: (_root, { input }, { actor, services }) => services.trash.empty(actor, input?.scope ?? 'MINE'),
  }),
  changeTrashSettings: t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: TrashSettingsType,
    description: 'Changes how long things stay in the trash, from the next daily look on. Administrators only.',
    errors: { types: [Forbidden, InvalidInput] },
    args: { input: t.arg({ type: ChangeTrashSettingsInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.trash.changeRetention(actor, { days: input.days ?? null, percent: input.percent ?? null }),
  }),
}))

builder.subscriptionField('trashChanged', (t) =>
  t.field({
    ...needs('files:read'),
    type: TrashChangeType,
    description: 'A trash as it is, then whenever something comes into it, leaves it or is counted.',
    args: { scope: t.arg(scopeArg) },
    subscribe: (_root, { scope }, { actor, services }) => services.trash.watch(actor, scope ?? 'MINE'),
    resolve: (change) => change,
  }),
)
