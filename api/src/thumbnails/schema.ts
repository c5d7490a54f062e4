import { FileType } from '../files/schema.ts'
import { builder } from '../graphql/builder.ts'

builder.objectField(FileType, 'thumbnailUrl', (t) =>
  t.string({
    nullable: true,
    description:
      'A small picture of it: GET, WebP, at most 256 pixels a side; add &size=1024 for a larger one. Null for files of which none is made, such as films where the server has no FFmpeg. Answers NO_THUMBNAIL when the file turns out not to be readable as what its name says.',
    resolve: (file, _args, { services }) => services.thumbnails.urlOf(file),
  }),
)
