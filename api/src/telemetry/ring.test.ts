import { describe, expect, it } from 'vitest'
import { meansOf } from './history.ts'
import { Ring } from './ring.ts'

const T = 1_800_000_000

function ringWith(values: Record<number, number>, length = 10): Ring {
  const ring = new Ring(length)
  for (const [second, value] of Object.entries(values)) ring.push(T + Number(second), [['x', value]])
  return ring
}

function values(ring: Ring, from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ring.at('x', T + from + index))
}

describe('the ring', () => {
  it('keeps what was pushed, and seconds without a sample are gaps', () => {
    expect(values(ringWith({ 0: 1, 1: 2, 4: 5 }), -1, 5)).toEqual([Number.NaN, 1, 2, Number.NaN, Number.NaN, 5, Number.NaN])
  })

  it('lets the oldest go when it is full, also across a gap longer than itself', () => {
    const ring = ringWith(Object.fromEntries(Array.from({ length: 25 }, (_, second) => [second, second])))
    expect(values(ring, 13, 25)).toEqual([Number.NaN, Number.NaN, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, Number.NaN])
    ring.push(T + 100, [['x', 100]])
    expect(ring.oldest).toBe(T + 91)
    expect(values(ring, 91, 100)).toEqual([...Array<number>(9).fill(Number.NaN), 100])
  })

  it('does not show what a slot held a round before, for a metric that was not read this time', () => {
    const ring = ringWith({ 0: 7 })
    ring.push(T + 10, [['y', 1]])
    expect([ring.at('x', T + 10), ring.at('y', T + 10), ring.at('y', T)]).toEqual([Number.NaN, 1, Number.NaN])
  })

  it('forgets the seconds to come when the clock is set back', () => {
    const ring = ringWith({ 0: 1, 1: 2, 2: 3, 3: 4 })
    ring.push(T + 1, [['x', 20]])
    expect(ring.newest).toBe(T + 1)
    expect(values(ring, 0, 3)).toEqual([1, 20, Number.NaN, Number.NaN])
  })

  it('starts a metric that comes later as a gap', () => {
    const ring = ringWith({ 0: 1 })
    ring.push(T + 1, [['late', 5]])
    expect([ring.at('late', T), ring.at('late', T + 1)]).toEqual([Number.NaN, 5])
    expect(ring.metrics).toEqual(['x', 'late'])
  })
})

describe('history', () => {
  const means = (ring: Ring, from: number, to: number, points: number) =>
    meansOf(ring, 'x', (T + from) * 1000, (T + to) * 1000, points).map(({ at, value }) => [at.getTime() / 1000 - T, value])

  it('averages into equal buckets', () => {
    expect(means(ringWith({ 0: 1, 1: 3, 2: 10, 3: 20 }), 0, 4, 2)).toEqual([
      [0, 2],
      [2, 15],
    ])
  })

  it('says null for a bucket without samples, and averages only what there is', () => {
    expect(means(ringWith({ 0: 4, 5: 8 }), 0, 6, 3)).toEqual([
      [0, 4],
      [2, null],
      [4, 8],
    ])
  })

  it('leaves the end of the range out', () => {
    expect(means(ringWith({ 0: 1, 1: 3 }), 0, 1, 1)).toEqual([[0, 1]])
  })

  it('makes no gaps by asking for more points than seconds', () => {
    expect(means(ringWith({ 0: 1, 1: 2, 2: 3 }), 0, 3, 500)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })

  it('answers a range far outside with gaps, at once', () => {
    expect(means(ringWith({ 0: 1 }), -2_000_000, -1_000_000, 2).map(([, value]) => value)).toEqual([null, null])
    expect(means(ringWith({ 0: 1 }), -1_000_000_000, 1_000_000_000, 1)).toEqual([[-1_000_000_000, 1]])
  })

  it('answers before the first sample', () => {
    expect(means(new Ring(10), 0, 4, 2)).toEqual([
      [0, null],
      [2, null],
    ])
  })
})
