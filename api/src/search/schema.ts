import { FileType } from '../files/schema.ts'
import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { pageSize } from '../graphql/connection.ts'
import type { FileKind } from './model.ts'

const FileKindEnum = builder.enumType('FileKind', {
  description: 'What kind of file it is, told by the ending of its name.',
  values: {
    FOLDER: {},
    IMAGE: {},
    VIDEO: {},
    AUDIO: {},
    DOCUMENT: { description: 'Texts, tables, presentations, books.' },
    ARCHIVE: {},
    CODE: {},
  } as const satisfies Record<FileKind, object>,
})

const SearchFilterInput = builder.inputType('SearchFilter', {
  description: 'Which entries. What is left out does not matter.',
  fields: (t) => ({
    kind: t.field({ type: FileKindEnum }),
    folder: t.field({ type: 'Path', description: 'Only what is below this folder.' }),
    minimumSize: t.field({ type: 'Bytes', description: 'At least so large. Folders are left out.' }),
    maximumSize: t.field({ type: 'Bytes', description: 'At most so large. Folders are left out.' }),
    modifiedSince: t.field({ type: 'DateTime' }),
    modifiedBefore: t.field({ type: 'DateTime' }),
  }),
})

builder.queryField('search', (t) =>
  t.connection(
    {
      ...needs('files:read'),
      type: FileType,
      description:
        'Files and folders whose names have all words of the query in them, in any case, with or without accents: first those that begin with the first word, by name, then the others, newest first. A word of one or two letters alone finds beginnings only. Among much that the viewer may not see a page may be short or empty: its endCursor goes on. What another program put on the disk is found once it was looked at, within the hour. Errors: INVALID_INPUT, FILE_NOT_FOUND (no such folder).',
      args: { query: t.arg.string({ required: true }), filter: t.arg({ type: SearchFilterInput }) },
      resolve: async (_root, { query, filter, ...args }, { actor, services }) => {
        const page = await services.search.search(actor, {
          query,
          filter: {
            kind: filter?.kind ?? null,
            folder: filter?.folder ?? null,
            minimumSize: filter?.minimumSize ?? null,
            maximumSize: filter?.maximumSize ?? null,
            modifiedSince: filter?.modifiedSince ?? null,
            modifiedBefore: filter?.modifiedBefore ?? null,
          },
          after: args.after ?? null,
          limit: pageSize(args),
        })
        return {
          edges: page.found.map(({ file, cursor }) => ({ node: file, cursor })),
          pageInfo: {
            hasNextPage: page.hasMore,
            hasPreviousPage: args.after != null,
            startCursor: page.found[0]?.cursor ?? null,
            endCursor: page.endCursor,
          },
        }
      },
    },
    { name: 'SearchConnection' },
    { name: 'SearchEdge' },
  ),
)
