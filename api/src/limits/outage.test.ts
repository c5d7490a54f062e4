import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { MemoryLimitStore } from './memory-store.ts'
import { RedisLimitStore } from './redis-store.ts'
import { ResilientLimitStore } from './resilient-store.ts'

const hasProgram = spawnSync('redis-server', ['--version']).status === 0
if (!hasProgram) console.warn('\n  NOT TESTED: a Redis that stops answering. There is no redis-server here.\n')

const rate = { capacity: 5, refillPerSecond: 0.001 }

/** A Redis of this test alone, to be stopped and started. */
async function startRedis(port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  for await (const chunk of child.stdout ?? []) {
    said += chunk
    if (said.includes('Ready to accept connections')) break
  }
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe.runIf(hasProgram)('a Redis that goes away', () => {
  let redis: ChildProcess | null = null
  const end = async () => {
    if (!redis || redis.exitCode !== null || redis.signalCode !== null) return
    const ended = once(redis, 'exit')
    redis.kill('SIGCONT')
    redis.kill('SIGKILL')
    await ended
  }
  afterEach(end)

  const begin = async () => {
    const port = await freePort()
    redis = await startRedis(port)
    const said: string[] = []
    const hands = { at: 0 }
    const shared = new RedisLimitStore(`redis://127.0.0.1:${port}`, () => Date.now(), 'outage:')
    await shared.ready()
    const log = { warn: (_: unknown, text: string) => said.push(`warn ${text}`), info: (_: unknown, text: string) => said.push(text) }
    const store = new ResilientLimitStore({
      shared,
      own: new MemoryLimitStore(() => performance.now()),
      log: log as never,
      now: () => hands.at,
    })
    const take = async () => (await store.take([{ key: 'a', rate, cost: 1 }])).waitMs === 0
    return { hands, port, said, store, take }
  }

  test('killed: limits go on in this process at once, and in Redis again when it is back', async () => {
    const { hands, port, said, store, take } = await begin()
    expect([await take(), await take()]).toEqual([true, true])
    await end()
    // Counted here from the beginning: five, and no more.
    const answers = []
    for (let index = 0; index < 20; index++) answers.push(await take())
    expect(answers.filter(Boolean)).toHaveLength(5)
    expect(said).toEqual(['warn Redis does not answer: limits are counted in this process alone until it does'])
    redis = await startRedis(port)
    await expect
      .poll(
        async () => {
          hands.at += 2_001
          return take()
        },
        { timeout: 15_000 },
      )
      .toBe(true)
    expect(said.at(-1)).toBe('Redis is back: limits are counted there again')
    expect(said.filter((text) => text.startsWith('warn'))).toHaveLength(1)
    await store.close()
  })

  test('stopped without a word: one request waits a moment, the others not at all', async () => {
    const { said, store, take } = await begin()
    expect(await take()).toBe(true)
    redis?.kill('SIGSTOP')
    const started = performance.now()
    expect(await take()).toBe(true)
    expect(performance.now() - started).toBeLessThan(2_000)
    const again = performance.now()
    for (let index = 0; index < 1_000; index++) await take()
    expect(performance.now() - again).toBeLessThan(1_000)
    expect(await take()).toBe(false)
    expect(said).toHaveLength(1)
    await store.close()
  })
})
