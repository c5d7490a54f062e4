import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { RateLimited } from '../platform/errors.ts'
import { createMasterKeyLine, parseMasterKeys, Secrets } from '../platform/secrets.ts'
import type { SettingsService } from '../settings/service.ts'
import { DeviceTokens } from './device-tokens.ts'
import { Limiter } from './limiter.ts'
import { MemoryLimitStore } from './memory-store.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { Tally } from './tally.ts'

const secrets = new Secrets(parseMasterKeys(createMasterKeyLine(), 'a test'))
let hands: { at: number; passwordChangedAt: Date | null }
let guard: SignInGuard
let devices: DeviceTokens
let store: MemoryLimitStore
beforeEach(() => {
  hands = { at: Date.parse('2026-11-20T20:15:00Z'), passwordChangedAt: null }
  const now = () => hands.at
  store = new MemoryLimitStore(now)
  const settings = { get: (definition: { preset: unknown }) => definition.preset } as unknown as SettingsService
  const limiter = new Limiter({ store, settings, denials: new Tally(now) })
  devices = new DeviceTokens({ secrets, clock: { now: () => new Date(hands.at), monotonic: now } })
  guard = new SignInGuard({ store, limiter, devices })
})

const changed = async () => hands.passwordChangedAt
const from = (address: string) => ({ address, client: null, requestId: 'r' })
/** One try: 0 when the password would be looked at, else how long to wait. */
async function tryIn(address: string, name = 'ada', device: string | null = null): Promise<number> {
  try {
    await guard.begin(from(address), name, device, changed)
    return 0
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error
    return error.retryAfterSeconds
  }
}
async function signIn(address: string, name = 'ada', device: string | null = null): Promise<string> {
  return (await guard.begin(from(address), name, device, changed)).succeeded()
}
const strangerAddress = (index: number) => `198.51.${Math.floor(index / 250)}.${index % 250}`

test('one address gets five tries at an account, then one after ever longer', async () => {
  const waits: number[] = []
  for (let index = 0; index < 10_000; index++) {
    if ((await tryIn('192.0.2.1')) === 0) waits.push(hands.at)
    hands.at += 100
  }
  // A thousand seconds of trying ten times each: six at once, then after 1, 2, 4, 8 … seconds.
  expect(waits.length).toBe(6 + 9)
})

test('a known browser signs in at once whatever strangers do', async () => {
  const device = await signIn('203.0.113.5')
  for (let index = 0; index < 1_000; index++) await tryIn(strangerAddress(index % 500))
  // Even from the address that the strangers use, and from one never seen.
  expect(await tryIn(strangerAddress(1), 'ada', device)).toBe(0)
  expect(await tryIn('203.0.113.77', 'ada', device)).toBe(0)
})

test('from an address where the owner signed in before, a new browser signs in at once too', async () => {
  await signIn('203.0.113.5')
  for (let index = 0; index < 1_000; index++) await tryIn(strangerAddress(index % 500))
  expect(await tryIn('203.0.113.5')).toBe(0)
})

test('a new browser at a new address waits at most a second for each address that asked before', async () => {
  const strangers = 200
  let tried = 0
  for (let index = 0; index < 1_000; index++) if ((await tryIn(strangerAddress(index % strangers))) === 0) tried += 1
  expect(tried).toBeLessThanOrEqual(20)
  const wait = await tryIn('203.0.113.5')
  expect(wait).toBeLessThanOrEqual(strangers + 1)
  // While they go on without pause, nobody takes the turn away.
  const until = hands.at + wait * 1_000
  for (let index = 0; hands.at < until; index++) {
    await tryIn(strangerAddress(index % strangers))
    hands.at += 100
  }
  hands.at = until
  expect(await tryIn('203.0.113.5')).toBe(0)
})

test('many addresses together try an account once a second, not once each', async () => {
  let tried = 0
  for (let seconds = 0; seconds < 60; seconds++) {
    for (let index = 0; index < 50; index++) if ((await tryIn(strangerAddress(seconds * 50 + index))) === 0) tried += 1
    hands.at += 1_000
  }
  expect(tried).toBeLessThanOrEqual(20 + 60)
})

test('a password that nobody looked at is no attempt: neither the account, nor the address, nor the row counts it', async () => {
  const unseen = async (address: string, name: string, device: string | null = null) =>
    (await guard.begin(from(address), name, device, changed)).withdraw()
  for (let index = 0; index < 200; index++) await unseen('192.0.2.1', 'ada')
  for (let index = 0; index < 200; index++) await unseen('192.0.2.1', `name${index}`)
  const device = await signIn('203.0.113.5', 'ben')
  for (let index = 0; index < 200; index++) await unseen('198.18.0.1', 'ben', device)
  let tried = 0
  for (let index = 0; index < 20; index++) if ((await tryIn('192.0.2.1')) === 0) tried += 1
  expect(tried).toBe(6)
  // A stranger who stood in the row for it keeps the turn.
  for (let index = 0; index < 30; index++) await tryIn(strangerAddress(index), 'cleo')
  hands.at += (await tryIn('192.0.2.7', 'cleo')) * 1_000
  await unseen('192.0.2.7', 'cleo')
  await unseen('192.0.2.7', 'cleo')
  expect(await tryIn('192.0.2.7', 'cleo')).toBe(0)
  expect(await tryIn('192.0.2.7', 'cleo')).toBeGreaterThan(0)
})

test('an IPv6 network of a household is one address', async () => {
  let tried = 0
  for (let index = 0; index < 500; index++) if ((await tryIn(`2001:db8:1:2:${index.toString(16)}::1`)) === 0) tried += 1
  expect(tried).toBe(6)
})

test('one address that tries many names is limited too, and a right password is given back', async () => {
  let tried = 0
  for (let index = 0; index < 500; index++) if ((await tryIn('192.0.2.1', `name${index}`)) === 0) tried += 1
  expect(tried).toBe(30)
  for (let index = 0; index < 200; index++) await signIn('192.0.2.2', `person${index}`)
})

test('accounts that do not exist behave as those that do: only the name is looked at', async () => {
  await signIn('203.0.113.5', 'ada')
  const course = async (name: string, address: string) => {
    const waits: number[] = []
    for (let index = 0; index < 12; index++) waits.push(await tryIn(address, name))
    return waits
  }
  expect(await course('ada', '192.0.2.1')).toEqual(await course('nobody', '192.0.2.2'))
})

test('a thousand tries at the same moment are a thousand tries', async () => {
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => tryIn('192.0.2.1')))
  expect(answers.filter((wait) => wait === 0)).toHaveLength(6)
})

test('a browser that is known does not make its own guesses free', async () => {
  const device = await signIn('203.0.113.5')
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => tryIn(strangerAddress(index), 'ada', device)))
  expect(answers.filter((wait) => wait === 0)).toHaveLength(6)
  expect(await tryIn(strangerAddress(1), 'ada', device)).toBeGreaterThan(0)
})

test('the cookie of one account is none for another, and cannot be made up or changed', async () => {
  const device = await signIn('203.0.113.5', 'mallory')
  const [token = ''] = device.split('~')
  const parts = token.split('.')
  const account = (await signIn('203.0.113.6', 'ada')).split('.')[0] ?? ''
  const forged = [
    device,
    [account, ...parts.slice(1)].join('.'),
    [...parts.slice(0, 4), randomBytes(32).toString('base64url')].join('.'),
    [account, 'x', '9999999999', 'nokey', 'x'].join('.'),
    '~~~',
    'x'.repeat(100_000),
    `${account}.....`,
  ]
  for (let index = 0; index < 1_000; index++) await tryIn(strangerAddress(index))
  for (const cookie of forged) expect(await tryIn('198.18.0.1', 'ada', cookie), cookie.slice(0, 80)).toBeGreaterThan(0)
})

test('a browser of a few people knows each of them, and forgets the one who was there longest ago', async () => {
  let device: string | null = null
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) device = await signIn('203.0.113.5', name, device)
  const known = (name: string) => tryIn('198.18.0.1', name, device)
  for (let index = 0; index < 100; index++) for (const name of ['a', 'b', 'g']) await tryIn(strangerAddress(index), name)
  expect([await known('b'), await known('g')]).toEqual([0, 0])
  expect(await known('a')).toBeGreaterThan(0)
  expect(device?.length).toBeLessThan(1_000)
})

test('cookies from before a change of the password are those of strangers', async () => {
  const devices: string[] = []
  for (let index = 0; index < 20; index++) devices.push(await signIn('203.0.113.5'))
  hands.at += 60_000
  hands.passwordChangedAt = new Date(hands.at)
  let tried = 0
  for (const device of devices) for (let index = 0; index < 10; index++) if ((await tryIn('192.0.2.1', 'ada', device)) === 0) tried += 1
  expect(tried).toBe(6)
  // The one that comes with the new password counts.
  const device = await signIn('203.0.113.5', 'ada', devices[0] ?? null)
  for (let index = 0; index < 100; index++) await tryIn(strangerAddress(index))
  expect(await tryIn('198.18.0.1', 'ada', devices[0] ?? null)).toBeGreaterThan(0)
  expect(await tryIn('198.18.0.1', 'ada', device)).toBe(0)
})

test('a device cookie ends after 400 days', async () => {
  const device = await signIn('203.0.113.5')
  hands.at += 401 * 24 * 3_600_000
  for (let index = 0; index < 100; index++) await tryIn(strangerAddress(index))
  expect(await tryIn('198.18.0.1', 'ada', device)).toBeGreaterThan(0)
})
