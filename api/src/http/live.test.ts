import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, closed, refusal, talk } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'

let nas: TestNas
let admin: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
})
afterAll(() => nas.close())

const signedIn = async (username = adminName) => {
  const client = nas.client()
  await client.signIn(username, goodPassword)
  return client
}
/** A connection that has been greeted. */
const greeted = async (client: Client) => {
  const socket = client.socket()
  const conversation = await talk(socket)
  conversation.send({ type: 'connection_init' })
  expect(await conversation.next()).toEqual({ type: 'connection_ack' })
  return { socket, ...conversation }
}
const isAlive = async () => expect((await admin.graphql('{ __typename }')).status).toBe(200)

describe('who may come in', () => {
  test.each([
    ['no cookie', null],
    ['an invented session', 'baluhost_session=made-up'],
    ['a broken cookie', 'a=%zz; baluhost_session=%'],
  ])('with %s the connection is closed with 4401', async (_what, cookie) => {
    const socket = admin.socket({ cookie })
    socket.on('open', () => socket.send('{"type":"connection_init"}'))
    expect(await closed(socket)).toEqual({ code: 4401, reason: 'Sign in first.' })
  })

  test.each(['https://evil.example', 'null', 'http://127.0.0.1', 'http://127.0.0.1:1', 'nonsense', 'http://evil.example#127.0.0.1'])(
    'a page of %s is refused before there is a WebSocket',
    async (origin) => {
      const { status, body } = await refusal(admin.socket({ origin }))
      expect(status).toBe(403)
      expect(JSON.parse(body).errors[0].extensions).toEqual({ code: 'FOREIGN_ORIGIN', requestId: expect.stringMatching(/^\w{26}$/) })
    },
  )

  test('a page of this server may, and a program without a page', async () => {
    for (const origin of [nas.origin, undefined]) {
      const socket = admin.socket(origin ? { origin } : {})
      const { send, next } = await talk(socket)
      send({ type: 'connection_init' })
      expect(await next()).toEqual({ type: 'connection_ack' })
      socket.close()
    }
  })

  test('other addresses hold no WebSocket, and go on answering', async () => {
    for (const path of ['/', '/healthz', '/files/Shared', '/files/none', '/uploads', '/nowhere', '/graphql/x', '/%zz', '/..%2fx']) {
      const socket = admin.socket({ path })
      await new Promise((resolve) => socket.on('close', resolve).on('error', resolve))
    }
    await isAlive()
  })

  test('another protocol than graphql-transport-ws is not spoken', async () => {
    const socket = admin.socket({ protocol: 'graphql-ws' })
    await new Promise((resolve) => socket.on('close', resolve).on('error', resolve))
    await isAlive()
  })
})

describe('what is no conversation', () => {
  test.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['an unknown type', '{"type":"everything"}'],
    ['a subscription without id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['a query that is no text', '{"type":"subscribe","id":"1","payload":{"query":1}}'],
  ])('%s ends the connection', async (_what, message) => {
    const { socket } = await greeted(admin)
    socket.send(message)
    expect((await closed(socket)).code).toBe(4400)
    await isAlive()
  })

  test('a message that only servers send', async () => {
    const { socket } = await greeted(admin)
    socket.send('{"type":"next","id":"1","payload":{}}')
    expect(await closed(socket)).toEqual({ code: 4500, reason: 'Internal server error' })
  })

  test('bytes that are no text', async () => {
    const { socket } = await greeted(admin)
    socket.send(Buffer.from([0xff, 0x00, 0xfe]), { binary: true })
    expect((await closed(socket)).code).toBe(4400)
  })

  test('more than a mebibyte in one message', async () => {
    const { socket } = await greeted(admin)
    socket.send(`{"type":"ping","payload":{"x":"${'x'.repeat(1_100_000)}"}}`)
    expect((await closed(socket)).code).toBe(1009)
    await isAlive()
  })

  test('a subscription before the greeting', async () => {
    const socket = admin.socket()
    socket.on('open', () => socket.send('{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}'))
    expect((await closed(socket)).code).toBe(4401)
  })

  test('two greetings, and one id twice', async () => {
    const { socket, send } = await greeted(admin)
    send({ type: 'connection_init' })
    expect((await closed(socket)).code).toBe(4429)
    const again = await greeted(admin)
    for (let count = 0; count < 2; count++)
      again.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { telemetryChanged { at } }' } })
    expect((await closed(again.socket)).code).toBe(4409)
  })

  test('no greeting at all, for three seconds', async () => {
    const socket = nas.client().socket()
    expect((await closed(socket)).code).toBe(4408)
  })
})

describe('operations', () => {
  const ask = async (query: string, payload: object = {}, id = '1') => {
    const { socket, send, next } = await greeted(admin)
    send({ type: 'subscribe', id, payload: { query, ...payload } })
    const answer = await next()
    socket.close()
    return answer
  }
  const withRequestId = expect.stringMatching(/^\w{26}\.\d+$/)

  test('queries and mutations work as over HTTP', async () => {
    expect(await ask('{ me { username } }')).toEqual({ type: 'next', id: '1', payload: { data: { me: { username: adminName } } } })
    const { payload } = (await ask('mutation { createFolder(input: { path: "/Shared" }) { ... on Problem { code } } }')) as {
      payload: unknown
    }
    expect(payload).toEqual({ data: { createFolder: { code: 'FORBIDDEN' } } })
    expect(await ask('{ __schema { queryType { name } } }')).toMatchObject({
      payload: { data: { __schema: { queryType: { name: 'Query' } } } },
    })
  })

  test.each([
    ['a syntax error', '{ me {', 'BAD_DOCUMENT'],
    ['an unknown field', '{ everything }', 'BAD_DOCUMENT'],
    ['nothing', ' ', 'BAD_DOCUMENT'],
    [
      'ten thousand aliases',
      `{ ${Array.from({ length: 10_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
      'DOCUMENT_TOO_LARGE',
    ],
    ['many root fields', `{ ${Array.from({ length: 101 }, (_, index) => `a${index}: me { id }`).join(' ')} }`, 'TOO_MANY_FIELDS'],
    ['deep nesting', `{ ${'a { '.repeat(2_000)} b ${'} '.repeat(2_000)} }`, 'TOO_DEEP'],
    ['a fragment and no operation', 'fragment F on User { id }', 'BAD_DOCUMENT'],
  ])('%s is answered with a code, and the connection stays', async (_what, query, code) => {
    const { socket, send, next } = await greeted(admin)
    send({ type: 'subscribe', id: 'x', payload: { query } })
    const answer = await next()
    const errors = answer['type'] === 'error' ? answer['payload'] : (answer['payload'] as { errors: unknown }).errors
    expect(errors).toMatchObject([{ extensions: { code, requestId: withRequestId } }])
    let last = answer
    send({ type: 'subscribe', id: 'y', payload: { query: '{ __typename }' } })
    while (last['id'] !== 'y') last = await next()
    expect(last).toMatchObject({ type: 'next', payload: { data: { __typename: 'Query' } } })
    socket.close()
  })

  test('an operation that is not in the document', async () => {
    const answer = await ask('query A { me { id } } query B { me { id } }', { operationName: 'C' })
    expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_DOCUMENT', requestId: withRequestId } }] })
  })

  test.each([
    ['folderChanged(path: "/none") { path }', 'FILE_NOT_FOUND'],
    ['folderChanged(path: "/a/../b") { path }', 'PATH_OUTSIDE_STORAGE'],
    ['uploadProgressed(id: "none") { state }', 'UPLOAD_NOT_FOUND'],
    ['raidArrayChanged(name: "none") { name }', 'ARRAY_NOT_FOUND'],
  ])('what a subscription refuses has its code and its request id: %s', async (field, code) => {
    // Of any length and content: an id is the client's own and must not become part of what is logged.
    const answer = await ask(`subscription { ${field} }`, {}, `id\n${'x'.repeat(1_000)}`)
    const errors = answer['type'] === 'error' ? answer['payload'] : (answer['payload'] as { errors: unknown }).errors
    expect(errors).toMatchObject([{ extensions: { code, requestId: withRequestId } }])
  })

  const expectMasked = (answer: Record<string, unknown>) => {
    const errors = answer['type'] === 'error' ? answer['payload'] : (answer['payload'] as { errors: unknown }).errors
    expect(errors).toMatchObject([
      { message: expect.stringContaining('Something went wrong'), extensions: { code: 'INTERNAL', requestId: withRequestId } },
    ])
    expect(JSON.stringify(answer)).not.toMatch(/prisma|SQL|FileEntry|node_modules/i)
    const { requestId } = (errors as { extensions: { requestId: string } }[])[0]?.extensions ?? { requestId: '?' }
    expect(nas.logged.some((line) => line.includes(requestId) && JSON.parse(line).level === 50)).toBe(true)
    return requestId
  }

  test('an unexpected failure at the start of a subscription is masked', async () => {
    const { socket, send, next } = await greeted(admin)
    await nas.database.$executeRawUnsafe('ALTER TABLE "FileEntry" RENAME TO "Hidden"')
    try {
      send({ type: 'subscribe', id: '1', payload: { query: 'subscription { folderChanged(path: "/ada") { path } }' } })
      expectMasked(await next())
    } finally {
      await nas.database.$executeRawUnsafe('ALTER TABLE "Hidden" RENAME TO "FileEntry"')
    }
    socket.close()
  })

  test('and one in the middle of it, under the request id of its subscription', async () => {
    const { socket, send, next } = await greeted(admin)
    const query = 'subscription { folderChanged(path: "/ada") { changed { owner { username } } } }'
    send({ type: 'subscribe', id: '1', payload: { query } })
    expect(await next()).toMatchObject({ payload: { data: { folderChanged: { changed: [] } } } })
    await nas.database.$executeRawUnsafe('ALTER TABLE "User" RENAME TO "Hidden"')
    try {
      writeFileSync(`${nas.storageDir}/ada/appeared`, 'from outside')
      expect(expectMasked(await next())).toMatch(/\.1$/)
    } finally {
      await nas.database.$executeRawUnsafe('ALTER TABLE "Hidden" RENAME TO "User"')
    }
    socket.close()
  })

  test('the present state comes first, through the dashboard’s own client', async () => {
    const live = admin.live()
    const frames = live.iterate({ query: 'subscription { raidArrayChanged { name } }' })
    const first = await frames.next()
    expect(first.value?.errors).toBeUndefined()
    expect(first.value?.data).toMatchObject({ raidArrayChanged: { name: expect.any(String) } })
    await frames.return?.()
    await live.dispose()
  })
})

describe('the end of a session is the end of its WebSockets', () => {
  const watching = async (client: Client) => {
    const { socket, send, next } = await greeted(client)
    send({ type: 'subscribe', id: '1', payload: { query: 'subscription { raidArrayChanged { name } }' } })
    expect(await next()).toMatchObject({ type: 'next' })
    return socket
  }
  const withinASecond = <T>(promise: Promise<T>) =>
    Promise.race([promise, sleep(1_000, null, { ref: false }).then(() => Promise.reject(new Error('still open after a second')))])

  test('signing out, of all its sockets and of no other', async () => {
    const [client, other] = [await signedIn(), await signedIn()]
    const sockets = await Promise.all([watching(client), watching(client)])
    const kept = await watching(other)
    const ends = sockets.map(closed)
    await client.graphql('mutation { signOut { __typename } }')
    expect(await withinASecond(Promise.all(ends))).toEqual(Array(2).fill({ code: 4401, reason: 'The session has ended.' }))
    expect(kept.readyState).toBe(kept.OPEN)
    kept.close()
  })

  test('signing out over the WebSocket itself', async () => {
    const client = await signedIn()
    const { socket, send } = await greeted(client)
    const end = closed(socket)
    send({ type: 'subscribe', id: '1', payload: { query: 'mutation { signOut { __typename } }' } })
    expect((await withinASecond(end)).code).toBe(4401)
    expect((await client.graphql('{ me { id } }')).data.me).toBeNull()
  })

  test('signing in again in the same browser', async () => {
    const client = await signedIn()
    const end = closed(await watching(client))
    await client.signIn(adminName, goodPassword)
    expect((await withinASecond(end)).code).toBe(4401)
  })

  test('one that has run out opens none', async () => {
    const client = await signedIn()
    const [row] = await nas.database.session.findMany({ orderBy: { id: 'desc' }, take: 1 })
    await nas.database.session.update({ where: { id: row?.id ?? '' }, data: { expiresAt: new Date(Date.now() - 1) } })
    const late = client.socket()
    late.on('open', () => late.send('{"type":"connection_init"}'))
    expect((await closed(late)).code).toBe(4401)
  })

  test('a connection holds nothing when it is gone', async () => {
    const client = await signedIn()
    const sockets = await Promise.all(Array.from({ length: 10 }, () => watching(client)))
    for (const [index, socket] of sockets.entries()) {
      if (index % 2) socket.terminate()
      else socket.close()
    }
    await Promise.all(sockets.map((socket) => (socket.readyState === socket.CLOSED ? null : closed(socket))))
    await client.graphql('mutation { signOut { __typename } }')
    await isAlive()
  })
})
