import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Backoff, LimitStore, Row, Take } from './store.ts'

/** Time that only a test moves. */
export interface Hands {
  at: number
}

interface Candidate {
  readonly store: LimitStore
  readonly hands: Hands
  close(): Promise<void>
}

const rate = { capacity: 5, refillPerSecond: 2 }
const take = (key: string, cost = 1): Take => ({ key, rate, cost })
const backoff: Backoff = { free: 2, firstMs: 1_000, longestMs: 8_000, forgetMs: 60_000 }
const row: Row = { burst: 2, intervalMs: 1_000, longestMs: 5_000, holdMs: 3_000 }

/** What every store of limits must do. */
export function storeContract(create: () => Promise<Candidate>): void {
  let candidate: Candidate
  let store: LimitStore
  let hands: Hands
  beforeEach(async () => {
    candidate = await create()
    ;({ store, hands } = candidate)
  })
  afterEach(() => candidate.close())
  const waits = async (...takes: Take[]) => (await store.take(takes)).waitMs

  test('a bucket gives what it holds, then what flows back, and never more than it holds', async () => {
    for (let index = 0; index < 5; index++) expect(await waits(take('a'))).toBe(0)
    expect(await waits(take('a'))).toBe(500)
    hands.at += 499
    expect(await waits(take('a'))).toBe(1)
    hands.at += 1
    expect(await waits(take('a'))).toBe(0)
    expect(await waits(take('a'))).toBe(500)
    hands.at += 3_600_000
    for (let index = 0; index < 5; index++) expect(await waits(take('a'))).toBe(0)
    expect(await waits(take('a'))).toBe(500)
  })

  test('it is a bucket and no window: nobody gets twice the capacity around a border of time', async () => {
    const passed: number[] = []
    for (let ms = 0; ms < 10_000; ms += 50) {
      hands.at += 50
      if ((await waits(take('steady'))) === 0) passed.push(ms)
    }
    expect(passed.length).toBe(5 + 2 * 10 - 1)
    for (const start of passed) expect(passed.filter((ms) => ms >= start && ms < start + 1_000).length).toBeLessThanOrEqual(5 + 2)
  })

  test('asking while it is empty does not make the wait longer', async () => {
    for (let index = 0; index < 5; index++) await waits(take('a'))
    for (let index = 0; index < 100; index++) expect(await waits(take('a'))).toBe(500)
    hands.at += 500
    expect(await waits(take('a'))).toBe(0)
  })

  test('of several buckets all give or none, and the longest wait is told', async () => {
    for (let index = 0; index < 5; index++) await waits(take('empty'))
    for (let index = 0; index < 10; index++) expect(await waits(take('full'), take('empty'))).toBe(500)
    expect(await waits(take('full', 5))).toBe(0)
    expect(await waits(take('full', 3), take('empty', 1))).toBe(1_500)
  })

  test('what is given back can be taken again, and makes nothing fuller than full', async () => {
    for (let index = 0; index < 5; index++) await waits(take('a'))
    await store.giveBack([take('a')])
    expect(await waits(take('a'))).toBe(0)
    await store.giveBack([take('a', 5)])
    await store.giveBack([take('a', 5), take('new', 5)])
    expect(await waits(take('a', 5), take('new', 5))).toBe(0)
    expect(await waits(take('a'))).toBe(500)
  })

  test('a thousand at the same moment share one bucket', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => waits(take('shared'))))
    expect(answers.filter((wait) => wait === 0)).toHaveLength(5)
  })

  test('a clock that goes back takes nothing away for good', async () => {
    for (let index = 0; index < 5; index++) await waits(take('a'))
    hands.at -= 3_600_000
    expect(await waits(take('a'))).toBe(500)
  })

  test('the wait between attempts doubles up to its longest, and attempts within it neither count nor prolong it', async () => {
    const tryIt = () => store.attempt('who', backoff)
    expect([await tryIt(), await tryIt(), await tryIt()]).toEqual([0, 0, 0])
    for (const wait of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      expect([await tryIt(), await tryIt()]).toEqual([wait, wait])
      hands.at += wait - 1
      expect(await tryIt()).toBe(1)
      hands.at += 1
      expect(await tryIt()).toBe(0)
    }
    expect(await store.attempt('somebody else', backoff)).toBe(0)
    await store.forget('who')
    expect([await tryIt(), await tryIt(), await tryIt()]).toEqual([0, 0, 0])
  })

  test('of many attempts at the same moment only the free ones and one more go through', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => store.attempt('parallel', backoff)))
    expect(answers.filter((wait) => wait === 0)).toHaveLength(3)
  })

  test('after a quiet time the attempts are forgotten', async () => {
    for (let index = 0; index < 3; index++) await store.attempt('who', backoff)
    hands.at += 61_000
    expect([await store.attempt('who', backoff), await store.attempt('who', backoff)]).toEqual([0, 0])
  })

  test('an attempt that is withdrawn leaves neither its count nor its wait', async () => {
    const tryIt = () => store.attempt('who', backoff)
    for (let index = 0; index < 20; index++) {
      expect(await tryIt()).toBe(0)
      await store.withdraw('who', backoff)
    }
    expect([await tryIt(), await tryIt(), await tryIt(), await tryIt()]).toEqual([0, 0, 0, 1_000])
    await store.withdraw('who', backoff)
    // The third again, and the wait after it is that of a third.
    expect([await tryIt(), await tryIt()]).toEqual([0, 1_000])
    hands.at += 1_000
    expect([await tryIt(), await tryIt()]).toEqual([0, 2_000])
    await store.withdraw('never tried', backoff)
    expect(await store.attempt('never tried', backoff)).toBe(0)
  })

  test('what is left after a withdrawal is forgotten after the same quiet time', async () => {
    for (let index = 0; index < 3; index++) await store.attempt('who', backoff)
    await store.withdraw('who', backoff)
    hands.at += 61_000
    expect([await store.attempt('who', backoff), await store.attempt('who', backoff)]).toEqual([0, 0])
  })

  test('turns are given in the order of asking, one for each holder', async () => {
    expect(await store.turn('row', 'a', row)).toBe(0)
    expect(await store.turn('row', 'b', row)).toBe(0)
    expect(await store.turn('row', 'c', row)).toBe(1_000)
    expect(await store.turn('row', 'd', row)).toBe(2_000)
    // Asking again does not take a second turn, nor move the first.
    for (let index = 0; index < 50; index++) expect(await store.turn('row', 'd', row)).toBe(2_000)
    expect(await store.turn('row', 'e', row)).toBe(3_000)
    hands.at += 2_000
    expect(await store.turn('row', 'd', row)).toBe(0)
    // It was used up.
    expect(await store.turn('row', 'd', row)).toBe(2_000)
  })

  test('a turn that is given back is the holder’s again, once and for as long as any turn is held', async () => {
    for (const holder of ['a', 'b']) await store.turn('row', holder, row)
    expect(await store.turn('row', 'c', row)).toBe(1_000)
    hands.at += 1_000
    expect(await store.turn('row', 'c', row)).toBe(0)
    await store.returnTurn('row', 'c', row)
    expect(await store.turn('row', 'd', row)).toBeGreaterThan(0)
    expect(await store.turn('row', 'c', row)).toBe(0)
    expect(await store.turn('row', 'c', row)).toBeGreaterThan(0)
    hands.at += 60_000
    await store.turn('row', 'e', row)
    await store.returnTurn('row', 'e', row)
    for (const holder of ['f', 'g', 'h', 'i', 'j', 'k']) await store.turn('row', holder, row)
    hands.at += 3_001
    expect(await store.turn('row', 'e', row)).toBeGreaterThan(0)
  })

  test('nobody takes the turn of another, and one turn lets one through', async () => {
    for (const holder of ['a', 'b']) await store.turn('row', holder, row)
    expect(await store.turn('row', 'owner', row)).toBe(1_000)
    hands.at += 1_000
    for (let index = 0; index < 100; index++) expect(await store.turn('row', `stranger ${index}`, row)).toBeGreaterThan(0)
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.turn('row', 'owner', row)))
    expect(answers.filter((wait) => wait === 0)).toHaveLength(1)
  })

  test('no turn is given further away than the longest wait, and one that is not taken is gone', async () => {
    const waits = []
    for (let index = 0; index < 20; index++) waits.push(await store.turn('row', `holder ${index}`, row))
    expect(waits).toEqual([0, 0, 1_000, 2_000, 3_000, 4_000, ...Array(14).fill(5_000)])
    // The turn of holder 2 was at 1,000 and held for 3,000; its next is at the end of the row.
    hands.at += 4_001
    expect(await store.turn('row', 'holder 2', row)).toBe(1_999)
    hands.at += 60_000
    expect(await store.turn('row', 'holder 10', row)).toBe(0)
  })

  test('remembers for a while', async () => {
    expect(await store.remembers('x')).toBe(false)
    await store.remember('x', 60_000)
    expect(await store.remembers('x')).toBe(true)
    await store.forget('x')
    expect(await store.remembers('x')).toBe(false)
  })
}
