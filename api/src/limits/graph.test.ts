import { afterEach, describe, expect, test } from 'vitest'
import { type Client, talk } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { hasRedis, testRedisUrl } from '../../test/redis.ts'

let nas: TestNas
let admin: Client
afterEach(() => nas.close())
const start = async (options: Parameters<typeof startNasWithAdmin>[0] = {}) => {
  ;({ nas, admin } = await startNasWithAdmin(options))
}

const guess = (name = 'ben') =>
  `signIn(input: { username: "${name}", password: "a wrong password" }) { __typename ... on Problem { code } ... on RateLimited { retryAfterSeconds } }`
const many = (count: number, field: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field(index)}`).join(' ')
const set = async (name: string, capacity: number, refillPerSecond: number) => {
  const { data, errors } = await admin.graphql(
    `mutation ($input: UpdateLimitInput!) { updateLimit(input: $input) {
      ... on Limit { name adjusted rate { capacity refillPerSecond } } ... on Problem { code message } } }`,
    { input: { name, capacity, refillPerSecond } },
  )
  expect(errors).toBeUndefined()
  return data.updateLimit
}
const codesOf = (data: Record<string, { code?: string }>) => Object.values(data).map(({ code }) => code)
/** How many passwords were looked at: some are written down together, as one entry with their number. */
const looked = async () => {
  const rows = await nas.database.auditEntry.findMany({ where: { action: 'auth.signIn', result: 'SIGN_IN_FAILED' } })
  return rows.reduce((sum, { details }) => sum + ((details as { times?: number } | null)?.times ?? 1), 0)
}
const count = (codes: unknown[], code: string) => codes.filter((each) => each === code).length

describe('every execution of a field counts', () => {
  test('ten thousand sign-ins in one document are refused as a document; as many as a document may hold are as many attempts', async () => {
    await start()
    const tooMany = await nas.client().graphql(`mutation { ${many(10_000, () => guess())} }`)
    expect(tooMany.data ?? null).toBeNull()
    expect(tooMany.errors?.[0]?.extensions.code).toBeTruthy()
    expect(await looked()).toBe(0)
    // A hundred root fields are what one request of somebody signed in may have.
    const codes = []
    for (let index = 0; index < 3; index++) codes.push(...codesOf((await admin.graphql(`mutation { ${many(100, () => guess())} }`)).data))
    expect(codes).toHaveLength(300)
    expect([count(codes, 'SIGN_IN_FAILED'), count(codes, 'RATE_LIMITED')]).toEqual([6, 294])
    // What was refused is written down, and does not fill the disk: the first at once, the rest as a number.
    await nas.stop()
    expect(await looked()).toBe(6)
    const refusals = await nas.database.auditEntry.findMany({ where: { action: 'auth.signIn', result: 'RATE_LIMITED' } })
    expect(refusals.map(({ actorName, details, target }) => ({ actorName, details, target }))).toEqual([
      { actorName: expect.any(String), details: null, target: 'unknown' },
      { actorName: expect.any(String), details: expect.objectContaining({ times: 293 }), target: 'unknown' },
    ])
    nas = await nas.restart()
  })

  test('with another name each time the address runs out', async () => {
    await start()
    const codes = []
    for (let index = 0; index < 3; index++) {
      codes.push(...codesOf((await admin.graphql(`mutation { ${many(100, (field) => guess(`name${index}x${field}`))} }`)).data))
    }
    // Thirty, and what flows back meanwhile: one each six seconds.
    expect(count(codes, 'SIGN_IN_FAILED')).toBeGreaterThanOrEqual(30)
    expect(count(codes, 'SIGN_IN_FAILED')).toBeLessThanOrEqual(36)
    expect(count(codes, 'SIGN_IN_FAILED') + count(codes, 'RATE_LIMITED')).toBe(300)
  })

  test('over the WebSocket they count the same, in one operation and in many on one socket', async () => {
    await start()
    await set('signIn', 10_000, 1)
    const socket = admin.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    expect(await next()).toEqual({ type: 'connection_ack' })
    send({ type: 'subscribe', id: 'one', payload: { query: `mutation { ${many(50, () => guess('ben'))} }` } })
    const first = (await next()) as { payload: { data: Record<string, { code: string }> } }
    expect([count(codesOf(first.payload.data), 'SIGN_IN_FAILED'), count(codesOf(first.payload.data), 'RATE_LIMITED')]).toEqual([6, 44])
    expect(await next()).toEqual({ type: 'complete', id: 'one' })
    for (let index = 0; index < 60; index++)
      send({ type: 'subscribe', id: `op${index}`, payload: { query: `mutation { a: ${guess('sue')} }` } })
    const codes: (string | undefined)[] = []
    for (let done = 0; done < 60; ) {
      const message = (await next()) as { type: string; payload: { data: Record<string, { code: string }> } }
      if (message.type === 'complete') done += 1
      else codes.push(...codesOf(message.payload.data))
    }
    expect([count(codes, 'SIGN_IN_FAILED'), count(codes, 'RATE_LIMITED')]).toEqual([6, 54])
    socket.close()
  })

  test('queries are told in an error with the seconds, and those who have not signed in are counted by their address', async () => {
    await start()
    await set('stranger', 100, 5)
    const stranger = nas.client()
    let answers = 0
    for (let index = 0; index < 25; index++) {
      const { data, errors } = await stranger.graphql(`{ ${many(5, () => 'setup { required }')} }`)
      if (!errors) answers += 5
      else {
        expect(data ?? null).toBeNull()
        expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', requestId: expect.any(String), retryAfterSeconds: 1 })
        expect(errors[0]?.message).toBe('Too many attempts. Try again in a second.')
      }
    }
    // Five fields and the request itself: six of a hundred each time, and what flows back meanwhile.
    expect(answers).toBeGreaterThanOrEqual(80)
    expect(answers).toBeLessThan(125)
    expect((await nas.client().graphql('{ setup { required } }')).errors?.[0]?.extensions.code).toBe('RATE_LIMITED')
    expect((await admin.graphql('{ setup { required } }')).errors).toBeUndefined()
  })

  test('an account is counted wherever it is used, and others go on', async () => {
    await start()
    await admin.createUser({ username: 'ben', password: goodPassword })
    await set('query', 500, 50)
    const [here, there] = [nas.client(), nas.client()]
    await here.signIn('ben', goodPassword)
    await there.signIn('ben', goodPassword)
    const ask = (client: Client) => client.graphql(`{ ${many(100, () => 'storage { free }')} }`)
    let refused = 0
    for (let index = 0; index < 8; index++) if ((await ask(index % 2 ? here : there)).errors) refused += 1
    expect(refused).toBeGreaterThan(0)
    expect((await ask(admin)).errors).toBeUndefined()
  })

  test('what is refused for its access counts as well', async () => {
    await start()
    await set('stranger', 100, 5)
    const stranger = nas.client()
    const codes = []
    for (let index = 0; index < 130; index++) codes.push((await stranger.graphql('{ storage { free } }')).errors?.[0]?.extensions.code)
    expect(count(codes, 'UNAUTHENTICATED')).toBeLessThan(125)
    expect(count(codes, 'RATE_LIMITED')).toBeGreaterThan(0)
  })
})

describe.each(await testedProviders())('the table, on %s', (provider) => {
  test('is changed while the server runs, counts from the next request on, and survives a restart', async () => {
    await start({ provider })
    const stranger = nas.client()
    const wrong = async () => (await stranger.signIn(`x${Math.random()}`, 'wrong')).data.signIn.code
    expect(await set('signIn', 5, 1 / 60)).toEqual({ name: 'signIn', adjusted: true, rate: { capacity: 5, refillPerSecond: 1 / 60 } })
    const codes = []
    for (let index = 0; index < 7; index++) codes.push(await wrong())
    expect(codes).toEqual([...Array(5).fill('SIGN_IN_FAILED'), 'RATE_LIMITED', 'RATE_LIMITED'])
    await set('signIn', 50, 1)
    expect(await wrong()).toBe('SIGN_IN_FAILED')
    const read = async () =>
      (
        await admin.graphql('{ limits { name adjusted deniedLastHour rate { capacity refillPerSecond } preset { capacity } } }')
      ).data.limits.find(({ name }: { name: string }) => name === 'signIn')
    expect(await read()).toEqual({
      name: 'signIn',
      adjusted: true,
      deniedLastHour: 2,
      rate: { capacity: 50, refillPerSecond: 1 },
      preset: { capacity: 30 },
    })
    nas = await nas.restart()
    const again = nas.client()
    again.cookie = admin.cookie
    admin = again
    expect(await read()).toMatchObject({ adjusted: true, rate: { capacity: 50 } })
    const reset = await admin.graphql('mutation { resetLimit(input: { name: "signIn" }) { ... on Limit { adjusted rate { capacity } } } }')
    expect(reset.data.resetLimit).toEqual({ adjusted: false, rate: { capacity: 30 } })
    const entries = await nas.database.auditEntry.findMany({ where: { action: 'settings.change' }, orderBy: { sequence: 'asc' } })
    expect(entries.map(({ actorName, after, before, result, target }) => ({ actorName, after, before, result, target }))).toEqual(
      [
        [30, 1 / 6, 5, 1 / 60],
        [5, 1 / 60, 50, 1],
        [50, 1, 30, 1 / 6],
      ].map(([a, b, c, d]) => ({
        actorName: adminName,
        result: 'ok',
        target: 'limits.signIn',
        before: { value: { capacity: a, refillPerSecond: b } },
        after: { value: { capacity: c, refillPerSecond: d } },
      })),
    )
  })

  test('has bounds that nobody gets past, and is for administrators', async () => {
    await start({ provider })
    for (const [name, capacity, refill] of [
      ['signIn', 0, 1],
      ['signIn', 1_000_000, 1],
      ['query', 10, 1_000],
      ['query', 500, 0],
      ['query', 500, -1],
      ['liveConnections', 500, 1],
      ['nothing', 10, 1],
      ['__proto__', 10, 1],
      ['toString', 10, 1],
    ] as const) {
      expect((await set(name, capacity, refill)).code, `${name} ${capacity}`).toBe('INVALID_INPUT')
    }
    await admin.createUser({ username: 'ben', password: goodPassword })
    const ben = nas.client()
    await ben.signIn('ben', goodPassword)
    expect((await ben.graphql('{ limits { name } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const { data } = await ben.graphql(
      'mutation { updateLimit(input: { name: "query", capacity: 500, refillPerSecond: 50 }) { ... on Problem { code } } resetLimit(input: { name: "query" }) { ... on Problem { code } } }',
    )
    expect(data).toEqual({ updateLimit: { code: 'FORBIDDEN' }, resetLimit: { code: 'FORBIDDEN' } })
    expect(await nas.database.setting.count()).toBe(0)
    expect(await nas.database.auditEntry.count({ where: { actorName: 'ben', result: 'FORBIDDEN', target: 'limits.query' } })).toBe(2)
  })

  test('who found a browser left open changes none, nor does an API key', async () => {
    await start({ provider })
    const key = nas.client()
    key.key = (await admin.createApiKey({ scopes: ['settings:manage'] })).data.createApiKey.key
    await nas.database.session.updateMany({ data: { confirmedAt: new Date(Date.now() - 3_600_000) } })
    const ask = async (client: Client, mutation: string) => {
      const { data } = await client.graphql(`mutation { answer: ${mutation} { __typename ... on Problem { code } } }`)
      return data.answer.code
    }
    for (const mutation of [
      'updateLimit(input: { name: "signIn", capacity: 9000, refillPerSecond: 90 })',
      'resetLimit(input: { name: "signIn" })',
    ])
      expect([await ask(admin, mutation), await ask(key, mutation)]).toEqual(['CONFIRMATION_REQUIRED', 'FORBIDDEN'])
    expect(await nas.database.setting.count()).toBe(0)
    expect((await key.graphql('{ limits { name } }')).errors).toBeUndefined()
  })

  test('set as low as it goes still lets an administrator open the pages that raise it again', async () => {
    await start({ provider })
    const { data } = await admin.graphql('{ limits { name least { capacity refillPerSecond } } }')
    for (const { name, least } of data.limits) expect((await set(name, least.capacity, least.refillPerSecond)).name).toBe(name)
    for (let index = 0; index < 20; index++) {
      expect((await admin.graphql('{ me { username } server { version } limits { name } }')).errors).toBeUndefined()
      expect((await set('signIn', 5 + index, 1)).name).toBe('signIn')
    }
  })
})

describe.runIf(await hasRedis())('with Redis', () => {
  const env = () => ({ BALUHOST_REDIS_URL: testRedisUrl })
  const wrong = async (client: Client, name: string) => (await client.signIn(name, 'a wrong password')).data.signIn.code

  test('two servers count together', async () => {
    await start({ env: env() })
    const other = await startNasWithAdmin({ env: env() })
    try {
      const name = `shared${Math.random()}`.slice(0, 20)
      const codes = []
      for (let index = 0; index < 10; index++) codes.push(await wrong(index % 2 ? nas.client() : other.nas.client(), name))
      expect(codes).toEqual([...Array(6).fill('SIGN_IN_FAILED'), ...Array(4).fill('RATE_LIMITED')])
    } finally {
      await other.nas.close()
    }
  })

  test('a Redis that is away: limits hold in this process, the log says it once, and nothing fails', async () => {
    await start({ env: { BALUHOST_REDIS_URL: 'redis://:a-secret-of-redis@127.0.0.1:1' } })
    const codes = []
    for (let index = 0; index < 8; index++) codes.push(await wrong(nas.client(), 'ben'))
    expect(codes).toEqual([...Array(6).fill('SIGN_IN_FAILED'), 'RATE_LIMITED', 'RATE_LIMITED'])
    const said = nas.logged.filter((line) => line.includes('Redis does not answer'))
    expect(said).toHaveLength(1)
    expect(nas.logged.join('')).not.toContain('a-secret-of-redis')
  })
})
