import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Operation } from './documents.ts'
import { anyText, type Pool } from './values.ts'

/** Bytes for a port: what is asked, whoever asks. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The addresses that the server's routes are registered with, read from its sources: a new route is asked as well. */
export function routes(): string[] {
  const folder = new URL('../../src/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /^[\w-]+\/[\w-]+\.ts$/.test(name) && !name.includes('.test.'),
  )
  const found = sources.flatMap((name) =>
    [
      ...readFileSync(new URL(name, folder), 'utf8').matchAll(/(?:url: |\.(?:get|post|put|patch|delete|all)(?:<[^>]*>)?\()'(\/[^']*)'/g),
    ].map(([, url = '']) => url),
  )
  return [...new Set([...found, '/', '/sign-in', '/files/*', '/_next/static/x.js', '/playground/start.js', '/nothing/here'])]
}

/** What Node sends: no line breaks and no NUL in a header, and none but one byte a character. */
const headerText = anyText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 2_000))

const base64 = (text: string) => Buffer.from(text).toString('base64')
const known: Readonly<Record<string, readonly string[]>> = {
  accept: [
    '*/*',
    'text/html',
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    'multipart/mixed',
    'image/png',
  ],
  'accept-encoding': ['br', 'gzip', 'identity;q=0', '*'],
  authorization: ['Bearer balu_x', 'Basic YTpi', 'Bearer', 'bearer  x', `Bearer ${'x'.repeat(5_000)}`],
  'content-type': [
    'application/json',
    'application/json; charset=utf-16',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/offset+octet-stream',
    'application/graphql',
    '',
  ],
  'content-encoding': ['gzip', 'br', 'identity'],
  cookie: ['baluhost_session=x', 'baluhost_session=', '__Host-baluhost_session=x', 'a=b; c', ';;;=', 'baluhost_session="x"'],
  expect: ['100-continue'],
  forwarded: ['for=1.2.3.4;proto=https;host=evil.example'],
  host: ['evil.example', '127.0.0.1', 'x y'],
  'if-match': ['*', '"x"', 'x'],
  'if-modified-since': ['Sat, 29 Oct 1994 19:43:31 GMT', 'yesterday'],
  'if-none-match': ['*', '"x"', 'W/"x"'],
  'if-range': ['"x"', 'Sat, 29 Oct 1994 19:43:31 GMT'],
  origin: ['null', 'https://evil.example', 'http://127.0.0.1'],
  range: ['bytes=0-', 'bytes=-1', 'bytes=5-1', 'bytes=0-0,2-3', 'bytes=99999999999999999999-', 'lines=1-2'],
  referer: ['https://evil.example/'],
  'sec-fetch-site': ['cross-site', 'same-origin'],
  'tus-resumable': ['1.0.0', '0.2.2', '2'],
  'upload-checksum': [`sha256 ${base64('x')}`, 'sha1 x', 'md5', 'none none'],
  'upload-concat': ['partial', 'final;/uploads/a /uploads/b'],
  'upload-defer-length': ['1', '2'],
  'upload-length': ['0', '1', '-1', '1e3', '99999999999999999999', '9007199254740991'],
  'upload-metadata': [
    `path ${base64('/Shared/fuzzed')}`,
    `path ${base64('/victor/private/taken')}`,
    `path ${base64('/../x')}`,
    `path ${base64('/Shared/\u0000')}`,
    'path',
    'path !!!',
    `path ${base64('/Shared/f')},modifiedAt ${base64('never')}`,
    `path ${base64('/Shared/f')},sha256 ${base64('abc')}`,
  ],
  'upload-offset': ['0', '1', '-1', 'x', '1e999'],
  'x-baluhost-csrf': ['1', '0'],
  'x-forwarded-for': ['1.2.3.4', '::1, 10.0.0.1', 'unknown', 'x'.repeat(500)],
  'x-forwarded-host': ['evil.example'],
  'x-forwarded-proto': ['https', 'javascript'],
  'x-http-method-override': ['DELETE', 'PATCH', 'HEAD', 'TRACE'],
}

const headers = fc
  .array(
    fc
      .constantFrom(...Object.keys(known))
      .chain((name) =>
        fc.tuple(
          fc.constant(name),
          fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...(known[name] ?? [])) }, { weight: 1, arbitrary: headerText }),
        ),
      ),
    { maxLength: 6 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>)

const methods = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST') },
  { weight: 3, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE') },
  { weight: 1, arbitrary: fc.constantFrom('PROPFIND', 'SEARCH', 'LOCK', 'M-SEARCH', 'TRACE') },
)

/** Parts of an address: also such as are no encoding of anything. */
const part = fc.oneof(
  { weight: 3, arbitrary: anyText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 3_000)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('..', '%2e%2e', '%00', '%ff', '%', '%zz', '.', '...', '%2f', '%5c', '%c0%ae', '+', ':', '@', 'a;b'),
  },
)

/** Requests at every door, some of them for what is there. */
export function requestsOf({ ID: ids = [], Path: files = [] }: Pool): fc.Arbitrary<HttpRequest> {
  const somewhere = fc.constantFrom(...routes()).chain((route) => {
    const inPath = fc.oneof({ weight: 2, arbitrary: part }, { weight: 2, arbitrary: fc.constantFrom(...ids) })
    const rest = fc.oneof(
      fc.constantFrom(...files),
      fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
    )
    return fc
      .tuple(
        inPath,
        inPath,
        rest,
        fc.oneof(
          { weight: 3, arbitrary: fc.constant('') },
          part.map((text) => `?${text}`),
          fc.constant('?download'),
        ),
      )
      .map(([one, two, tail, query]) => {
        const given = [one, two]
        const path = route.replace(/:\w+(\([^)]*\))?/g, () => given.shift() ?? 'x').replace(/\/\*$/, tail)
        return path + query
      })
  })
  const bodies = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.json() },
    { weight: 1, arbitrary: anyText },
    {
      weight: 2,
      arbitrary: fc
        .record(
          {
            query: fc.oneof(fc.constantFrom<unknown>('{ me { id } }', '{', '', null, 1, ['{ me { id } }']), anyText),
            variables: fc.jsonValue(),
            operationName: fc.jsonValue(),
            extensions: fc.oneof(fc.jsonValue(), fc.constant({ persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } })),
            documentId: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((body) => JSON.stringify(body)),
    },
  )
  return fc.record({ method: methods, path: somewhere, headers, body: bodies })
}

/** An operation as a body of its door. */
export function asRequest({ query, variables, operationName }: Operation): HttpRequest {
  const body = JSON.stringify({ query, variables, ...(operationName === undefined ? {} : { operationName }) })
  return { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' }, body }
}
