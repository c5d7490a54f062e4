import { ConfirmationRequired, WeakPassword } from '../auth/errors.ts'
import { StorageFull, StorageReadOnly } from '../files/errors.ts'
import type { FolderMeasure } from '../files/measure.ts'
import { access, needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import type { DeletedUser, DeletionPreview } from './deletion.ts'
import { CannotDoToSelf, HomeNameTaken, LastAdmin, UserBeingDeleted, UserNotFound, UsernameTaken } from './errors.ts'
import { RoleType, UserType } from './schema.ts'

problemType(UserNotFound, 'No account has this id.')
problemType(LastAdmin, 'One administrator who can sign in must remain.')
problemType(CannotDoToSelf, 'Another administrator can do this to the account, its owner cannot.')
problemType(UserBeingDeleted, 'The deletion of the account has begun and cannot be called off.')

const FilesChoiceEnum = builder.enumType('FilesChoice', {
  description: 'What becomes of the files of a deleted account.',
  values: {
    TRANSFER: { description: 'The home becomes a folder `From <name>` in the home of somebody else.' },
    ARCHIVE: { description: 'The home becomes a folder `<name> <date>` in `/Archive`, which administrators see.' },
    DELETE: { description: 'The home is removed for good.' },
  } as const,
})

const DeletedUserType = builder.objectRef<DeletedUser>('DeletedUser').implement({
  description: 'An account that is gone.',
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username'),
    files: t.expose('files', {
      type: FilesChoiceEnum,
      description: 'What became of the files: ARCHIVE also where those they were to go to was gone.',
    }),
    filesPath: t.expose('filesPath', {
      type: 'Path',
      nullable: true,
      description: 'Where the files are now; null when they were removed or there were none.',
    }),
  }),
})

const FolderMeasureType = builder.objectRef<FolderMeasure>('FolderMeasure').implement({
  description: 'What a folder holds with everything below it, as counted on the disk.',
  fields: (t) => ({
    files: t.exposeInt('files'),
    folders: t.exposeInt('folders'),
    bytes: t.expose('bytes', { type: 'Bytes' }),
    isComplete: t.exposeBoolean('isComplete', { description: 'False when counting took too long: then it is at least this much.' }),
  }),
})

const DeletionPreviewType = builder.objectRef<DeletionPreview>('UserDeletionPreview').implement({
  description: 'What the deletion of an account would do.',
  fields: (t) => ({
    username: t.exposeString('username'),
    home: t.field({ type: FolderMeasureType, resolve: (preview) => preview.home }),
    filesPath: t.expose('filesPath', {
      type: 'Path',
      nullable: true,
      description: 'Where the files would be; null when they would be removed.',
    }),
    sessions: t.exposeInt('sessions', { description: 'Devices that would be signed out.' }),
    keys: t.exposeInt('keys', { description: 'API keys that would stop working.' }),
    uploads: t.exposeInt('uploads', { description: 'Uploads that would end unfinished.' }),
    groups: t.exposeInt('groups', { description: 'Groups that would lose a member.' }),
  }),
})

const UpdateUserInput = builder.inputType('UpdateUserInput', {
  description: 'What is not given stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true }),
    username: t.string({ description: 'Takes the home folder along.' }),
    email: t.string({ description: 'Null takes it away.' }),
    role: t.field({ type: RoleType }),
    quotaBytes: t.field({ type: 'Bytes', description: 'Null for no limit.' }),
    disabled: t.boolean({ description: 'True: may not sign in.' }),
  }),
})

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  fields: (t) => ({
    userId: t.id({ required: true }),
    password: t.string({ required: true, description: '12 to 128 characters.' }),
  }),
})

const DeleteUserInput = builder.inputType('DeleteUserInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    files: t.field({ type: FilesChoiceEnum, required: true }),
    transferTo: t.id({ description: 'With TRANSFER: whose home takes the files.' }),
  }),
})

/** An administrator in person: API keys cannot confirm who they are. */
const adminInPerson = access({ who: 'session', role: 'ADMIN' })

builder.queryField('userDeletionPreview', (t) =>
  t.field({
    type: DeletionPreviewType,
    description: 'What `deleteUser` would do now. Administrators only. Errors: USER_NOT_FOUND, USER_BEING_DELETED, INVALID_INPUT.',
    ...needs('users:manage', 'ADMIN'),
    args: {
      id: t.arg.id({ required: true }),
      files: t.arg({ type: FilesChoiceEnum, required: true }),
      transferTo: t.arg.id(),
    },
    resolve: (_root, { id, files, transferTo }, { actor, services }) =>
      services.userDeletions.preview(actor, { id, files, transferTo: transferTo ?? null }),
  }),
)

builder.mutationFields((t) => ({
  updateUser: t.field({
    type: UserType,
    description:
      'Changes an account: administrators everything, others their own e-mail address. Another name or role, and being disabled, end all its sessions and close all its streams.',
    ...needs('users:manage'),
    errors: {
      types: [
        UserNotFound,
        UsernameTaken,
        HomeNameTaken,
        LastAdmin,
        CannotDoToSelf,
        UserBeingDeleted,
        ConfirmationRequired,
        InvalidInput,
        Forbidden,
        Unavailable,
        StorageReadOnly,
        StorageFull,
      ],
    },
    args: { input: t.arg({ type: UpdateUserInput, required: true }) },
    resolve: (_root, { input: { id, username, email, role, quotaBytes, disabled } }, { actor, services }) =>
      services.userChanges.update(actor, {
        id,
        ...(username == null ? {} : { username }),
        ...(email === undefined ? {} : { email }),
        ...(role == null ? {} : { role }),
        ...(quotaBytes === undefined ? {} : { quotaBytes: quotaBytes === null ? null : Number(quotaBytes) }),
        ...(disabled == null ? {} : { disabled }),
      }),
  }),
  resetPassword: t.field({
    type: UserType,
    description: 'Gives somebody else’s account another password and ends its sessions. Administrators only, confirmed within ten minutes.',
    ...adminInPerson,
    errors: { types: [UserNotFound, WeakPassword, CannotDoToSelf, UserBeingDeleted, ConfirmationRequired, Forbidden] },
    args: { input: t.arg({ type: ResetPasswordInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.userChanges.resetPassword(actor, input),
  }),
  deleteUser: t.field({
    type: DeletedUserType,
    description:
      'Deletes an account for good, and decides where its files go. Administrators only, confirmed within ten minutes. What a stop of the server interrupts goes on at its next start.',
    ...adminInPerson,
    errors: {
      types: [
        UserNotFound,
        LastAdmin,
        CannotDoToSelf,
        UserBeingDeleted,
        ConfirmationRequired,
        InvalidInput,
        Forbidden,
        Unavailable,
        StorageReadOnly,
        StorageFull,
      ],
    },
    args: { input: t.arg({ type: DeleteUserInput, required: true }) },
    resolve: (_root, { input: { id, files, transferTo } }, { actor, services }) =>
      services.userDeletions.delete(actor, { id, files, transferTo: transferTo ?? null }),
  }),
}))
