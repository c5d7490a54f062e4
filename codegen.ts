import { createHash } from 'node:crypto'
import type { CodegenConfig } from '@graphql-codegen/cli'
import { type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql'

/** As Apollo adds it on its way out: documents are stored as they are executed, and their hash is of what is stored. */
const withTypenames = {
  transform: ({ documents }: { documents: { document?: DocumentNode }[] }) =>
    documents.map((file) => ({
      ...file,
      ...(file.document ? { document: visit(file.document, { SelectionSet: addTypename }) } : {}),
    })),
}

function addTypename(set: SelectionSetNode, _key: unknown, parent: unknown): SelectionSetNode | undefined {
  const isRoot = (parent as { kind?: string } | undefined)?.kind === Kind.OPERATION_DEFINITION
  const has = set.selections.some((each) => each.kind === Kind.FIELD && each.name.value === '__typename')
  if (isRoot || has) return undefined
  const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const
  return { ...set, selections: [...set.selections, typename] }
}

/** Of the text that is stored: what only Apollo reads is taken out of it by web/scripts/finish-export.mjs, and so here. */
function hashOf(text: string): string {
  return createHash('sha256').update(text.replaceAll(' @unmask', '')).digest('hex')
}

const config: CodegenConfig = {
  schema: './schema.graphql',
  documents: ['./web/src/**/*.{ts,tsx}', '!./web/src/graphql/generated/**'],
  ignoreNoDocuments: true,
  generates: {
    './web/src/graphql/generated/possible-types.ts': { plugins: ['./web/scripts/possible-types-plugin.cjs'] },
    './web/src/graphql/generated/': {
      preset: 'client',
      // Apollo masks at run time and its own useFragment reads; codegen's identity function would only pretend to.
      presetConfig: {
        fragmentMasking: false,
        // The server has the texts of the dashboard's documents; the dashboard sends their hashes.
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: hashOf },
      },
      documentTransforms: [withTypenames],
      config: {
        customDirectives: { apolloUnmask: true },
        inlineFragmentTypes: 'mask',
        enumsAsTypes: true,
        // Apollo selects it everywhere: the types say so, and a test's answer without it does not compile.
        nonOptionalTypename: true,
        skipTypeNameForRoot: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Bytes: { input: 'number | string', output: 'number' },
          DateTime: 'string',
          Path: 'string',
          JSON: 'object',
        },
      },
    },
  },
}

export default config
