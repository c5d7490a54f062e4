import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { costOf, hashPassword, isOutdatedHash, requireStrongPassword, verifyPassword } from './password.ts'
import { decoyCost, freshCost, leastCost, measureCost, noteFreshHash, setPasswordCost, workOf } from './password-cost.ts'
import { tunePasswordCost } from './password-tuning.ts'

const password = 'correct horse battery'
const attempt = { from: '127.0.0.1', name: 'ada' }
const dearer = { memory: 24_576, passes: 2 }
const log = pino({ level: 'silent' })

afterEach(() => setPasswordCost(leastCost))

describe('hashes', () => {
  test('are argon2id with at least 19 MiB and 2 passes, salted, and checked', async () => {
    const [one, two] = await Promise.all([hashPassword(password), hashPassword(password)])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(one).not.toBe(two)
    expect(await verifyPassword(one, password, attempt)).toBe(true)
    expect(await verifyPassword(one, `${password} `, attempt)).toBe(false)
    expect(await verifyPassword(one, '', attempt)).toBe(false)
  })

  test('letters count as the same however they are composed', async () => {
    expect(await verifyPassword(await hashPassword('Gr\u00f6\u00dfe zeigt sich'), 'Gro\u0308\u00dfe zeigt sich', attempt)).toBe(true)
  })

  test('without a hash nothing matches, nor with one that is none', async () => {
    expect(await verifyPassword(null, password, attempt)).toBe(false)
    expect(await verifyPassword(null, '', attempt)).toBe(false)
    await expect(verifyPassword('plain text', 'plain text', attempt)).rejects.toThrow('not an argon2id string')
  })

  test('a password of a megabyte is wrong, and is not read through', async () => {
    expect(await verifyPassword(await hashPassword(password), 'x'.repeat(2 ** 20), attempt)).toBe(false)
    // Compared as if it were empty, it must still not match what is empty.
    expect(await verifyPassword(await hashPassword(''), 'y'.repeat(600), attempt)).toBe(false)
  })

  test('of an older or dearer cost still count, and say that they are outdated', async () => {
    const old = await hashPassword(password)
    setPasswordCost(dearer)
    const fresh = await hashPassword(password)
    expect([costOf(old), costOf(fresh)]).toEqual([leastCost, dearer])
    expect([isOutdatedHash(old), isOutdatedHash(fresh)]).toEqual([true, false])
    expect([await verifyPassword(old, password, attempt), await verifyPassword(fresh, password, attempt)]).toEqual([true, true])
    setPasswordCost(leastCost)
    expect([await verifyPassword(fresh, password, attempt), isOutdatedHash(fresh)]).toEqual([true, true])
  })

  test('are made beside the event loop', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    await Promise.all(Array.from({ length: 6 }, () => hashPassword(password)))
    delay.disable()
    // On the loop, each of the six would hold it up by more than this.
    const one = await timeOf(() => hashPassword(password))
    expect(delay.percentile(90) / 1e6).toBeLessThan(Math.max(one / 2, 15))
  })
})

describe('what hashing costs', () => {
  test('nothing that was measured goes below the floor, not even on a slow machine with little memory', async () => {
    expect(await measureCost(0, 0)).toEqual(leastCost)
    expect(await measureCost(10_000, 0)).toEqual(leastCost)
  })

  test('stays within the time and the memory that it may take', async () => {
    const cost = await measureCost(250, 65_536)
    expect(workOf(cost)).toBeGreaterThanOrEqual(workOf(leastCost))
    expect(cost.memory).toBeLessThanOrEqual(65_536)
    expect((await measureCost(250, 32_768)).memory).toBeLessThanOrEqual(32_768)
  })

  test('is measured once for a machine, kept, and measured again on another or when the file is damaged', async () => {
    const folder = mkdtempSync(`${tmpdir()}/baluhost-cost-`)
    const file = `${folder}/password-cost`
    const users = [{ passwordHash: '$argon2id$v=19$m=98304,t=4,p=1$c2FsdA$dGFn' }, { passwordHash: null }, { passwordHash: 'odd' }]
    const database = { user: { findMany: async () => users } } as never
    try {
      const first = await tunePasswordCost({ database, file, log })
      expect(freshCost()).toEqual(first)
      // What nobody costs is what somebody costs.
      expect(decoyCost('nobody')).toEqual({ memory: 98_304, passes: 4 })
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const kept = JSON.parse(readFileSync(file, 'utf8'))
      writeFileSync(file, JSON.stringify({ ...kept, memory: 20_000, passes: 3 }))
      expect(await tunePasswordCost({ database, file, log })).toMatchObject({ memory: 20_000, passes: 3 })
      for (const content of ['', '{}', JSON.stringify({ ...kept, memory: 8 }), JSON.stringify({ ...kept, machine: 'another' })]) {
        writeFileSync(file, content)
        const cost = await tunePasswordCost({ database, file, log })
        expect(workOf(cost)).toBeGreaterThanOrEqual(workOf(leastCost))
        expect(JSON.parse(readFileSync(file, 'utf8')).machine).toBe(kept.machine)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 60_000)
})

describe('names without a hash', () => {
  const names = Array.from({ length: 400 }, (_, index) => `name-${index}`)
  const share = (cost: { memory: number }) => names.filter((name) => decoyCost(name).memory === cost.memory).length / names.length

  test('cost as much as those with one, as many of each as there are, and always the same', () => {
    setPasswordCost(dearer, [leastCost, dearer, leastCost, leastCost], 'salt')
    expect(share(leastCost)).toBeGreaterThan(0.65)
    expect(share(leastCost)).toBeLessThan(0.85)
    const before = names.map(decoyCost)
    expect(names.map(decoyCost)).toEqual(before)
    // One account comes back: no more than its part of the names goes with it, and none the other way.
    noteFreshHash(leastCost)
    expect(share(leastCost)).toBeGreaterThan(0.4)
    expect(share(leastCost)).toBeLessThan(0.6)
    expect(names.filter((name, index) => decoyCost(name).memory < (before[index]?.memory ?? 0))).toEqual([])
    for (let account = 0; account < 2; account += 1) noteFreshHash(leastCost)
    expect(share(leastCost)).toBe(0)
  })

  test('cost what new hashes cost while there is no account', () => {
    setPasswordCost(dearer)
    expect(share(dearer)).toBe(1)
  })
})

describe('rules', () => {
  const faultOf = (candidate: string) => {
    try {
      requireStrongPassword(candidate, 'ada')
      return null
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  test.each([
    ['eleven characters', 'xk9#mQ2vLp7'],
    ['a hundred and twenty-nine', 'Correct horse '.repeat(10).slice(0, 129)],
    ['the same few again and again', 'abababababab1212'],
    ['a sequence', 'abcdefghijklmnop'],
    ['a common one', 'password1234'],
    ['the name with digits', 'ada123456789'],
  ])('%s is refused', (_what, candidate) => expect(faultOf(candidate)).toBe('WEAK_PASSWORD'))

  test.each([
    ['twelve characters', 'xk9#mQ2vLp7z'],
    ['a hundred and twenty-eight', 'Nine tall violet kettles, '.repeat(5).slice(0, 128)],
    ['small letters only', 'nine tall violet kettles'],
    ['no letter of any alphabet with cases', '日本語のとても長い文章です'],
    ['signs that are two units each', '🐻🌲🐝🍯🐍🐯🦌🐘🐒🦜🐺🌙'],
  ])('%s is fine: there are no rules of composition', (_what, candidate) => expect(faultOf(candidate)).toBeNull())
})

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
