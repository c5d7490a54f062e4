// Writes docs/errors.md from the Problem classes and the transport's refusals in api/src; with --check only says whether
// the page is what the sources hold. Fails when two classes share a code, and when it meets a failure it cannot read.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './paths.mjs'

const file = `${root}/docs/errors.md`
const sources = globSync('api/src/**/*.ts', { cwd: root, exclude: (name) => /\/generated$|\.test\.ts$/.test(name) })
  .filter((name) => !name.includes('/generated/') && !name.endsWith('.test.ts'))
  .sort()

/** What the codes mean that the transports give themselves: they have no class each to say it. */
const transportMeanings = {
  BAD_DOCUMENT: 'The GraphQL document cannot be parsed, or is not valid against the schema.',
  BAD_INPUT: 'An argument or variable does not have the type that the schema asks for.',
  BAD_REQUEST: 'The request is not one that this address understands; the message says why.',
  CSRF_HEADER_MISSING: 'A request that a cookie signs in and that can change something lacks the header `x-baluhost-csrf: 1`.',
  HTTPS_REQUIRED: 'The server speaks TLS and was asked in plain: nothing was done. Send it again with https://.',
  NO_LOCAL_AUTHORITY: 'The server has no certificate authority of its own, so there is none to trust.',
  DOCUMENT_TOO_LARGE: 'A GraphQL document has at most 100,000 bytes.',
  FOREIGN_ORIGIN: 'A page of another site tried to open a WebSocket.',
  HEADERS_TOO_LARGE: 'The headers of the request are too large.',
  INTERNAL: 'A fault of the server. Its log has the details under the request id.',
  METHOD_NOT_ALLOWED: 'This address is not asked with this method.',
  NOT_ACCEPTABLE: 'No answer has a form that the request accepts.',
  NOT_FOUND: 'There is nothing at this address.',
  PRECONDITION_FAILED: 'The file is not what If-Match or If-Unmodified-Since expects.',
  RANGE_NOT_SATISFIABLE: 'The range begins after the end of the file.',
  REQUEST_TIMEOUT: 'The request did not arrive in time.',
  REQUEST_TOO_LARGE: 'The body is larger than this address accepts.',
  SUBSCRIPTION_NEEDS_WEBSOCKET: 'Subscriptions go over the WebSocket at /graphql.',
  TOO_COSTLY: 'The answer would hold too many values: fewer fields or smaller pages.',
  TOO_DEEP: 'A GraphQL document nests its fields or brackets too deep.',
  TOO_MANY_ALIASES: 'A GraphQL document has too many aliases.',
  TOO_MANY_DIRECTIVES: 'A GraphQL document has too many directives.',
  TOO_MANY_FIELDS: 'One request asks for too many fields, of Query, Mutation or Subscription or in all.',
  TOO_MANY_OPERATIONS: 'One WebSocket carries too many operations at once.',
  TOO_MANY_TOKENS: 'A GraphQL document has too many names, numbers and signs.',
  TUS_VERSION_UNSUPPORTED: 'The header Tus-Resumable is missing or names another version.',
  UNKNOWN_OPERATION: 'No operation is stored under this hash: the page is older than the server and must be loaded again.',
  VARIABLES_TOO_LARGE: 'The variables of a GraphQL operation hold too much, or nest too deep.',
  UNSUPPORTED_MEDIA_TYPE: 'The body is not of the type that this address takes.',
}

const faults = []
const rows = new Map()

function add(code, row) {
  const known = rows.get(code)
  if (!known) rows.set(code, row)
  else if (known.class && row.class && known.class !== row.class)
    faults.push(`${code} is the code of ${known.class} (${known.where}) and of ${row.class} (${row.where})`)
  else known.statuses = new Set([...known.statuses, ...row.statuses])
}

const sentence = (text) => text.replaceAll('|', '\\|').trim()

/** The comment above a class, or the message it is made with. */
function meaningOf(comment, body) {
  if (comment) return comment.replace(/^\s*\*( |$)?/gm, '').replace(/\s+/g, ' ')
  return /(?:super\(|message =)\s*['`]([^'`]+)['`]/.exec(body)?.[1]?.replace(/\$\{[^}]*\}/g, '…') ?? null
}

for (const name of sources) {
  const text = readFileSync(`${root}/${name}`, 'utf8')
  const where = name.slice('api/src/'.length)
  const classes = [...text.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export class (\w+) extends Problem \{\n([\s\S]*?)\n\}/g)]
  const declared = text.match(/class \w+ extends Problem\b/g)?.length ?? 0
  if (classes.length !== declared) faults.push(`${name}: a class extends Problem in a form that this script does not read`)
  for (const [, comment, className, body] of classes) {
    // Its code and status are given where it is thrown, and read there.
    if (className === 'RequestRefused') continue
    const code = /readonly code = '([A-Z_]+)'/.exec(body)?.[1]
    const status = /readonly status = (\d+)/.exec(body)?.[1]
    const meaning = meaningOf(comment, body)
    if (code && status && meaning) add(code, { class: className, statuses: new Set([Number(status)]), meaning, where })
    else faults.push(`${name}: ${className} needs a literal code, a literal status, and a comment or message`)
  }
  for (const [, status, code] of text.matchAll(/new RequestRefused\(\s*([\w.]+),\s*'([A-Z_]+)'/g)) {
    // Where the status is not a number, it is whatever the protocol handler said: a refusal as any other.
    add(code, { class: null, statuses: new Set(/^\d+$/.test(status) ? [Number(status)] : []), meaning: transportMeanings[code], where })
  }
  if (!/^(graphql|http)\//.test(where)) continue
  for (const [, code] of text.matchAll(/(?:code: |\? |: |refusal\(\s*)'([A-Z]+(?:_[A-Z]+)+|INTERNAL)'/g)) {
    add(code, { class: null, statuses: new Set(), meaning: transportMeanings[code], where })
  }
}
/** As the formatter of this repository lays tables out. */
function table([head, ...body]) {
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column].length)))
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

for (const [code, row] of rows) {
  if (!row.meaning) faults.push(`${code} (${row.where}) has no meaning in scripts/errors-page.mjs`)
}
for (const code of Object.keys(transportMeanings)) if (!rows.has(code)) faults.push(`${code} is explained and used nowhere`)
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}

const page = `# Errors

Written by \`scripts/errors-page.mjs\` from the sources: do not edit.

The same failure has the same code wherever it is met. In the graph it is the \`code\` of a member of a result union that
implements \`Problem\`, or \`extensions.code\` of an error; over HTTP it is \`code\` in an \`application/problem+json\` body. Each
error carries the \`requestId\` under which the server's log knows it, and \`field\` where one input is at fault. Codes are stable:
programs may decide by them. Messages are for people and may change.

WebSockets are closed with 4401 where a request would be answered with \`UNAUTHENTICATED\`, with 4408 when nobody said in time who
asks, and with 4429 where it would be \`RATE_LIMITED\`: too many connections, or too many messages on one of them.

${table([
  ['Code', 'HTTP', 'Meaning', 'Class', 'Where'],
  ...[...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, row]) => {
      const statuses = [...row.statuses].sort().join(', ') || '200'
      return [`\`${code}\``, statuses, sentence(row.meaning), row.class ?? '', row.where]
    }),
])}
`

if (!process.argv.includes('--check')) writeFileSync(file, page)
else if (!existsSync(file) || readFileSync(file, 'utf8') !== page) {
  console.error('docs/errors.md is not what the sources say: node scripts/errors-page.mjs')
  process.exit(1)
}
