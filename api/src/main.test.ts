import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Client, closed, talk } from '../test/client.ts'
import { adminName, goodPassword } from '../test/nas.ts'
import { type ServerProcess, startProcess } from '../test/server-process.ts'

let folder: string
let running: ServerProcess[]
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-main-`)
  running = []
})
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  rmSync(folder, { recursive: true, force: true })
})

const start = (env: Record<string, string> = {}, options: { uid?: number; gid?: number } = {}) => {
  const server = startProcess({ BALUHOST_DATA_DIR: `${folder}/data`, ...env }, options)
  running.push(server)
  return server
}
const stop = async ({ child, ended }: ServerProcess, signal: NodeJS.Signals = 'SIGTERM') => {
  const since = performance.now()
  child.kill(signal)
  return { ...(await ended), seconds: (performance.now() - since) / 1_000 }
}
/** It did not start, says why in one line without a stack, and what to do about it. */
const expectFault = async (server: ServerProcess, ...texts: (string | RegExp)[]) => {
  const { code, stderr } = await server.ended
  expect(code, stderr).toBe(1)
  const lines = stderr.trim().split('\n')
  expect(lines, stderr).toHaveLength(1)
  expect(lines[0]).toMatch(/^BaluHost cannot start\. /)
  for (const text of texts) {
    if (typeof text === 'string') expect(lines[0]).toContain(text)
    else expect(lines[0]).toMatch(text)
  }
}
const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
const setupToken = () => readFileSync(`${folder}/data/setup-token`, 'utf8')
const database = () => `${folder}/data/baluhost.db`
/** A server that has been set up and stopped. */
const setUp = async () => {
  const server = start()
  const origin = await server.listening
  const { data } = await new Client(origin).completeSetup({ setupToken: setupToken(), username: adminName, password: goodPassword })
  expect(data.completeSetup.__typename).toBe('Session')
  expect((await stop(server)).code).toBe(0)
}

describe('does not start', () => {
  test('with settings that are wrong: all are listed', async () => {
    const { code, stderr } = await start({ BALUHOST_PORT: 'x', BALUHOST_HARDWARE: 'x', BALUHOST_NOTHING: 'x' }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^BaluHost cannot start\. The environment has 3 faults:\n(?: {2}\w+: .+\n){3}$/)
    expect(existsSync(`${folder}/data`)).toBe(false)
  })

  test('with a file in place of its data folder', async () => {
    writeFileSync(`${folder}/data`, 'mine')
    await expectFault(start(), `The folder ${folder}/data cannot be written`, /BALUHOST_DATA_DIR/)
    expect(readFileSync(`${folder}/data`, 'utf8')).toBe('mine')
  })

  test.skipIf(process.getuid?.() !== 0)('with a data folder or a storage that it may not write', async () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    await expectFault(start({}, nobody), `The folder ${folder}/data cannot be written (EACCES)`, /BALUHOST_DATA_DIR/)
    chmodSync(folder, 0o777)
    const locked = mkdtempSync(`${folder}/locked-`)
    await expectFault(start({ BALUHOST_STORAGE_DIR: `${locked}/x` }, nobody), /EACCES/, /BALUHOST_STORAGE_DIR/)
  })

  test('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    await expectFault(start({ BALUHOST_PORT: String(port) }), `Port ${port} is in use`, /BALUHOST_PORT/)
    other.close()
  })

  test('on an address that is not its own', async () => {
    await expectFault(start({ BALUHOST_HOST: '203.0.113.1' }), /no address 203\.0\.113\.1/, /BALUHOST_HOST/)
  })

  test('beside another on the same folder; and after a SIGKILL it does', async () => {
    const first = start()
    const origin = await first.listening
    await expectFault(start(), `Another BaluHost is running on the data folder ${folder}/data`)
    expect((await fetch(`${origin}/healthz`)).status).toBe(200)
    expect((await stop(first, 'SIGKILL')).signal).toBe('SIGKILL')
    const second = start()
    await second.listening
    expect((await stop(second)).code).toBe(0)
  })

  test('with a lock file that is none', async () => {
    await setUp()
    writeFileSync(`${folder}/data/instance.lock`, 'not a lock '.repeat(1_000))
    await expectFault(start(), /instance\.lock cannot be used as a lock/, /delete it/)
  })

  test.each<[string, (file: string) => void]>([
    ['garbage in place of it', (file) => writeFileSync(file, 'garbage '.repeat(10_000))],
    ['its first bytes gone', (file) => writeFileSync(file, readFileSync(file).fill(0, 0, 100))],
    ['half of it gone', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2 / 4096) * 4096)],
    ['all but some bytes gone', (file) => truncateSync(file, 1_000)],
    ['a page of it overwritten', (file) => writeFileSync(file, readFileSync(file).fill(0xa5, 4096, 12_288))],
  ])('on a damaged database: %s', async (_what, damage) => {
    await setUp()
    damage(database())
    const before = hashOf(database())
    await expectFault(start(), `The database file ${database()} is damaged`, /Nothing was changed/, /backup/)
    expect(hashOf(database())).toBe(before)
  })

  test('on a database server that does not answer, and does not tell the password', async () => {
    const server = start({ DATABASE_URL: 'postgresql://ben:secret@127.0.0.1:1/none' })
    await expectFault(server, /The database \(postgresql, 127\.0\.0\.1:1\) cannot be used/)
    expect(JSON.stringify(server.output())).not.toContain('secret')
  })
})

describe('stops', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('at %s within two seconds, with a WebSocket open and a download under way', async (signal) => {
    const server = start()
    const origin = await server.listening
    const client = new Client(origin)
    await client.completeSetup({ setupToken: setupToken(), username: adminName, password: goodPassword })
    writeFileSync(`${folder}/data/storage/${adminName}/large.bin`, Buffer.alloc(60_000_000))

    const socket = client.socket()
    const { send, next } = await talk(socket)
    send({ type: 'connection_init' })
    expect(await next()).toEqual({ type: 'connection_ack' })
    send({ type: 'subscribe', id: '1', payload: { query: 'subscription { raidArrayChanged { name } }' } })
    expect(await next()).toMatchObject({ type: 'next' })
    // One that never answers, not even that the connection ends.
    const deaf = client.socket()
    await talk(deaf)
    deaf.pause()
    const download = await client.fetch(`/files/${adminName}/large.bin`)
    expect(download.status).toBe(200)
    const reader = download.body?.getReader()
    await reader?.read()

    const end = closed(socket)
    const { code, seconds, stderr } = await stop(server, signal)
    expect([code, stderr]).toEqual([0, ''])
    expect(seconds).toBeLessThan(2)
    expect((await end).code).toBeGreaterThanOrEqual(1000)
    await reader?.cancel().catch(() => {})
    deaf.terminate()
    const again = start()
    await again.listening
    expect(again.output().stdout).not.toContain('Setup token')
  })
})

test('says where it listens and how to set it up, and goes on where it was', async () => {
  const server = start({ BALUHOST_LOG_FORMAT: 'json' })
  const origin = await server.listening
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  await expect.poll(() => server.output().stdout).toContain(`Set it up at ${origin}/setup#token=`)
  await stop(server)
  const lines = server.output().stdout.split('\n')
  for (const line of lines.filter((text) => text.startsWith('{'))) JSON.parse(line)
  // What was answered stands in the file itself, not only in the log beside it: who copies the file has everything.
  expect(statSync(`${database()}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
})
