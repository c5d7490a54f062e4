import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { HealthComponent } from '../health/component.ts'
import { limitsHealth, redisHealth } from './health.ts'
import { MemoryLimitStore } from './memory-store.ts'
import { RedisLimitStore } from './redis-store.ts'
import { ResilientLimitStore } from './resilient-store.ts'

const hasProgram = spawnSync('redis-server', ['--version']).status === 0
if (!hasProgram) console.warn('\n  NOT TESTED: the health of Redis. There is no redis-server here.\n')

async function told(component: HealthComponent): Promise<string> {
  const report = await Promise.resolve()
    .then(() => component.check?.())
    .catch((error: unknown) => ({ state: `threw ${error}`, reason: undefined }))
  return [report?.state, report?.reason?.code].filter(Boolean).join(' ')
}

test('without an address there is no Redis, and this process counts', async () => {
  expect(await told(redisHealth(null, null))).toBe('DISABLED NOT_CONFIGURED')
  expect(redisHealth(null, null).restart).toBeUndefined()
  expect(await told(limitsHealth(null))).toBe('RUNNING')
})

describe.runIf(hasProgram)('a Redis of its own', () => {
  let child: ChildProcess | null = null
  const end = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const begin = async (port: number) => {
    child = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    for await (const chunk of child.stdout ?? []) {
      said += chunk
      if (said.includes('Ready to accept connections')) break
    }
  }
  afterEach(end)

  test('that goes away is told, with who counts meanwhile; a restart connects again at once', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await begin(port)
    const shared = new RedisLimitStore(`redis://127.0.0.1:${port}`, () => Date.now(), 'health:')
    await shared.ready()
    const log = { warn: () => {}, info: () => {} }
    const store = new ResilientLimitStore({ shared, own: new MemoryLimitStore(() => performance.now()), log, now: () => performance.now() })
    const [redis, limits] = [redisHealth(shared, store), limitsHealth(store)]
    expect([await told(redis), await told(limits)]).toEqual(['RUNNING', 'RUNNING'])
    await end()
    await store.remember('a', 1_000)
    expect([await told(redis), await told(limits)]).toEqual(['FAILED NOT_CONNECTED', 'DEGRADED COUNTED_HERE'])
    // What the connection fails with, and not only that there is none.
    const error = async () => String((await redis.check?.())?.error)
    await expect.poll(error, { timeout: 5_000 }).toContain('ECONNREFUSED')
    await expect(redis.restart?.()).rejects.toThrow()
    await begin(port)
    await redis.restart?.()
    expect(await told(redis)).toBe('RUNNING')
    await store.remember('a', 1_000)
    expect(await told(limits)).toBe('RUNNING')
    await store.close()
  })
})
