import { needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { IdempotencyKeyReused, TooManyJobs } from '../jobs/errors.ts'
import { JobType } from '../jobs/schema.ts'
import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { FileNotFound, NameTaken, NotAFolder, PathOutsideStorage, StorageFull, StorageReadOnly } from './errors.ts'

problemType(IdempotencyKeyReused, 'The idempotency key came with other work before.')

const CopyFileInput = builder.inputType('CopyFileInput', {
  fields: (t) => ({
    from: t.field({ type: 'Path', required: true }),
    to: t.field({ type: 'Path', required: true, description: 'The whole path of the copy, not only its folder.' }),
    replace: t.boolean({ description: 'Let a file take the place of a file. Folders are never replaced.' }),
    idempotencyKey: t.string({
      description:
        'Chosen by the client, 1 to 128 letters, digits, dots, colons or dashes. Asked again with it, the answer is the job of the first time.',
    }),
  }),
})

builder.mutationField('copyFile', (t) =>
  t.field({
    ...needs('files:write'),
    type: JobType,
    description:
      'Begins to copy a file, or a folder with everything in it: `jobChanged` says how far it is, in bytes. The copy appears under its name once all of it is there and durable, with its modification times and executable bits; symbolic links and special files are passed over. API keys need files:read as well.',
    errors: {
      types: [
        NameTaken,
        FileNotFound,
        NotAFolder,
        PathOutsideStorage,
        Forbidden,
        StorageFull,
        StorageReadOnly,
        InvalidInput,
        Unavailable,
        IdempotencyKeyReused,
        TooManyJobs,
      ],
    },
    args: { input: t.arg({ type: CopyFileInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.copies.copyFile(actor, {
        from: input.from,
        to: input.to,
        replace: input.replace ?? false,
        idempotencyKey: input.idempotencyKey ?? null,
      }),
  }),
)
