import { afterAll, beforeAll, expect, test } from 'vitest'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { hashPassword } from './password.ts'
import { decoyCost, leastCost, type PasswordCost, setPasswordCost } from './password-cost.ts'

/** Rounds in which each is tried once, in an order that changes. */
const rounds = 24

const dear = { memory: 32_768, passes: 2 }

let nas: TestNas
beforeAll(async () => {
  const started = await startNasWithAdmin()
  nas = started.nas
  // Hashes of different cost, as after the machine was found to afford more.
  const cheapHash = await hashPassword(goodPassword)
  setPasswordCost(dear, [leastCost, dear], 'salt')
  const dearHash = await hashPassword(goodPassword)
  const rows = [
    { username: 'known', passwordHash: dearHash },
    { username: 'older', passwordHash: cheapHash },
    { username: 'disabled', passwordHash: dearHash, disabledAt: new Date() },
    { username: nameOf(dear, 'passkeyed'), passwordHash: null },
  ]
  const common = { role: 'USER', createdAt: new Date() } as const
  for (const row of rows) await nas.database.user.create({ data: { ...row, ...common, id: row.username, usernameKey: row.username } })
})
afterAll(async () => {
  setPasswordCost(leastCost)
  await nas.close()
})

/** A name that costs so much to be nobody's. */
function nameOf(cost: PasswordCost, beginning: string): string {
  for (let index = 0; ; index += 1) if (decoyCost(`${beginning}${index}`).memory === cost.memory) return `${beginning}${index}`
}

const stranger = { kind: 'anonymous', client: null, requestId: 'timing' } as const

/**
 * What a refusal costs the processor, in milliseconds, on all threads: what it takes on a machine that does nothing else. On one
 * that others use as well, the time on the clock says more about them.
 */
async function costOf(username: string, password: string): Promise<number> {
  // Another address each time: the limits are not what is measured.
  tries += 1
  const actor = { ...stranger, address: `10.${(tries >> 16) & 255}.${(tries >> 8) & 255}.${tries & 255}` }
  const before = process.cpuUsage()
  await expect(
    nas.services.auth.signIn(actor, { username, password }, { origin: nas.origin, cookies: undefined, secure: false }),
  ).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' })
  const { system, user } = process.cpuUsage(before)
  return (system + user) / 1_000
}
let tries = 0

/** The middle: some of them met something else that the machine did. */
function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

test('nobody learns from the time whether there is such an account, whether it is disabled, has no password, or an older hash', async () => {
  const wrong = 'wrong password here'
  const attempts = {
    known: () => costOf('known', wrong),
    'unknown name': () => costOf(nameOf(dear, `nobody${tries}-`), wrong),
    'disabled, right password': () => costOf('disabled', goodPassword),
    'without a password': () => costOf(nameOf(dear, 'passkeyed'), wrong),
    'older hash': () => costOf('older', wrong),
    'unknown name as an older hash': () => costOf(nameOf(leastCost, `nobody${tries}-`), wrong),
  }
  const names = Object.keys(attempts) as (keyof typeof attempts)[]
  const costs = new Map(names.map((name) => [name, [] as number[]]))
  for (const name of names) await attempts[name]()
  for (let round = 0; round < rounds; round += 1) {
    // What comes first in a round must not always be the same.
    for (const index of names.keys()) {
      const name = names[(index + round) % names.length] as keyof typeof attempts
      costs.get(name)?.push(await attempts[name]())
    }
  }
  const of = (name: keyof typeof attempts) => costs.get(name) ?? []
  console.log(`a refusal costs, ms: ${names.map((name) => `${name} ${middle(of(name)).toFixed(1)}`).join(', ')}`)
  // Each against the one of the same round: what the machine does changes while this runs.
  const against = (name: keyof typeof attempts, other: keyof typeof attempts) =>
    middle(of(name).map((cost, round) => cost / (of(other)[round] as number)))
  // Without the decoy an unknown name costs a fiftieth of a known one.
  for (const [name, other] of [
    ['unknown name', 'known'],
    ['disabled, right password', 'known'],
    ['without a password', 'known'],
    ['unknown name as an older hash', 'older hash'],
  ] as const) {
    expect(against(name, other), name).toBeGreaterThan(0.88)
    expect(against(name, other), name).toBeLessThan(1.14)
  }
  // The instrument can tell the two apart that it must.
  expect(against('older hash', 'known')).toBeLessThan(0.8)
}, 120_000)
