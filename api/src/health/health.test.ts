import { renameSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { openDatabase } from '../platform/db.ts'

const fields = `name kind state reason { code } since checkedAt lastError { message at } counters { name value }
  details { name value unit } dependsOn neededBy failedDependencies required restartable notRestartableBecause restarts`
const restart = `mutation ($name: String!) { restartService(input: { name: $name }) {
  __typename ... on Service { name state restarts } ... on Problem { code message field } } }`

const expected = {
  database: 'RUNNING',
  migrations: 'RUNNING',
  storage: 'RUNNING',
  watcher: 'RUNNING',
  uploads: 'RUNNING',
  redis: 'DISABLED',
  limits: 'RUNNING',
  telemetry: 'RUNNING',
  raid: 'RUNNING',
  'audit-writer': 'RUNNING',
  'audit-chain': 'RUNNING',
  tls: 'DISABLED',
  revocations: 'RUNNING',
  integrity: 'RUNNING',
  jobs: 'RUNNING',
  schedules: 'RUNNING',
  live: 'RUNNING',
}

describe.each(await testedProviders())('services on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let anna: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await admin.createUser({ username: 'anna', password: goodPassword })
    anna = nas.client()
    await anna.signIn('anna', goodPassword)
  })
  afterAll(() => nas.close())

  const stateOf = async (name: string) => {
    const { data } = await admin.graphql('query ($name: String!) { service(name: $name) { state reason { code } } }', { name })
    return [data.service.state, data.service.reason?.code].filter(Boolean).join(' ')
  }
  const ready = async () => {
    const response = await fetch(`${nas.origin}/readyz`)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('each says how it is, what it needs and who needs it', async () => {
    await expect.poll(() => stateOf('live')).toBe('RUNNING')
    await expect.poll(() => stateOf('migrations')).toBe('RUNNING')
    const { data, errors } = await admin.graphql(`{ services { ${fields} } }`)
    expect(errors).toBeUndefined()
    expect(Object.fromEntries(data.services.map(({ name, state }: { name: string; state: string }) => [name, state]))).toEqual(expected)
    const [database] = data.services
    expect(database).toMatchObject({ kind: 'EXTERNAL', required: true, restartable: false, lastError: null })
    expect(database.neededBy).toEqual([
      'migrations',
      'uploads',
      'integrity',
      'jobs',
      'schedules',
      'audit-writer',
      'audit-chain',
      'revocations',
    ])
    expect(database.details).toContainEqual({ name: 'provider', value: provider === 'sqlite' ? 'SQLite' : 'PostgreSQL', unit: null })
    const required = data.services.filter((each: { required: boolean }) => each.required).map((each: { name: string }) => each.name)
    expect(required).toEqual(['database', 'migrations', 'storage'])
    expect((await admin.graphql('{ service(name: "none") { name } }')).data).toEqual({ service: null })
  })

  test('only administrators see them, and of their keys those with the scope', async () => {
    const ask = '{ services { name } }'
    expect((await nas.client().graphql(ask)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect((await anna.graphql(ask)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const withKey = async (scopes: string[], document: string) => {
      const program = nas.client()
      program.key = (await admin.createApiKey({ scopes })).data.createApiKey.key
      const { data, errors } = await program.graphql(document)
      return errors?.[0]?.extensions.code ?? data
    }
    expect(await withKey(['account:read'], ask)).toBe('FORBIDDEN')
    expect((await withKey(['services:read'], ask)).services.length).toBe(Object.keys(expected).length)
    const begin = 'mutation { restartService(input: { name: "watcher" }) { __typename ... on Problem { code } } }'
    expect(await withKey(['services:read'], begin)).toMatchObject({ restartService: { code: 'FORBIDDEN' } })
    expect(await withKey(['services:manage'], begin)).toMatchObject({ restartService: { __typename: 'Service' } })
    expect((await anna.createApiKey({ scopes: ['services:read'] })).data.createApiKey.code).toBeDefined()
  })

  test('a restart begins anew and is written down; what cannot says why', async () => {
    expect((await admin.graphql(restart, { name: 'telemetry' })).data.restartService).toEqual({
      __typename: 'Service',
      name: 'telemetry',
      state: 'RUNNING',
      restarts: 1,
    })
    const entry = await nas.database.auditEntry.findFirstOrThrow({ where: { action: 'services.restart' }, orderBy: { sequence: 'desc' } })
    expect(entry).toMatchObject({ actorName: 'ada', target: 'telemetry', result: 'ok', details: { before: 'RUNNING', after: 'RUNNING' } })
    const refused = async (name: string) => (await admin.graphql(restart, { name })).data.restartService
    expect(await refused('redis')).toMatchObject({
      code: 'SERVICE_NOT_RESTARTABLE',
      message: expect.stringContaining('BALUHOST_REDIS_URL'),
    })
    expect(await refused('nothing')).toMatchObject({ code: 'SERVICE_NOT_FOUND', field: 'name' })
    const refusals = await nas.database.auditEntry.findMany({ where: { action: 'services.restart', target: { in: ['redis', 'nothing'] } } })
    expect(refusals.map(({ result }) => result).sort()).toEqual(['SERVICE_NOT_FOUND', 'SERVICE_NOT_RESTARTABLE'])
  })

  test('who watches sees every service at once, then a storage that goes away and comes back', async () => {
    const live = admin.live()
    const seen: { name: string; state: string; failedDependencies: string[] }[] = []
    const frames = live.iterate<{ serviceChanged: (typeof seen)[number] }>({
      query: 'subscription { serviceChanged { name state failedDependencies } }',
    })
    const reading = (async () => {
      for await (const { data } of frames) if (data) seen.push(data.serviceChanged)
    })()
    await expect.poll(() => new Set(seen.map(({ name }) => name)).size).toBe(Object.keys(expected).length)
    const newest = (name: string) => seen.findLast((each) => each.name === name)
    renameSync(nas.storageDir, `${nas.storageDir}.away`)
    await expect.poll(() => newest('storage')?.state, { timeout: 10_000 }).toBe('FAILED')
    await expect.poll(() => newest('watcher')).toMatchObject({ state: 'DEGRADED', failedDependencies: ['storage'] })
    await expect.poll(async () => (await ready()).body).toMatchObject({ status: 503, code: 'NOT_READY', missing: ['storage'] })
    renameSync(`${nas.storageDir}.away`, nas.storageDir)
    await expect.poll(() => newest('storage')?.state, { timeout: 10_000 }).toBe('RUNNING')
    await expect.poll(() => newest('watcher')?.state).toBe('RUNNING')
    await expect.poll(async () => (await ready()).status, { timeout: 5_000 }).toBe(200)
    await live.dispose()
    await reading
  }, 40_000)

  test('a database that is away makes the server unready and not unhealthy, and comes back', async () => {
    const name = new URL(nas.databaseUrl).pathname.slice(1)
    const file = nas.databaseUrl.slice('file:'.length)
    const other = provider === 'postgresql' ? await openDatabase({ provider, url: nas.databaseUrl.replace(name, 'postgres') }) : null
    const goAway = async () => {
      if (!other) return renameSync(file, `${file}.away`)
      await other.$executeRawUnsafe(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`)
      await other.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`
    }
    const comeBack = async () => {
      if (!other) renameSync(`${file}.away`, file)
      else await other.$executeRawUnsafe(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`)
    }
    await goAway()
    await expect.poll(async () => (await ready()).body, { timeout: 15_000 }).toMatchObject({ code: 'NOT_READY', missing: ['database'] })
    expect((await fetch(`${nas.origin}/healthz`)).status).toBe(200)
    await comeBack()
    await expect.poll(async () => (await ready()).status, { timeout: 15_000 }).toBe(200)
    expect(await stateOf('database')).toBe('RUNNING')
    // What the driver said is kept; on SQLite nothing was said, the file alone was away.
    const { data } = await admin.graphql('{ service(name: "database") { lastError { message at } } }')
    if (other) expect(data.service.lastError.message).toMatch(/connection|server|database/i)
    else expect(data.service.lastError).toBeNull()
    await other?.$disconnect()
  }, 40_000)
})
