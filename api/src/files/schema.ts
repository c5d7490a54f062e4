import { limited, needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { OrderDirectionEnum } from '../graphql/order-direction.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { UserType } from '../users/schema.ts'
import { FileNotFound, NameTaken, NotAFile, NotAFolder, PathOutsideStorage, StorageFull, StorageReadOnly } from './errors.ts'
import { downloadUrlOf, type FileOrder, mimeTypeOf, type StoredFile } from './model.ts'
import type { FolderFrame } from './service.ts'

problemType(FileNotFound, 'Nothing is there, or nothing the viewer may see.')
problemType(NameTaken, 'Something has this name here already.')
problemType(NotAFile, 'A folder is where a file is needed.')
problemType(NotAFolder, 'The path leads through something that is not a folder.')
problemType(PathOutsideStorage, 'The path leads out of the storage, by `..` or by a symbolic link.')
problemType(StorageFull, 'There is not enough free space.')
problemType(StorageReadOnly, 'The file system does not accept changes at the moment.')

export const FileType = builder.objectRef<StoredFile>('File').implement({
  description: 'A file or folder of the storage.',
  fields: (t) => ({
    id: t.id({ description: 'Stays the same when the entry is renamed or moved.', resolve: (file) => String(file.id) }),
    name: t.exposeString('name', { description: 'Empty for the top of the storage.' }),
    path: t.expose('path', { type: 'Path' }),
    isFolder: t.exposeBoolean('isFolder'),
    size: t.expose('size', { type: 'Bytes', description: '0 for folders.' }),
    modifiedAt: t.expose('modifiedAt', { type: 'DateTime' }),
    owner: t.field({
      type: UserType,
      nullable: true,
      description: 'Whose home it is in, or who brought it into Shared; null where that is nobody.',
      resolve: (file) => file.ownerId,
    }),
    mimeType: t.string({
      nullable: true,
      description: 'What the ending of the name says; null for folders and unknown endings.',
      resolve: (file) => (file.isFolder ? null : mimeTypeOf(file.name)),
    }),
    sha256: t.exposeString('sha256', {
      nullable: true,
      description: 'Of the content as it is now, hexadecimal; null when it has not been computed.',
    }),
    downloadUrl: t.string({
      description: 'Where the bytes are read: GET, with ranges; add ?download to save instead of show. Folders have no bytes.',
      resolve: (file) => downloadUrlOf(file.path),
    }),
    trashItemId: t.id({
      nullable: true,
      description: 'In the answer of deleteFile: as what it lies in the trash; null where it does not.',
      resolve: ({ trashItemId }) => trashItemId ?? null,
    }),
    mayWrite: t.boolean({
      description: 'Whether the viewer may change this file, or what is in this folder.',
      resolve: (file, _args, { actor, services }) => services.files.mayWrite(actor, file),
    }),
  }),
})

const StorageType = builder.objectRef<{ used: number; total: number; free: number }>('Storage').implement({
  description: 'Space of the file system that the storage is on.',
  fields: (t) => ({
    used: t.expose('used', { type: 'Bytes' }),
    total: t.expose('total', { type: 'Bytes' }),
    free: t.expose('free', {
      type: 'Bytes',
      description: 'What the server can still write; less than total minus used where the file system keeps a reserve.',
    }),
  }),
})

const FolderChangeType = builder.objectRef<FolderFrame>('FolderChange').implement({
  description:
    'What changed in a folder since the reader’s last frame, by this server or from outside. The first frame has reset true and lists nothing.',
  fields: (t) => ({
    path: t.expose('path', { type: 'Path' }),
    at: t.expose('at', { type: 'DateTime' }),
    changed: t.field({
      type: [FileType],
      description: 'Entries that were added or changed, as they are now.',
      resolve: ({ changed }) => [...changed.values()],
    }),
    removed: t.idList({
      description: 'Ids of entries that are gone from this folder.',
      resolve: ({ removed }) => [...removed].map(String),
    }),
    reset: t.exposeBoolean('reset', {
      description: 'True when the reader must read the folder again: first frame, too many changes to list, or the folder itself moved.',
    }),
    gone: t.exposeBoolean('gone', { description: 'True when there is no such folder any more.' }),
  }),
})

const FileOrderFieldEnum = builder.enumType('FileOrderField', {
  description: 'What a listing goes by. Folders stand first in every order.',
  values: {
    NAME: { description: 'As people order names: case and accents do not count, 2 comes before 10.' },
    SIZE: {},
    MODIFIED_AT: {},
    TYPE: { description: 'By the ending of the name, then by name.' },
  } as const,
})

const FileOrderInput = builder.inputType('FileOrder', {
  fields: (t) => ({
    field: t.field({ type: FileOrderFieldEnum, required: true }),
    direction: t.field({ type: OrderDirectionEnum, required: true }),
  }),
})

const byName: FileOrder = { field: 'NAME', direction: 'ASC' }

builder.queryFields((t) => ({
  files: t.connection(
    {
      ...needs('files:read'),
      type: FileType,
      description:
        'Children of a folder, folders first; 50 unless `first` says otherwise, 500 at most. Errors: FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, INVALID_INPUT.',
      args: {
        path: t.arg({ type: 'Path', required: true }),
        offset: t.arg.int({ description: 'Rows to skip, for virtual lists; not together with `after`.' }),
        orderBy: t.arg({ type: FileOrderInput, description: 'By name when nothing is said.' }),
      },
      resolve: async (_root, args, { actor, services }) => {
        const limit = pageSize(args)
        const offset = args.offset ?? 0
        const page = await services.files.list(actor, args.path, {
          order: args.orderBy ?? byName,
          limit: limit + 1,
          after: args.after ?? null,
          offset,
        })
        const cursors = new Map(page.files.map(({ file, cursor }) => [file, cursor]))
        return connectionOf({
          rows: page.files.map(({ file }) => file),
          limit,
          totalCount: page.totalCount,
          hasPreviousPage: args.after != null || offset > 0,
          cursor: (file) => cursors.get(file) ?? '',
        })
      },
    },
    {
      name: 'FileConnection',
      fields: (c) => ({ totalCount: c.exposeInt('totalCount', { description: 'Entries of the folder that the viewer sees.' }) }),
    },
    { name: 'FileEdge' },
  ),
  file: t.field({
    ...needs('files:read'),
    type: FileType,
    nullable: true,
    description: 'The file or folder at the path; null when there is none that the viewer may see.',
    args: { path: t.arg({ type: 'Path', required: true }) },
    resolve: (_root, { path }, { actor, services }) => services.files.find(actor, path),
  }),
  storage: t.field({
    ...needs('files:read'),
    type: StorageType,
    resolve: (_root, _args, { actor, services }) => services.files.storage(actor),
  }),
}))

const CreateFolderInput = builder.inputType('CreateFolderInput', {
  fields: (t) => ({ path: t.field({ type: 'Path', required: true, description: 'Of the new folder; the one it stands in must exist.' }) }),
})
const MoveFileInput = builder.inputType('MoveFileInput', {
  fields: (t) => ({
    from: t.field({ type: 'Path', required: true }),
    to: t.field({ type: 'Path', required: true, description: 'The whole new path, not only the folder.' }),
    replace: t.boolean({ description: 'Let a file take the place of a file. Folders are never replaced.' }),
  }),
})
const DeleteFileInput = builder.inputType('DeleteFileInput', {
  fields: (t) => ({
    path: t.field({ type: 'Path', required: true }),
    permanently: t.boolean({ description: 'True to remove it for good; otherwise it goes to the trash.' }),
  }),
})

const changeErrors = [
  NameTaken,
  FileNotFound,
  NotAFolder,
  PathOutsideStorage,
  Forbidden,
  StorageFull,
  StorageReadOnly,
  InvalidInput,
  Unavailable,
]

builder.mutationFields((t) => ({
  createFolder: t.field({
    ...limited(needs('files:write'), 'createFolder'),
    type: FileType,
    description: 'Makes a folder in one that exists.',
    errors: { types: changeErrors },
    args: { input: t.arg({ type: CreateFolderInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.files.createFolder(actor, input.path),
  }),
  moveFile: t.field({
    ...needs('files:write'),
    type: FileType,
    description: 'Renames or moves a file or folder; its id stays. Folders move with everything in them, in one step.',
    errors: { types: changeErrors },
    args: { input: t.arg({ type: MoveFileInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.files.moveFile(actor, { ...input, replace: input.replace ?? false }),
  }),
  deleteFile: t.field({
    ...needs('files:write'),
    type: FileType,
    description: 'Moves a file, or a folder with everything in it, to the trash, or removes it for good. The answer is what it was.',
    errors: { types: [FileNotFound, NotAFolder, PathOutsideStorage, Forbidden, StorageReadOnly, InvalidInput, Unavailable] },
    args: { input: t.arg({ type: DeleteFileInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.files.deleteFile(actor, { path: input.path, permanently: input.permanently ?? false }),
  }),
}))

builder.subscriptionField('folderChanged', (t) =>
  t.field({
    ...needs('files:read'),
    type: FolderChangeType,
    description: 'Changes of a folder as they happen. Errors as of `files`.',
    args: { path: t.arg({ type: 'Path', required: true }) },
    subscribe: (_root, { path }, { actor, services }) => services.files.watchFolder(actor, path),
    resolve: (frame) => frame,
  }),
)
