import { FileType } from '../files/schema.ts'
import { builder } from '../graphql/builder.ts'
import { sourceOf, thumbnailUrlOf } from './model.ts'

builder.objectField(FileType, 'thumbnailUrl', (t) =>
  t.string({
    nullable: true,
    description:
      'A small picture of it: GET, WebP, at most 256 pixels a side; add &size=1024 for a larger one. Null for files of which none is made. Answers NO_THUMBNAIL when the file turns out not to be readable as what its name says.',
    resolve: (file) => (sourceOf(file) ? thumbnailUrlOf(file) : null),
  }),
)
