import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { InvalidInput, Unavailable } from '../platform/errors.ts'
import type { DownloadLink } from './download-links.ts'
import { FileNotFound, NotAFile, NotAFolder, PathOutsideStorage } from './errors.ts'

const DownloadUrlType = builder.objectRef<DownloadLink>('DownloadUrl').implement({
  description: 'An address that gives one file to whoever has it, for a while.',
  fields: (t) => ({
    url: t.exposeString('url', {
      description: 'On this server, without scheme and host. GET and HEAD, with ranges. A secret: whoever has it reads the file.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'It ends before, with the session or the API key that made it, and when its owner may not see the file any more.',
    }),
  }),
})

const CreateDownloadUrlInput = builder.inputType('CreateDownloadUrlInput', {
  fields: (t) => ({
    path: t.field({ type: 'Path', required: true, description: 'Of a file.' }),
    expiresInSeconds: t.int({ required: true, description: '60 to 86,400.' }),
    download: t.boolean({ description: 'To save instead of show.' }),
  }),
})

builder.mutationField('createDownloadUrl', (t) =>
  t.field({
    ...needs('files:read'),
    type: DownloadUrlType,
    description:
      'Makes an address under which a program without cookie or key reads one file: a player, a download manager. Errors of the address itself: DOWNLOAD_LINK_INVALID (403), DOWNLOAD_LINK_EXPIRED (410).',
    errors: { types: [FileNotFound, NotAFile, NotAFolder, PathOutsideStorage, InvalidInput, Unavailable] },
    args: { input: t.arg({ type: CreateDownloadUrlInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.downloadLinks.create(actor, { ...input, download: input.download ?? false }),
  }),
)
