import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { startNasWithAdmin } from '../../test/nas.ts'
import type { Services } from '../graphql/context.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { failed, type HealthComponent, type Report, running } from '../health/component.ts'
import { ReadinessProbe } from '../health/readiness.ts'
import { component, createTestRegistry } from '../health/test-registry.ts'
import { Bus } from '../platform/bus.ts'
import { createHttpServer } from './server.ts'

let app: FastifyInstance | undefined
afterEach(async () => {
  await app?.close()
  app = undefined
})

/** The doors alone, with nothing behind them that may be asked. */
async function serve(components: readonly HealthComponent[]) {
  const untouchable = new Proxy({}, { get: (_target, name) => () => expect.unreachable(`a probe asked for ${String(name)}`) })
  const services = {
    identification: untouchable,
    sessions: { hasCookie: () => false },
    limiter: untouchable,
  } as unknown as Services
  const { registry } = createTestRegistry(components, { times: { timeout: 1_500 } })
  const probe = new ReadinessProbe(registry, () => performance.now())
  const log = pino({ level: 'silent' })
  const readiness = () => probe.read()
  app = await createHttpServer({ schema: nasSchema, services, bus: new Bus(), log, dashboardDir: '/nowhere', readiness })
  const open = app
  return { registry, get: (url: string, headers = {}) => open.inject({ url, headers }) }
}

test('while it starts and while it stops the server is not ready, and healthy all the time', async () => {
  const { get, registry } = await serve([component('disk', { required: true, check: () => running() })])
  expect((await get('/readyz')).json()).toMatchObject({ status: 503, code: 'NOT_READY', missing: ['disk'] })
  expect((await get('/healthz')).statusCode).toBe(200)
  await registry.start()
  expect((await get('/readyz')).statusCode).toBe(200)
  registry.stop()
  const stopping = await get('/readyz')
  expect(stopping.statusCode).toBe(503)
  expect(stopping.json()).toMatchObject({ code: 'NOT_READY', missing: [] })
  expect((await get('/healthz')).json()).toEqual({ status: 'ok' })
})

test('ready is who does all that is required, even half; what is not required may fail', async () => {
  let disk: Report = running()
  const { get, registry } = await serve([
    component('disk', { required: true, check: () => disk }),
    component('camera', { required: false, check: () => failed('GONE', 'It is gone.') }),
  ])
  await registry.start()
  expect((await get('/readyz')).json()).toEqual({ status: 'ready' })
  for (const [report, status] of [
    [{ state: 'DEGRADED' }, 200],
    [{ state: 'FAILED' }, 503],
    [{ state: 'STOPPED' }, 503],
    [{ state: 'DISABLED' }, 503],
    [{ state: 'RUNNING' }, 200],
  ] as const) {
    disk = report
    await expect.poll(async () => (await get('/readyz')).statusCode, { timeout: 3_000 }).toBe(status)
  }
})

test('an answer names what is missing and nothing else, is a problem, never kept, and sets no cookie', async () => {
  const error = new Error('postgresql://balu:topsecret@db/balu does not answer')
  const { get, registry } = await serve([component('database', { required: true, check: () => failed('X', 'Secret words.', { error }) })])
  await registry.start()
  const answer = await get('/readyz', { cookie: 'baluhost_session=whatever' })
  expect(answer.statusCode).toBe(503)
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' })
  expect(answer.headers['set-cookie']).toBeUndefined()
  const { requestId, ...rest } = answer.json()
  expect(requestId).toMatch(/^[0-9a-z]+$/)
  const message = 'The server is not ready.'
  expect(rest).toEqual({ title: message, message, status: 503, code: 'NOT_READY', missing: ['database'] })
})

test('a flood asks the components once a second, and one that hangs keeps nobody waiting for long', async () => {
  let asked = 0
  let hangs = false
  const { get, registry } = await serve([
    component('disk', {
      required: true,
      check: () => {
        asked += 1
        return hangs ? new Promise<Report>(() => {}) : running()
      },
    }),
  ])
  await registry.start()
  const before = asked
  const started = performance.now()
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => get('/readyz')))
  const seconds = Math.ceil((performance.now() - started) / 1_000)
  expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true)
  expect(asked - before).toBeLessThanOrEqual(seconds)
  hangs = true
  await expect
    .poll(
      async () => {
        const from = performance.now()
        const { statusCode } = await get('/readyz')
        expect(performance.now() - from).toBeLessThan(1_400)
        return statusCode
      },
      { timeout: 10_000 },
    )
    .toBe(503)
  expect((await get('/healthz')).statusCode).toBe(200)
})

test('the real server answers both as often as somebody asks, with and without a cookie', async () => {
  const { nas, admin } = await startNasWithAdmin()
  for (const [path, body] of [
    ['/healthz', { status: 'ok' }],
    ['/readyz', { status: 'ready' }],
  ] as const) {
    await expect.poll(async () => (await fetch(`${nas.origin}${path}`)).status).toBe(200)
    for (const client of [nas.client(), admin]) {
      const answers = await Promise.all(Array.from({ length: 400 }, () => client.fetch(path)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await answers[0]?.json()).toEqual(body)
      expect(answers[0]?.headers.get('set-cookie')).toBeNull()
      expect(answers[0]?.headers.get('cache-control')).toBe('no-store')
    }
    expect((await fetch(`${nas.origin}${path}`, { method: 'HEAD' })).status).toBe(200)
  }
  await nas.close()
})
