import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { rootFields } from '../../test/field-walk.ts'
import { adminName, startNas, type TestNas, testedProviders } from '../../test/nas.ts'
import { nasSchema } from '../graphql/schema.nas.ts'

/** Each stands for one thing that must not be read in a log, and is found by its mark. */
const marks = new Map<string, string>()
function secret(what: string): string {
  const mark = `zq${randomBytes(6).toString('hex')}`
  marks.set(mark, what)
  return `${mark} and some more`
}
/** One without spaces, for addresses and headers. */
const word = (what: string) => secret(what).split(' ')[0] ?? ''

/** Tables whose absence lets fields fail unexpectedly, in the middle of what they do. */
const tables = [
  'AuditEntry',
  'ApiKey',
  'Invitation',
  'Group',
  'Totp',
  'RecoveryCode',
  'Passkey',
  'Challenge',
  'Setting',
  'FileEntry',
  'Setup',
]

describe.each(await testedProviders())('on %s, nothing secret is in the log', (provider) => {
  let nas: TestNas
  let admin: Client
  const password = secret('the password of the administrator')
  beforeAll(async () => {
    nas = await startNas({ provider })
    admin = nas.client()
    marks.set(nas.setupToken ?? '?', 'the setup token')
  })
  afterAll(() => nas.close())

  /** What of it stands in the log. */
  const leaked = () => {
    const text = nas.logged.join('')
    return [...marks].filter(([mark]) => text.includes(mark)).map(([, what]) => what)
  }
  const ask = async (client: Client, query: string, variables: object = {}, headers: Record<string, string> = {}) => {
    const { data } = await client.graphql(query, variables as Record<string, unknown>, headers)
    // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is its type
    return data as any
  }

  test('setup and sign-in, right and wrong; keys, invitations, sessions', async () => {
    await admin.completeSetup({ setupToken: word('a wrong setup token'), username: adminName, password: secret('a refused password') })
    await admin.completeSetup({ setupToken: nas.setupToken ?? '', username: adminName, password: 'short' })
    await admin.completeSetup({ setupToken: nas.setupToken ?? '', username: adminName, password })
    for (const wrong of [secret('a wrong password'), word('another wrong password')]) await nas.client().signIn(adminName, wrong)
    // People type the password where the name belongs.
    await nas.client().signIn(secret('a password in place of the name'), 'x')
    await admin.signIn(adminName, password)
    // None of it stops at a limit: what is to be seen is what lies behind.
    const { data } = await admin.graphql('{ limits { name most { capacity refillPerSecond } } }')
    for (const { most, name } of data.limits) {
      await ask(admin, 'mutation ($input: UpdateLimitInput!) { updateLimit(input: $input) { __typename } }', { input: { name, ...most } })
    }
    marks.set(admin.cookie?.split('baluhost_session=')[1]?.split(';')[0] ?? '?', 'the session cookie')
    const { createApiKey } = await ask(
      admin,
      'mutation { createApiKey(input: { name: "k", scopes: ["account:read", "files:write"] }) { ... on ApiKeyCreated { key } ... on Problem { code } } }',
    )
    expect(createApiKey.key, JSON.stringify(createApiKey)).toMatch(/^balu_/)
    marks.set(createApiKey.key, 'an API key')
    const key = { authorization: `Bearer ${createApiKey.key}` }
    await ask(nas.client(), '{ me { username } }', {}, key)
    await ask(nas.client(), 'mutation { deleteUser(input: { id: "1" }) { __typename } }', {}, key)
    const { inviteUser } = await ask(
      admin,
      'mutation { inviteUser(input: { role: USER, expiresInHours: 24 }) { ... on IssuedInvitation { path } ... on Problem { code message } } }',
    )
    const link = String(inviteUser?.path ?? '')
    expect(link, JSON.stringify(inviteUser)).toContain('token=')
    const token = link.split('token=')[1] ?? '?'
    marks.set(token, 'the token of an invitation')
    await nas.client().fetch(link, { headers: { accept: 'text/html' } })
    await ask(
      nas.client(),
      'mutation ($t: String!, $p: String!) { acceptInvitation(input: { token: $t, username: "max", password: $p }) { __typename } }',
      {
        t: token,
        p: secret('the password of an invited person'),
      },
    )
    expect(leaked()).toEqual([])
  })

  test('what cannot be understood: bodies, documents, variables, addresses, headers, bytes', async () => {
    const post = (body: string, headers: Record<string, string> = {}) => admin.post(body, headers)
    await post(`{"query":"mutation { signIn(input: { username: \\"x\\", password: \\"${word('a password in broken JSON')}`)
    await post(`${word('a body that is no JSON')}`)
    await post(`{"query":"{ me { id }${word('a field name')} \\u0000 \\"${word('an open string')}"}`)
    await post(JSON.stringify({ query: `{ ${word('an unknown field')} }` }))
    await post(JSON.stringify({ query: `query ($p: ${word('an unknown type')}) { me { id } }`, variables: { p: word('a variable') } }))
    const signIn = 'mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }'
    for (const wrong of [[secret('a list')], { deep: secret('an object') }, 5, null, true])
      await post(
        JSON.stringify({ query: signIn, variables: { i: { username: 'x', password: wrong, [word('a key')]: secret('its value') } } }),
      )
    await post(JSON.stringify({ query: signIn, operationName: word('an operation name'), extensions: { x: word('an extension') } }))
    await post(`password=${word('a form')}`, { 'content-type': 'application/x-www-form-urlencoded' })
    await post('{}', { 'content-type': word('a content type') })
    for (const path of ['/files/%zz', '/files/x', '/setup', '/join', '/none', '/graphql', '/uploads/x', '/..%2f', `/${'x'.repeat(300)}`]) {
      for (const accept of ['text/html', '*/*'])
        await admin.fetch(`${path}?token=${word(`a token in the address ${path}`)}`, { headers: { accept } })
    }
    const credentials = [
      { authorization: `Bearer balu_${word('a wrong API key')}` },
      { authorization: `Basic ${btoa(`ada:${word('basic')}`)}` },
      { authorization: word('an authorization without a kind') },
      { cookie: `baluhost_session=${word('an invented cookie')}; __Host-baluhost_session=${word('another')}` },
      { cookie: `baluhost_device=${word('a device cookie')}~a.b.c.d.e` },
    ]
    for (const headers of credentials) {
      const of: RequestInit = { headers: headers as Record<string, string> }
      for (const path of ['/files/x', '/graphql', '/audit/export?format=csv']) await nas.client().fetch(path, of)
      await ask(nas.client(), '{ me { id } }', {}, headers as Record<string, string>)
    }
    const metadata = `path ${btoa(`/${adminName}/x`)},${word('a name in the metadata')} ${btoa(word('a value'))}`
    const upload = { 'tus-resumable': '1.0.0', 'upload-length': '3', 'x-baluhost-csrf': '1', 'upload-metadata': metadata }
    const { headers } = await admin.fetch('/uploads', { method: 'POST', headers: upload })
    const location = headers.get('location') ?? '/uploads/none'
    const part = {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'x-baluhost-csrf': '1',
      'content-type': 'application/offset+octet-stream',
    }
    for (const checksum of [word('a checksum'), `sha256 ${btoa('x')}`])
      await admin.fetch(location, {
        method: 'PATCH',
        headers: { ...part, 'upload-checksum': checksum },
        body: secret('the bytes of a file'),
      })
    await sendRaw(`GET / HTTP/1.1\r\nCookie baluhost_session=${word('a cookie in a broken header')}\r\n\r\n`)
    await sendRaw(`${word('bytes that are not HTTP')}\r\n\r\n`)
    await sendRaw(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${word('a key in a broken request')}\r\nContent-Length: x\r\n\r\n`,
    )
    expect(leaked()).toEqual([])
  })

  const sendRaw = (text: string) =>
    new Promise<void>((resolve) => {
      const { hostname, port } = new URL(nas.origin)
      const socket = connect(Number(port), hostname, () => socket.end(text))
      socket.on('error', () => {}).on('close', () => resolve())
      socket.resume()
    })

  test('WebSockets: the greeting, documents, frames', async () => {
    for (const send of [
      `{"type":"connection_init","payload":{"authorization":"${word('a greeting')}"}}`,
      `{"type":"subscribe","id":"${word('an id')}","payload":{"query":"subscription { folderChanged(path: \\"/${word('a path')}\\") { path } }"}}`,
      `{"type":"subscribe","id":"2","payload":{"query":"mutation { signIn(input: { username: \\"x\\", password: \\"${word('a password in a document')}\\" }) { __typename ","variables":{"x":"${word('a variable')}"}}}`,
      `{"type":"${word('an unknown type')}"}`,
      `{"${word('a broken frame')}`,
    ]) {
      const socket = admin.socket()
      socket.on('open', () => {
        if (!send.includes('connection_init')) socket.send('{"type":"connection_init"}')
        socket.send(send)
        socket.send('nonsense')
      })
      await new Promise((resolve) => socket.on('close', resolve).on('error', resolve))
    }
    expect(leaked()).toEqual([])
  })

  test.each(tables)('every mutation with secrets in its inputs, while the table %s is away', { timeout: 60_000 }, async (table) => {
    await admin.signIn(adminName, password)
    await nas.database.$executeRawUnsafe(`ALTER TABLE "${table}" RENAME TO "Hidden"`)
    const before = nas.logged.length
    try {
      for (const client of [admin, nas.client()]) {
        for (const { document, kind, name } of rootFields(nasSchema)) {
          if (kind === 'subscription' || name === 'signOut') continue
          const filled = document.replaceAll('"anything at all"', () => JSON.stringify(secret(`an input of ${name} without ${table}`)))
          await ask(client, filled)
        }
        const input = { username: adminName, password: secret('a wrong password in trouble') }
        await ask(client, 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input })
        await ask(client, 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { ...input, password } })
      }
    } finally {
      await nas.database.$executeRawUnsafe(`ALTER TABLE "Hidden" RENAME TO "${table}"`)
    }
    expect(leaked()).toEqual([])
    // It did fail, and the log says how: else this test would prove nothing.
    expect(nas.logged.slice(before).filter((line) => JSON.parse(line).level === 50).length, table).toBeGreaterThan(0)
  })

  test('nor in the audit log', async () => {
    const text = JSON.stringify(await nas.database.auditEntry.findMany())
    const read = [...marks].filter(([mark]) => text.includes(mark)).map(([, what]) => what)
    // A name is kept as it was typed: guesses must be told apart. Who types the password there should change it.
    expect(read.filter((what) => !/in place of the name|^an input of/.test(what))).toEqual([])
  })
})
