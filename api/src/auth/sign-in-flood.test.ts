import { afterAll, beforeAll, expect, test } from 'vitest'
import { whileBusy } from '../../test/busy.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'

let nas: TestNas
beforeAll(async () => {
  ;({ nas } = await startNasWithAdmin())
})
afterAll(() => nas.close())

const attempts = 400
/** Two that are hashed, and 64 that wait: `password-cost.ts`. */
const places = 66

const signIn = async (address: string, username: string, password: string) => {
  const actor = { kind: 'anonymous', client: null, requestId: 'flood', address } as const
  const started = performance.now()
  const result = await nas.services.auth
    .signIn(actor, { username, password }, { origin: nas.origin, cookies: undefined, secure: false })
    .then(() => ({ code: 'ok', retryAfterSeconds: 0 }))
    .catch(({ code, retryAfterSeconds }) => ({ code, retryAfterSeconds }))
  return { ...result, time: performance.now() - started }
}

test('a flood of sign-ins from everywhere is turned away early, holds no memory, and whoever comes after it gets in', async () => {
  const before = process.memoryUsage.rss()
  let most = before
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 5)
  const answers = await Promise.all(
    Array.from({ length: attempts }, (_, index) => signIn(`10.0.${index >> 8}.${index & 255}`, `n${index}`, 'x')),
  )
  clearInterval(watching)
  const busy = answers.filter(({ code }) => code === 'SERVER_BUSY')
  expect(answers.filter(({ code }) => code === 'SIGN_IN_FAILED').length + busy.length).toBe(attempts)
  expect(busy.length).toBeGreaterThanOrEqual(attempts - 2 * places)
  for (const { retryAfterSeconds } of busy) {
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(1)
    expect(retryAfterSeconds).toBeLessThan(60)
  }
  // 400 at once would take 7,600 MB; two take 38.
  expect((most - before) / 2 ** 20).toBeLessThan(300)
  expect((await signIn('192.168.1.2', adminName, goodPassword)).code).toBe('ok')
}, 60_000)

test('who is turned away was not looked at: it is no wrong password of theirs', async () => {
  const address = '192.168.1.4'
  await whileBusy(address, async () => {
    for (let index = 0; index < 20; index++) expect((await signIn(address, adminName, goodPassword)).code).toBe('SERVER_BUSY')
  })
  for (let index = 0; index < 4; index++) expect((await signIn(address, adminName, 'x')).code).toBe('SIGN_IN_FAILED')
  expect((await signIn(address, adminName, goodPassword)).code).toBe('ok')
}, 60_000)

test('from one address it does not make others wait for all of it', async () => {
  const flood = Array.from({ length: 24 }, (_, index) => signIn('10.9.9.9', `m${index}`, 'x'))
  const owner = await signIn('192.168.1.3', adminName, goodPassword)
  expect(owner.code).toBe('ok')
  const times = (await Promise.all(flood)).filter(({ code }) => code === 'SIGN_IN_FAILED').map(({ time }) => time)
  expect(times.length).toBeGreaterThan(20)
  expect(owner.time).toBeLessThan(Math.max(...times) / 2)
}, 60_000)
