import type { GraphQLSchema } from 'graphql'
import { type Column, columns, expectedOfField, expectedOfRoot, fieldEntryOf, fieldsOf, isRoot, type Matrix, rootEntryOf } from './model.ts'

const short: Record<string, string> = { allowed: '✓', null: '∅', UNAUTHENTICATED: '401', FORBIDDEN: '–' }

const introduction = `# Who gets what: the field × role matrix

Written by \`scripts/field-matrix.mjs\` from \`field-matrix.json\` beside it: do not edit. A field of the graph that has no line there
fails \`npm run check\`; \`api/src/graphql/matrix.test.ts\` asks a real server for every field as everybody in the head of the table, and
fails where it answers differently from what stands here.

- **anonymous** has not signed in. **viewer** and **user, own** ask for what is theirs, **user, other** for what is somebody else's,
  **admin** for what is a user's.
- The other columns are API keys of an administrator that have this one scope. A key does what its scopes _and_ its owner may.
- ✓ allowed · ∅ null, as if it were not there · 401 \`UNAUTHENTICATED\` · – \`FORBIDDEN\` · any other code as it is answered.
- A problem (\`implements Problem\`) tells its \`code\`, \`message\` and \`field\` to whoever met it: they have no lines.
`

/** The matrix as a page for people. */
export function pageOf(matrix: Matrix, schema: GraphQLSchema): string {
  const fields = fieldsOf(schema)
  const parts = [introduction]
  for (const root of ['Query', 'Mutation', 'Subscription']) {
    const names = fields.filter((name) => name.startsWith(`${root}.`))
    parts.push(
      `## ${root}\n`,
      table(names, (name, column) => expectedOfRoot(rootEntryOf(matrix, name), column)),
    )
  }
  const nested = fields.filter((name) => !isRoot(name))
  const restricted = nested.filter((name) => matrix[name] !== 'visible')
  parts.push(
    '## Fields that not everybody sees who gets the object\n',
    'For keys the sign stands for objects of others; what is the key’s owner’s own follows after a slash where it differs.\n',
    table(restricted, (name, column) => {
      const entry = fieldEntryOf(matrix, name)
      if (column === 'anonymous') return '401'
      const [others, own] = [false, true].map((isOwn) => expectedOfField(entry, column, isOwn))
      return column.startsWith('key ') && others !== own ? `${sign(others ?? '')}/${sign(own ?? '')}` : (others ?? '')
    }),
    '## Fields that everybody sees who gets the object\n',
    ...byType(nested.filter((name) => matrix[name] === 'visible')).map(([type, names]) => `- **${type}**: ${names.join(', ')}`),
    '',
  )
  return `${parts.join('\n')}`
}

function table(names: readonly string[], cell: (name: string, column: Column) => string): string {
  const heads = columns.map((column) =>
    column
      .replace('key ', '')
      .replace(/^own$/, 'user, own')
      .replace(/^other$/, 'user, other'),
  )
  const rows = names.map((name) => [
    `\`${name.replace(/^(?:Query|Mutation|Subscription)\./, '')}\``,
    ...columns.map((column) => sign(cell(name, column))),
  ])
  return [['field', ...heads], heads.map(() => ':-:').toSpliced(0, 0, '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
    .concat('\n')
}

function sign(outcome: string): string {
  return short[outcome] ?? outcome
}

function byType(names: readonly string[]): [string, string[]][] {
  const types = Map.groupBy(names, (name) => name.split('.')[0] ?? '')
  return [...types].map(([type, coordinates]) => [type, coordinates.map((name) => name.split('.')[1] ?? '')])
}
