import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { UploadNotFound } from './errors.ts'
import { FileType } from './schema.ts'
import type { UploadProgress } from './upload-model.ts'

problemType(UploadNotFound, 'There is no such upload of the viewer’s own. It may have ended, been cancelled or expired.')

const UploadStateEnum = builder.enumType('UploadState', {
  values: {
    RECEIVING: { description: 'Bytes are arriving, or the upload rests and can be resumed.' },
    VERIFYING: { description: 'All bytes are here; the file is being checked and made durable.' },
    DONE: { description: 'Whole, verified, durable, and visible under its name.' },
    FAILED: { description: 'Ended; nothing of it was kept. `problem` says why.' },
    CANCELLED: { description: 'Ended on request; nothing of it was kept.' },
  } as const,
})

const UploadProgressType = builder.objectRef<UploadProgress>('UploadProgress').implement({
  description: 'How far an upload is. Bytes travel by tus at /uploads; the id is the last part of the upload’s address.',
  fields: (t) => ({
    id: t.exposeID('id'),
    path: t.expose('path', {
      type: 'Path',
      description:
        'Where the file will stand. Once it does, where it stands: with ifExists keepBoth the server chose a name that was free.',
    }),
    state: t.expose('state', { type: UploadStateEnum }),
    offset: t.expose('offset', { type: 'Bytes', description: 'Bytes that are durable on the disk: what a resume goes on from.' }),
    length: t.expose('length', { type: 'Bytes', nullable: true, description: 'Null while the sender has not said it.' }),
    bytesPerSecond: t.exposeFloat('bytesPerSecond', { description: 'Smoothed over the last second or so; 0 while nothing arrives.' }),
    etaSeconds: t.exposeFloat('etaSeconds', { nullable: true, description: 'Null while nothing can be said.' }),
    problem: t.exposeString('problem', { nullable: true, description: 'Why it failed, for people.' }),
    problemCode: t.exposeString('problemCode', {
      nullable: true,
      description: 'The code of what it failed with, as the upload itself was answered.',
    }),
    file: t.expose('file', { type: FileType, nullable: true, description: 'The finished file, when state is DONE.' }),
  }),
})

builder.queryField('uploads', (t) =>
  t.field({
    ...needs('files:write'),
    type: [UploadProgressType],
    description: 'The viewer’s unfinished uploads, newest first: what can be resumed.',
    resolve: (_root, _args, { actor, services }) => services.uploads.list(actor),
  }),
)

builder.subscriptionField('uploadProgressed', (t) =>
  t.field({
    ...needs('files:write'),
    type: UploadProgressType,
    description:
      'One upload, or all of the viewer’s own when no id is given; at most 4 frames a second for each, the last one always. Errors: UPLOAD_NOT_FOUND.',
    args: { id: t.arg.id() },
    subscribe: (_root, { id }, { actor, services }) => (id == null ? services.uploads.watchOwn(actor) : services.uploads.watch(actor, id)),
    resolve: (progress) => progress,
  }),
)
