import { expect, it } from 'vitest'
import { type Counters, Rates } from './rates.ts'

function counters(devices: Record<string, Counters>): Map<string, Counters> {
  return new Map(Object.entries(devices))
}

it('needs two readings, then divides by the time between them', () => {
  const rates = new Rates()
  expect(rates.since(counters({ a: [1000, 0] }), 500)).toBeNull()
  expect(rates.since(counters({ a: [3000, 100] }), 2500)).toEqual({ inward: 1000, outward: 50 })
})

it('adds devices up', () => {
  const rates = new Rates()
  rates.since(counters({ a: [0, 0], b: [0, 0] }), 0)
  expect(rates.since(counters({ a: [10, 1], b: [20, 2] }), 1000)).toEqual({ inward: 30, outward: 3 })
})

it('does not take what a new device moved before for this second', () => {
  const rates = new Rates()
  rates.since(counters({ a: [0, 0] }), 0)
  expect(rates.since(counters({ a: [10, 0], b: [1e12, 1e12] }), 1000)).toEqual({ inward: 10, outward: 0 })
  expect(rates.since(counters({ a: [10, 0], b: [1e12 + 5, 1e12] }), 2000)).toEqual({ inward: 5, outward: 0 })
})

it('goes on when a device is gone', () => {
  const rates = new Rates()
  rates.since(counters({ a: [0, 0], b: [50, 50] }), 0)
  expect(rates.since(counters({ a: [10, 0] }), 1000)).toEqual({ inward: 10, outward: 0 })
})

it('makes a gap of a counter that runs backwards, and knows the next rate again', () => {
  const rates = new Rates()
  rates.since(counters({ a: [4_294_967_000, 0] }), 0)
  expect(rates.since(counters({ a: [200, 0] }), 1000)).toBeNull()
  expect(rates.since(counters({ a: [700, 0] }), 2000)).toEqual({ inward: 500, outward: 0 })
})

it('does not divide by no time', () => {
  const rates = new Rates()
  rates.since(counters({ a: [0, 0] }), 1000)
  expect(rates.since(counters({ a: [10, 0] }), 1000)).toBeNull()
})
