import { afterEach, describe, expect, test } from 'vitest'
import { type Client, closed, refusal, talk } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { createMessageGate, mostOperations } from './live-limits.ts'

let nas: TestNas
let admin: Client
afterEach(() => nas.close())
const start = async (options: Parameters<typeof startNasWithAdmin>[0] = {}) => {
  ;({ nas, admin } = await startNasWithAdmin(options))
}
const set = async (name: string, capacity: number, refillPerSecond: number) => {
  const { data } = await admin.graphql(
    `mutation { updateLimit(input: { name: "${name}", capacity: ${capacity}, refillPerSecond: ${refillPerSecond} }) { ... on Limit { name } ... on Problem { code message } } }`,
  )
  expect(data.updateLimit).toEqual({ name })
}
const upload = (client: Client, index: number) =>
  client.fetch('/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '1',
      'upload-metadata': `path ${btoa(`/Shared/file ${index}`)}`,
      'x-baluhost-csrf': '1',
    },
  })
/** How many of so many were let through; of the others the answer is looked at. */
async function passed(count: number, ask: (index: number) => Promise<Response>): Promise<number> {
  let through = 0
  for (let index = 0; index < count; index++) {
    const response = await ask(index)
    if (response.status !== 429) {
      through += 1
      await response.arrayBuffer()
      continue
    }
    const seconds = Number(response.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(await response.json()).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      retryAfterSeconds: seconds,
      requestId: expect.any(String),
    })
  }
  return through
}

describe('over HTTP', () => {
  test('uploads are counted by account when they begin, and not by their bytes', async () => {
    await start()
    await set('createUpload', 100, 5)
    const through = await passed(140, (index) => upload(admin, index))
    expect(through).toBeGreaterThanOrEqual(100)
    expect(through).toBeLessThan(140)
    await admin.createUser({ username: 'ben', password: goodPassword })
    const ben = nas.client()
    await ben.signIn('ben', goodPassword)
    expect((await upload(ben, 1)).status).not.toBe(429)
  })

  test('archives are counted by themselves, in either form; whether there is one is not', async () => {
    await start()
    await set('archive', 2, 1 / 60)
    for (let index = 0; index < 4; index++) expect((await admin.fetch('/archive?path=/Shared', { method: 'HEAD' })).status).toBe(200)
    expect(await passed(6, (index) => admin.fetch(index % 2 ? '/archive?path=/Shared' : '/files/Shared?zip'))).toBe(2)
    expect((await admin.fetch('/files/Shared')).status).toBe(409)
  })

  test('downloads are counted, pictures with them, also for those who have not signed in', async () => {
    await start()
    await set('download', 200, 10)
    const stranger = nas.client()
    const through = await passed(260, (index) => stranger.fetch(index % 2 ? '/files/Shared/none' : '/avatars/none'))
    expect(through).toBeGreaterThanOrEqual(200)
    expect(through).toBeLessThan(260)
    expect((await stranger.fetch('/healthz')).status).toBe(200)
    expect((await stranger.graphql('{ setup { required } }')).errors).toBeUndefined()
  })

  test('pictures are counted before their bytes are taken: many at once would fill the memory', async () => {
    await start()
    await set('changeAvatar', 5, 1 / 60)
    const headers = { 'content-type': 'image/png', 'x-baluhost-csrf': '1' }
    const put = () => admin.fetch('/avatars/me', { method: 'PUT', headers, body: 'no picture' })
    expect(await passed(8, put)).toBe(5)
    expect((await admin.fetch('/avatars/me', { method: 'DELETE', headers: { 'x-baluhost-csrf': '1' } })).status).toBe(429)
  })

  test('another spelling of an address is no way around what is counted there', async () => {
    await start()
    await set('createUpload', 100, 5)
    const creation = { 'tus-resumable': '1.0.0', 'upload-length': '1', 'upload-metadata': `path ${btoa('/Shared/x')}` }
    const headers = { ...creation, 'x-baluhost-csrf': '1', 'x-http-method-override': 'POST' }
    const addresses = ['/uploads', '/uploads/', '/uploads/any', '/%75ploads', '/%75ploads/any?x']
    const send = (index: number) => admin.fetch(addresses[index % addresses.length] ?? '', { method: 'POST', headers })
    expect(await passed(160, send)).toBeLessThan(160)
    await set('exportAudit', 1, 1 / 300)
    expect(await passed(3, () => admin.fetch('/audit/%65xport'))).toBe(1)
  })

  test('exports of the audit log are counted', async () => {
    await start()
    await set('exportAudit', 2, 1 / 300)
    expect(await passed(5, () => admin.fetch('/audit/export?format=csv'))).toBe(2)
  })

  test('strangers are counted for what cannot even be parsed', async () => {
    await start()
    await set('stranger', 100, 5)
    const stranger = nas.client()
    const codes: (string | undefined)[] = []
    for (let index = 0; index < 130; index++) {
      const { errors, headers, status } = await stranger.graphql('{ me {')
      codes.push(errors?.[0]?.extensions.code)
      if (codes.at(-1) !== 'RATE_LIMITED') continue
      expect([status, Number(headers.get('retry-after'))]).toEqual([429, 1])
      expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', requestId: expect.any(String), retryAfterSeconds: 1 })
    }
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(5)
    expect(codes.indexOf('RATE_LIMITED')).toBeGreaterThanOrEqual(100)
  })

  test('who tries keys is slowed down, and keys that are right are not in the way', async () => {
    await start()
    await set('apiKeyFailures', 5, 1 / 60)
    const ask = async (index: number) => {
      const response = await fetch(`${nas.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer balu_${String(index).padStart(43, 'x')}` },
        body: '{"query":"{ __typename }"}',
      })
      return ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code
    }
    const codes = []
    for (let index = 0; index < 8; index++) codes.push(await ask(index))
    expect(codes).toEqual([...Array(5).fill('UNAUTHENTICATED'), ...Array(3).fill('RATE_LIMITED')])
    expect((await admin.graphql('{ me { id } }')).errors).toBeUndefined()
  })

  test('behind a trusted proxy its clients are counted, and nobody else says where they come from', async () => {
    await start({ env: { BALUHOST_TRUSTED_PROXIES: '127.0.0.1' } })
    await set('stranger', 100, 5)
    const from = async (address: string) =>
      (await nas.client().graphql('{ setup { required } }', {}, { 'x-forwarded-for': address })).errors?.[0]?.extensions.code ?? null
    const codes = []
    for (let index = 0; index < 80; index++) codes.push(await from('198.51.100.7'))
    expect(codes).toContain('RATE_LIMITED')
    expect(await from('198.51.100.8')).toBeNull()
    const hopping = []
    for (let index = 0; index < 80; index++) hopping.push(await from(`2001:db8:1:2::${index.toString(16)}`))
    expect(hopping).toContain('RATE_LIMITED')
    await nas.close()
    await start()
    await set('stranger', 100, 5)
    const made = []
    for (let index = 0; index < 80; index++) made.push(await from(`198.51.100.${index}`))
    expect(made).toContain('RATE_LIMITED')
  })
})

describe('over the WebSocket', () => {
  const greeted = async (client: Client) => {
    const socket = client.socket()
    const conversation = await talk(socket)
    conversation.send({ type: 'connection_init' })
    return { socket, ...conversation, first: conversation.next() }
  }

  test('one account has so many connections, and gets a place back when one is closed', async () => {
    await start()
    await admin.createUser({ username: 'ben', password: goodPassword })
    const ben = nas.client()
    await ben.signIn('ben', goodPassword)
    await set('liveConnections', 20, 0)
    const open = []
    for (let index = 0; index < 19; index++) open.push(await greeted(ben))
    for (const { first } of open) expect(await first).toEqual({ type: 'connection_ack' })
    // The address has one place left; two are one too many, whoever they are.
    const last = await greeted(admin)
    expect(await last.first).toEqual({ type: 'connection_ack' })
    const tooMany = admin.socket()
    expect(await closed(tooMany)).toEqual({ code: 4429, reason: 'RATE_LIMITED: too many connections from this address.' })
    const gone = closed(open[0]?.socket as never)
    open[0]?.socket.close()
    await gone
    await expect
      .poll(async () => {
        const again = admin.socket()
        const answer = await Promise.race([
          closed(again).then(({ code }) => code),
          talk(again).then(async ({ next, send }) => {
            send({ type: 'connection_init' })
            return (await next())['type']
          }),
        ])
        again.terminate()
        return answer
      })
      .toBe('connection_ack')
  })

  test('the account is told apart from the address', async () => {
    await start({ env: { BALUHOST_TRUSTED_PROXIES: '127.0.0.1' } })
    await set('liveConnections', 20, 0)
    const { WebSocket } = await import('ws')
    const connect = (address: string) => {
      const socket = new WebSocket(`${nas.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: admin.cookie ?? '', 'x-forwarded-for': address },
      })
      socket.on('open', () => socket.send('{"type":"connection_init"}'))
      return new Promise<string>((resolve) => {
        socket.once('message', (message) => resolve(JSON.parse(String(message)).type))
        socket.once('close', (code, reason) => resolve(`${code} ${reason}`))
      })
    }
    const answers = []
    for (let index = 0; index < 22; index++) answers.push(await connect(`198.51.100.${index}`))
    expect(answers).toEqual([
      ...Array(20).fill('connection_ack'),
      ...Array(2).fill('4429 RATE_LIMITED: too many connections of this account.'),
    ])
  })

  test('opening them too fast is refused before there is one', async () => {
    await start()
    await set('openLive', 50, 2)
    let refused: { status: number; body: string } | null = null
    for (let index = 0; index < 120 && !refused; index++) {
      const socket = admin.socket()
      refused = await refusal(socket).catch(() => null)
      socket.terminate()
    }
    expect(refused?.status).toBe(429)
    expect(JSON.parse(refused?.body ?? '').errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 })
  })

  test('who does not say in time who asks is let go', async () => {
    await start()
    expect(await closed(admin.socket())).toEqual({ code: 4408, reason: 'Connection initialisation timeout' })
  })

  test('one socket carries so many operations at once, and goes on with those it has', async () => {
    await start()
    const { first, next, send, socket } = await greeted(admin)
    await first
    for (let index = 0; index <= mostOperations; index++) {
      send({ type: 'subscribe', id: `s${index}`, payload: { query: 'subscription { raidArrayChanged { name } }' } })
    }
    let refused: Record<string, unknown> | null = null
    const begun = new Set<unknown>()
    while (!refused || begun.size < mostOperations) {
      const message = await next()
      if (message['type'] === 'error') refused = message
      else begun.add(message['id'])
    }
    expect(refused).toMatchObject({
      id: `s${mostOperations}`,
      payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS', requestId: expect.any(String) } }],
    })
    socket.close()
  })

  test('a flood of messages ends the socket with a code', async () => {
    await start()
    const { first, socket } = await greeted(admin)
    await first
    const end = closed(socket)
    for (let index = 0; index < 5_000; index++) socket.send('{"type":"ping"}')
    expect(await end).toEqual({ code: 4429, reason: 'RATE_LIMITED: too many messages.' })
    expect((await admin.graphql('{ me { id } }')).errors).toBeUndefined()
  })
})

test('the gate of messages is a bucket', async () => {
  await start()
  let at = 0
  const mayCome = createMessageGate(() => at)
  const through = (count: number) => Array.from({ length: count }, mayCome).filter(Boolean).length
  expect(through(2_000)).toBe(1_000)
  at += 1_000
  expect(through(2_000)).toBe(200)
  at += 60_000
  expect(through(2_000)).toBe(1_000)
})
