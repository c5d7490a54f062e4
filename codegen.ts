import type { CodegenConfig } from '@graphql-codegen/cli'

const config: CodegenConfig = {
  schema: './schema.graphql',
  documents: ['./web/src/**/*.{ts,tsx}', '!./web/src/graphql/generated/**'],
  ignoreNoDocuments: true,
  generates: {
    './web/src/graphql/generated/possible-types.ts': { plugins: ['./web/scripts/possible-types-plugin.cjs'] },
    './web/src/graphql/generated/': {
      preset: 'client',
      // Apollo masks at run time and its own useFragment reads; codegen's identity function would only pretend to.
      presetConfig: { fragmentMasking: false },
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
        },
      },
    },
  },
}

export default config
