import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, closed, talk } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { startProcess } from '../../test/server-process.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock as clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { SettingsService } from '../settings/service.ts'
import { sessionEnded } from './model.ts'
import { Revocations } from './revocations.ts'
import { Sessions } from './sessions.ts'
import { sessionLifetime } from './settings.ts'

const log = pino({ level: 'silent' })
const second = 1_000

/** As another process is to this one: the same data, and nothing else in common. */
function anotherProcess(database: Database) {
  const bus = new Bus()
  const revocations = new Revocations({ database, bus, clock, log })
  const settings = { get: () => sessionLifetime.preset } as unknown as SettingsService
  return { revocations, sessions: new Sessions({ database, bus, clock, settings, revocations }) }
}

describe.each(await testedProviders())('what ends in one process closes in all, on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
  })
  afterAll(() => nas.close())

  const signedIn = async () => {
    const client = nas.client()
    const { data } = await client.signIn(adminName, goodPassword)
    return { client, id: data.signIn.id as string }
  }
  const watching = async (client: Client) => {
    const socket = client.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    expect(await next()).toEqual({ type: 'connection_ack' })
    send({ type: 'subscribe', id: '1', payload: { query: 'subscription { telemetryChanged { at } }' } })
    expect(await next()).toMatchObject({ type: 'next' })
    return socket
  }
  const isIn = async (client: Client) => (await client.graphql('{ me { id } }')).data.me !== null
  /** The server has looked for what ended elsewhere, from now on: it has found this. */
  const hasLooked = async () => {
    const { client, id } = await signedIn()
    const proof = closed(await watching(client))
    await anotherProcess(nas.database).sessions.end(id)
    await proof
  }

  test('an open subscription, within a second; the request after it is nobody’s', async () => {
    const { sessions } = anotherProcess(nas.database)
    const times: number[] = []
    for (let round = 0; round < 5; round += 1) {
      const { client, id } = await signedIn()
      const end = closed(await watching(client))
      const started = performance.now()
      await sessions.end(id)
      expect(await isIn(client)).toBe(false)
      expect(await end).toEqual({ code: 4401, reason: 'The session has ended.' })
      times.push(performance.now() - started)
    }
    console.log(`ended in another process, closed here (${provider}), ms: ${times.map(Math.round).join(' ')}`)
    expect(Math.max(...times)).toBeLessThan(second)
  })

  test('a download under way', async () => {
    const path = `${nas.storageDir}/${adminName}/large`
    writeFileSync(path, '')
    truncateSync(path, 200 * 2 ** 20)
    const { client, id } = await signedIn()
    const socket = connect(Number(new URL(nas.origin).port), '127.0.0.1')
    socket.write(`GET /files/${adminName}/large HTTP/1.1\r\nhost: x\r\ncookie: ${client.cookie}\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    // Nobody reads on: it stays under way until it is broken off.
    socket.pause()
    const { sessions } = anotherProcess(nas.database)
    await sessions.end(id)
    let received = 0
    socket.on('data', (data) => {
      received += data.length
    })
    const gone = new Promise((resolve) => socket.once('close', resolve).once('error', () => {}))
    await hasLooked()
    // What was in buffers already may come; the rest must not.
    socket.resume()
    await gone
    expect(received).toBeLessThan(100 * 2 ** 20)
  })

  test('an upload under way', async () => {
    const { client, id } = await signedIn()
    const created = await client.fetch('/uploads', {
      method: 'POST',
      headers: {
        'x-baluhost-csrf': '1',
        'tus-resumable': '1.0.0',
        'upload-length': '4000000',
        'upload-metadata': `path ${btoa(`/${adminName}/sent`)}`,
      },
    })
    const location = new URL(created.headers.get('location') ?? '', nas.origin)
    const socket = connect(Number(location.port), '127.0.0.1')
    const head = ['tus-resumable: 1.0.0', 'upload-offset: 0', 'content-type: application/offset+octet-stream', 'x-baluhost-csrf: 1']
    socket.write(
      `PATCH ${location.pathname} HTTP/1.1\r\nhost: x\r\ncookie: ${client.cookie}\r\n${head.join('\r\n')}\r\ncontent-length: 4000000\r\n\r\n`,
    )
    socket.write(Buffer.alloc(3_000_000))
    socket.on('error', () => {})
    const answered = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (data) => {
        text += data
      })
      socket.once('close', () => resolve(text)).once('data', () => resolve(text))
    })
    // It is being received: what was sent stands in a file already.
    await until(() => filesIn(nas.storageDir).some((size) => size > 0 && size <= 3_000_000))
    await anotherProcess(nas.database).sessions.end(id)
    // What arrived is kept, and no more is taken: the answer comes while the rest is still missing.
    expect(await answered).toContain('upload-offset: 3000000')
    socket.destroy()
    expect(filesIn(`${nas.storageDir}/${adminName}`)).not.toContain(4_000_000)
  })

  test('what an API key has open, and only once: who comes back stays', async () => {
    const { data } = await admin.createApiKey({ scopes: ['telemetry:read'] })
    const program = nas.client()
    program.key = data.createApiKey.key
    const id = data.createApiKey.apiKey.id
    const { revocations } = anotherProcess(nas.database)
    for (const end of [
      () => revocations.note([id]),
      () =>
        admin.graphql('mutation ($id: ID!) { updateApiKey(input: { id: $id, scopes: ["telemetry:read", "raid:read"] }) { __typename } }', {
          id,
        }),
    ]) {
      const closing = closed(await watching(program))
      await end()
      expect((await closing).code).toBe(4401)
      const again = await watching(program)
      for (let round = 0; round < 2; round += 1) await hasLooked()
      expect(again.readyState).toBe(again.OPEN)
      again.close()
    }
  })

  test('nothing closes for a change that did not come to be', async () => {
    const bus = new Bus()
    const revocations = new Revocations({ database: nas.database, bus, clock, log })
    const reader = bus.watch(sessionEnded, 'x')
    let told = false
    void reader.next().then(({ done }) => {
      told = !done
    })
    await expect(
      nas.database.$transaction(async (transaction) => {
        await revocations.note(['x'], transaction)
        throw new Error('taken back')
      }),
    ).rejects.toThrow('taken back')
    expect([told, await nas.database.revocation.count({ where: { sessionId: 'x' } })]).toEqual([false, 0])
    let before = true
    await nas.database.$transaction(async (transaction) => {
      await revocations.note(['x'], transaction)
      before = told
    })
    await until(() => told)
    expect(before).toBe(false)
  })

  test('rows that no process can want any more are taken away', async () => {
    const row = (age: number) => ({ id: createId(), at: new Date(Date.now() - age), sessionId: `aged-${age}` })
    await nas.database.revocation.createMany({ data: [row(3_700_000), row(3_500_000)] })
    const revocations = new Revocations({ database: nas.database, bus: new Bus(), clock, log })
    await revocations.start()
    await revocations.stop()
    const left = await nas.database.revocation.findMany({ where: { sessionId: { startsWith: 'aged-' } } })
    expect(left.map(({ sessionId }) => sessionId)).toEqual(['aged-3500000'])
  })
})

test('it is looked for only while something is open, and a database that fails does not end it', async () => {
  let asked = 0
  let fails = false
  const rows: { id: string; at: Date; sessionId: string }[] = []
  const ask = async <T>(answer: () => T): Promise<T> => {
    asked += 1
    if (fails) throw new Error('the database is away')
    return answer()
  }
  const database = {
    revocation: { count: () => ask(() => rows.length), findMany: () => ask(() => rows), deleteMany: async () => ({ count: 0 }) },
  } as unknown as Database
  const bus = new Bus()
  const revocations = new Revocations({ database, bus, clock, log })
  await revocations.start()
  asked = 0
  const first = bus.watch(sessionEnded, 'a')
  const other = bus.watch(sessionEnded, 'b')
  await until(() => asked >= 2)
  fails = true
  const before = asked
  await until(() => asked >= before + 2)
  fails = false
  rows.push({ id: '1', at: new Date(), sessionId: 'a' })
  expect(await first.next()).toEqual({ value: { sessionId: 'a' }, done: false })
  await first.return()
  const stillOpen = asked
  await until(() => asked > stillOpen)
  await other.return()
  const closedAt = asked
  // A whole round and more: what is not asked cannot be waited for.
  await new Promise((resolve) => setTimeout(resolve, 900))
  expect(asked - closedAt).toBeLessThanOrEqual(1)
  await revocations.stop()
})

test('the command line on the machine: a real other process on SQLite', async () => {
  const folder = mkdtempSync(`${tmpdir()}/baluhost-cli-`)
  const server = startProcess({ BALUHOST_DATA_DIR: folder, BALUHOST_SETUP_TOKEN: 'a token of this test' })
  try {
    const client = new Client(await server.listening)
    await client.completeSetup({ setupToken: 'a token of this test', username: adminName, password: goodPassword })
    const socket = client.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    await next()
    const end = closed(socket)
    const admin = fileURLToPath(new URL('../admin.ts', import.meta.url))
    const env = { PATH: process.env['PATH'] ?? '', BALUHOST_DATA_DIR: folder, BALUHOST_HARDWARE: 'simulated' }
    const command = spawn(process.execPath, [admin, 'disable-2fa', adminName], { env, stdio: 'ignore' })
    const done = new Promise((resolve) => command.once('close', resolve))
    expect((await end).code).toBe(4401)
    const closedAt = Date.now()
    expect(await done).toBe(0)
    const { openDatabase } = await import('../platform/db.ts')
    const database = await openDatabase({ provider: 'sqlite', url: `file:${folder}/baluhost.db` })
    const { at } = await database.revocation.findFirstOrThrow({ orderBy: { at: 'desc' } })
    await database.$disconnect()
    console.log(`ended by the command line, closed by the server, ms: ${closedAt - at.getTime()}`)
    expect(closedAt - at.getTime()).toBeLessThan(second)
    expect((await client.graphql('{ me { id } }')).data.me).toBeNull()
  } finally {
    server.child.kill('SIGKILL')
    await server.ended
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)

test.runIf((await testedProviders()).includes('postgresql'))(
  'a second server on the same PostgreSQL: a real other process',
  async () => {
    const { nas, admin } = await startNasWithAdmin({ provider: 'postgresql' })
    const folder = mkdtempSync(`${tmpdir()}/baluhost-second-`)
    const server = startProcess({ BALUHOST_DATA_DIR: folder, DATABASE_URL: nas.databaseUrl, BALUHOST_STORAGE_DIR: nas.storageDir })
    try {
      const there = new Client(await server.listening)
      there.cookie = admin.cookie
      expect((await there.graphql('{ me { username } }')).data.me).toEqual({ username: adminName })
      const times: number[] = []
      for (let round = 0; round < 5; round += 1) {
        const victim = nas.client()
        await victim.signIn(adminName, goodPassword)
        const socket = victim.socket()
        const { next, send } = await talk(socket)
        send({ type: 'connection_init' })
        await next()
        const end = closed(socket)
        const started = performance.now()
        const { data } = await there.graphql('mutation { endOtherSessions { ... on OtherSessionsEnded { count } } }')
        expect(data.endOtherSessions.count).toBe(1)
        expect((await end).code).toBe(4401)
        times.push(performance.now() - started)
        expect((await victim.graphql('{ me { id } }')).data.me).toBeNull()
      }
      console.log(`ended at a second server, closed at the first, ms: ${times.map(Math.round).join(' ')}`)
      expect(Math.max(...times)).toBeLessThan(1.2 * second)
    } finally {
      server.child.kill('SIGKILL')
      await server.ended
      await nas.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  60_000,
)

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 5_000, interval: 20 }).toBe(true)
}

/** The sizes of all files. */
function filesIn(folder: string): number[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(`${entry.parentPath}/${entry.name}`, { throwIfNoEntry: false })?.size ?? 0)
}
