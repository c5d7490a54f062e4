import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'

let nas: TestNas
let admin: Client
let stranger: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
  stranger = nas.client()
})
afterAll(() => nas.close())

/** No answer tells how the server is made: stacks, files, SQL, libraries. */
const internals = /node_modules|\/api\/|\.ts\b|\bat \w+ \(|SELECT|prisma|SQLITE|libsql|stack/i

function expectCode({ errors, status }: Answer, expectedStatus: number, code: string): void {
  expect([status, errors?.[0]?.extensions.code]).toEqual([expectedStatus, code])
  for (const error of errors ?? []) {
    expect(error.extensions.requestId).toMatch(/^[0-9a-z]{26}$/)
    expect(Object.keys(error.extensions).sort()).toEqual(['code', 'requestId'])
    expect(JSON.stringify(error)).not.toMatch(internals)
  }
}

describe('what is no operation is refused with a code', () => {
  test.each<[string, string, number, string]>([
    ['malformed JSON', '{"query": "{ me', 400, 'BAD_REQUEST'],
    ['no body', '', 400, 'BAD_REQUEST'],
    ['null', 'null', 400, 'BAD_REQUEST'],
    ['a number', '42', 400, 'BAD_REQUEST'],
    ['a string', '"{ me { id } }"', 400, 'BAD_REQUEST'],
    ['a batch', '[{"query":"{ me { id } }"},{"query":"{ me { id } }"}]', 400, 'BAD_REQUEST'],
    ['an empty batch', '[]', 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['a query that is null', '{"query": null}', 400, 'BAD_REQUEST'],
    ['a query that is no text', '{"query": {"a": 1}}', 400, 'BAD_REQUEST'],
    ['variables that are no object', '{"query": "{ me { id } }", "variables": "x"}', 400, 'BAD_REQUEST'],
    ['a parameter that does not exist', '{"query": "{ me { id } }", "what": 1}', 400, 'BAD_REQUEST'],
    ['a polluted prototype', '{"query": "{ me { id } }", "__proto__": {"kind": "user"}}', 400, 'BAD_REQUEST'],
    ['a polluted constructor', '{"query": "{ me { id } }", "constructor": {"prototype": {"kind": "user"}}}', 400, 'BAD_REQUEST'],
  ])('%s', async (_what, body, status, code) => {
    expectCode(await stranger.post(body), status, code)
    expectCode(await admin.post(body), status, code)
  })

  test.each<[string, string]>([
    ['an empty document', ' '],
    ['a syntax error', '{ me { id '],
    ['an unknown field', '{ everything }'],
    ['a comment only', '# nothing'],
    ['a fragment only', 'fragment F on User { id }'],
    ['fragments in a circle', '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }'],
    ['a type and no operation', 'type Query { me: Int }'],
    ['a lone surrogate', '{ me { id } } # \ud800'],
  ])('%s', async (_what, query) => {
    const answer = await stranger.graphql(query)
    expect(answer.errors?.length).toBeGreaterThan(0)
    for (const error of answer.errors ?? [])
      expect(error.extensions).toMatchObject({ code: expect.stringMatching(/^BAD_/), requestId: expect.stringMatching(/./) })
    expect(answer.data).toBeFalsy()
  })

  test('an operation that is not in the document', async () => {
    const ask = (operationName: unknown) =>
      stranger.post(JSON.stringify({ query: 'query A { me { id } } query B { me { id } }', operationName }))
    for (const name of ['C', '', '__proto__', null]) {
      const { errors } = await ask(name)
      expect(errors?.[0]?.extensions, String(name)).toMatchObject({
        code: expect.stringMatching(/^BAD_/),
        requestId: expect.stringMatching(/./),
      })
    }
    expect((await ask('B')).data).toEqual({ me: null })
  })

  test('inputs of a wrong type', async () => {
    for (const [query, variables] of [
      ['query ($first: Int) { users(first: $first) { totalCount } }', { first: 'many' }],
      ['query ($first: Int) { users(first: $first) { totalCount } }', { first: 2 ** 40 }],
      ['query ($path: Path!) { file(path: $path) { id } }', {}],
      ['query ($path: Path!) { file(path: $path) { id } }', { path: { a: 1 } }],
      ['query ($path: Path!) { file(path: $path) { id } }', { path: null }],
      ['{ file(path: 5) { id } }', {}],
      ['{ files(path: "/", orderBy: { field: WHAT, direction: ASC }) { totalCount } }', {}],
      ['{ telemetry { history(metric: "cpu.percent", from: "yesterday", to: "2026-01-01T00:00:00Z", points: 1) { unit } } }', {}],
    ] as const) {
      const { errors } = await admin.graphql(query, variables)
      expect(errors?.[0]?.extensions.code, query).toMatch(/^BAD_/)
      expect(errors?.[0]?.extensions.requestId).toBeTruthy()
    }
  })
})

describe('other doors of the same address', () => {
  test('only JSON is read', async () => {
    const query = JSON.stringify({ query: '{ __typename }' })
    for (const type of ['text/plain', 'application/graphql', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense']) {
      expectCode(
        await stranger.post(type.includes('urlencoded') ? 'query={__typename}' : query, { 'content-type': type }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      )
    }
    const form = new FormData()
    form.set('operations', JSON.stringify({ query: 'mutation ($f: String) { signOut { at } }', variables: { f: null } }))
    form.set('map', '{"0":["variables.f"]}')
    form.set('0', new Blob(['x']))
    const response = await stranger.fetch('/graphql', { method: 'POST', body: form })
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  test('nothing is asked with GET, and nothing changed with other methods', async () => {
    const get = await admin.fetch('/graphql?query={me{id}}')
    expect([get.status, (await get.json()).errors[0].extensions.code]).toEqual([405, 'METHOD_NOT_ALLOWED'])
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await admin.fetch('/graphql', { method, headers: { 'x-baluhost-csrf': '1' } })
      expect([method, response.status]).toEqual([method, 404])
      expect((await response.json()).errors[0].extensions).toMatchObject({ code: 'NOT_FOUND', requestId: expect.stringMatching(/./) })
    }
    expect((await admin.graphql('{ me { username } }')).data.me).toBeTruthy()
  })

  test('live data is not given over HTTP, in whatever form it is asked for', async () => {
    for (const accept of ['application/json', 'text/event-stream', 'application/graphql-response+json']) {
      const response = await admin.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1', accept },
        body: JSON.stringify({ query: 'subscription { telemetryChanged { at } }' }),
      })
      const text = await response.text()
      expect(text, accept).toContain('SUBSCRIPTION_NEEDS_WEBSOCKET')
      expect(text, accept).toContain('requestId')
    }
  })

  test('an answer in a form that nobody can give is refused with a code', async () => {
    const response = await stranger.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'image/png' },
      body: '{"query":"{ __typename }"}',
    })
    expect(response.status).toBe(406)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE', requestId: expect.any(String) } }] })
  })
})

describe('too much of everything', () => {
  test('ten thousand aliases', async () => {
    const aliases = Array.from({ length: 10_000 }, (_, index) => `a${index}: __typename`).join(' ')
    for (const client of [stranger, admin]) expectCode(await client.graphql(`{ ${aliases} }`), 200, 'DOCUMENT_TOO_LARGE')
  })

  test('many root fields in one request: of anybody, and of strangers more than they can need', async () => {
    const fields = (count: number, field: string) => Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')
    expectCode(await admin.graphql(`{ ${fields(101, 'storage { free }')} }`), 200, 'TOO_MANY_FIELDS')
    expect((await admin.graphql(`{ ${fields(100, 'me { id }')} }`)).errors).toBeUndefined()
    const guess = 'signIn(input: { username: "ada", password: "guess" }) { __typename }'
    const audited = () => nas.database.auditEntry.count({ where: { action: 'auth.signIn' } })
    const before = await audited()
    expectCode(await stranger.graphql(`mutation { ${fields(6, guess)} }`), 200, 'TOO_MANY_FIELDS')
    expectCode(await stranger.graphql(`mutation { ...F } fragment F on Mutation { ${fields(6, guess)} }`), 200, 'TOO_MANY_FIELDS')
    expect(await audited()).toBe(before)
  })

  test.each([
    ['selections', `{ ${'a { '.repeat(2_400)} b ${'} '.repeat(2_400)} }`],
    ['lists', `{ file(path: ${'['.repeat(2_400)}1${']'.repeat(2_400)}) { id } }`],
    ['objects', `{ file(path: ${'{a: '.repeat(1_600)}1${'}'.repeat(1_600)}) { id } }`],
    ['types of a variable', `query ($a: ${'['.repeat(2_400)}Int${']'.repeat(2_400)}) { me { id } }`],
    ['inline fragments', `{ ${'... { '.repeat(1_600)} __typename ${'} '.repeat(1_600)} }`],
  ])('very deep nesting: %s', async (_what, query) => {
    const { errors } = await stranger.graphql(query)
    expect(errors?.[0]?.extensions.code).toBe('TOO_DEEP')
    expect((await stranger.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' })
  })

  test('one field four thousand times', async () => {
    const started = performance.now()
    const { errors } = await admin.graphql(`{ me { ${'id '.repeat(4_900)} } }`)
    // The check for overlapping fields grows with the square: it must not stop the server for seconds.
    expect(errors?.[0]?.extensions.code).toBe('TOO_MANY_FIELDS')
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('a document of more than 100 kB, however empty', async () => {
    expectCode(await stranger.graphql(`{ __typename } # ${'x'.repeat(100_000)}`), 200, 'DOCUMENT_TOO_LARGE')
  })

  test('fifty megabytes are refused when a fiftieth has come, and leave nothing behind', async () => {
    const body = Buffer.from(JSON.stringify({ query: `{ __typename } # ${'x'.repeat(50_000_000)}` }))
    const before = process.memoryUsage()
    for (const chunked of [false, true]) {
      const { port } = new URL(nas.origin)
      const answer = await new Promise<string>((resolve, reject) => {
        let text = ''
        const socket = connect(Number(port), '127.0.0.1')
        const length = chunked ? 'transfer-encoding: chunked' : `content-length: ${body.length}`
        socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n\r\n`)
        socket.on('data', (data) => {
          text += data
          if (text.includes('\r\n\r\n') && text.includes('requestId')) {
            resolve(text)
            socket.destroy()
          }
        })
        socket.on('error', reject)
        socket.on('close', () => reject(new Error(`closed after: ${text}`)))
        if (!chunked) return
        for (let at = 0; at < 2_000_000; at += 100_000) {
          socket.write(`${(100_000).toString(16)}\r\n`)
          socket.write(body.subarray(at, at + 100_000))
          socket.write('\r\n')
        }
      })
      expect(answer).toMatch(/^HTTP\/1\.1 413 /)
      expect(answer).toContain('"code":"REQUEST_TOO_LARGE"')
    }
    const after = process.memoryUsage()
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(20_000_000)
  })

  test('different documents without end are not kept', async () => {
    const ask = async (index: number) => stranger.graphql(`{ __typename } # ${index} ${'x'.repeat(60_000)}`)
    const { DocumentCache } = await import('./document-cache.ts')
    const cache = new DocumentCache()
    const document = { kind: 'Document', definitions: [] } as never
    for (let index = 0; index < 10_000; index++) cache.set(`${index} ${'x'.repeat(1_000)}`, document)
    const kept = Array.from({ length: 10_000 }, (_, index) => cache.get(`${index} ${'x'.repeat(1_000)}`)).filter(Boolean)
    expect(kept.length).toBeGreaterThan(50)
    expect(kept.length).toBeLessThan(140)
    cache.set('x'.repeat(9_000), document)
    expect(cache.get('x'.repeat(9_000))).toBeUndefined()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index)))
    expect(answers.every(({ data }) => data.__typename === 'Query')).toBe(true)
  })
})

describe('what strangers may know', () => {
  const introspect = '{ __schema { types { name } } }'
  test('the schema is for those who are signed in, whoever asked before', async () => {
    for (const client of [stranger, admin, stranger, admin]) {
      const { data, errors } = await client.graphql(introspect)
      if (client === admin) expect(data.__schema.types.length).toBeGreaterThan(20)
      else {
        expect(data).toBeFalsy()
        expect(errors?.[0]?.extensions.code).toBe('BAD_DOCUMENT')
      }
    }
    expect((await stranger.graphql('{ __type(name: "User") { name } }')).errors?.[0]?.extensions.code).toBe('BAD_DOCUMENT')
  })

  test('introspection that asks for itself without end is refused', async () => {
    const deep = `{ __schema { types { ${'fields { type { '.repeat(20)} name ${'} } '.repeat(20)} } } }`
    expect((await admin.graphql(deep)).errors?.[0]?.extensions.code).toBe('TOO_DEEP')
  })
})

describe('what fails inside', () => {
  test('is INTERNAL to the client and told in full to the log, under one request id', async () => {
    await nas.database.$executeRawUnsafe('ALTER TABLE "FileEntry" RENAME TO "Hidden"')
    try {
      const { data, errors, headers } = await admin.graphql('{ me { username } files(path: "/Shared") { totalCount } }')
      expect(data).toBeNull()
      expect(errors).toEqual([
        {
          message: 'Something went wrong inside the server. Its log has the details under this request id.',
          path: ['files'],
          locations: expect.anything(),
          extensions: { code: 'INTERNAL', requestId: headers.get('x-request-id') },
        },
      ])
      const { requestId } = errors?.[0]?.extensions ?? { requestId: '?' }
      const line = nas.logged.find((text) => text.includes(requestId))
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        level: 50,
        requestId,
        err: { message: expect.stringContaining('FileEntry'), stack: expect.stringContaining('tree.ts') },
      })

      const upload = {
        method: 'POST',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': '1',
          'upload-metadata': `path ${btoa('/Shared/x')}`,
          'x-baluhost-csrf': '1',
        },
      }
      for (const response of [await admin.fetch('/files/Shared/x'), await admin.fetch('/uploads', upload)]) {
        expect(response.status).toBe(500)
        const body = await response.text()
        const id = response.headers.get('x-request-id') ?? '?'
        expect(JSON.parse(body)).toEqual({
          title: expect.any(String),
          message: expect.any(String),
          status: 500,
          code: 'INTERNAL',
          requestId: id,
        })
        expect(body).not.toMatch(internals)
        expect(nas.logged.map((text) => JSON.parse(text)).filter((entry) => entry.requestId === id)).toMatchObject([{ level: 50 }])
      }
    } finally {
      await nas.database.$executeRawUnsafe('ALTER TABLE "Hidden" RENAME TO "FileEntry"')
    }
    expect((await admin.graphql('{ files(path: "/Shared") { totalCount } }')).data.files.totalCount).toBe(0)
  })

  test('the log holds no secret of those who signed in, tried to, or asked badly', async () => {
    const secret = 'my secret passphrase 99'
    const client = nas.client()
    await admin.createUser({ username: 'sue', password: secret })
    await client.signIn('sue', secret)
    await client.signIn('sue', `${secret}!`)
    await nas.client().completeSetup({ setupToken: `token ${secret}`, username: 'sue', password: secret })
    await client.post(`{"query": "mutation { signIn(input: { password: \\"${secret}\\"", "x": `)
    await client.graphql(`mutation { signIn(input: { username: 5, password: "${secret}" }) { __typename } }`)
    const log = nas.logged.join('')
    expect(log.length).toBeGreaterThan(100)
    for (const hidden of [secret, goodPassword, nas.setupToken ?? '?', client.sessionToken, admin.sessionToken]) {
      expect(log).not.toContain(hidden)
    }
    expect(log).not.toMatch(/argon2id/)
  })
})
