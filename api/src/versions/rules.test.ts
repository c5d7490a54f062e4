import { expect, test } from 'vitest'
import { superfluous } from './rules.ts'

const now = new Date('2026-06-17T12:00:00Z')
const hours = (count: number) => ({ replacedAt: new Date(now.getTime() - count * 3_600_000) })
const left = (versions: readonly { replacedAt: Date }[], rules: { last: number; days: number; weeks: number }) => {
  const going = new Set(superfluous(versions, rules, now))
  return versions.filter((version) => !going.has(version)).map(({ replacedAt }) => (now.getTime() - replacedAt.getTime()) / 3_600_000)
}

test('the newest so many stay', () => {
  const versions = Array.from({ length: 30 }, (_, index) => hours(index))
  expect(left(versions, { last: 10, days: 0, weeks: 0 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(left(versions, { last: 0, days: 0, weeks: 0 })).toEqual([])
  expect(superfluous([], { last: 0, days: 14, weeks: 8 }, now)).toEqual([])
})

test('of each day the newest stays, as long as days go back', () => {
  const versions = Array.from({ length: 24 * 4 }, (_, index) => hours(index))
  // Noon: today has 13 hours, each day before 24.
  expect(left(versions, { last: 0, days: 3, weeks: 0 })).toEqual([0, 13, 37])
  expect(left(versions, { last: 2, days: 3, weeks: 0 })).toEqual([0, 1, 13, 37])
})

test('of each week the newest stays, weeks beginning on Monday', () => {
  const versions = Array.from({ length: 40 }, (_, index) => hours(index * 24))
  // A Wednesday: the Sunday before is three days back.
  expect(left(versions, { last: 0, days: 0, weeks: 3 })).toEqual([0, 72, 240])
  expect(left(versions, { last: 1, days: 2, weeks: 2 })).toEqual([0, 24, 72])
})

test('a year of daily changes comes down to what the usual rules say', () => {
  const versions = Array.from({ length: 365 * 4 }, (_, index) => hours(index * 6))
  const kept = left(versions, { last: 10, days: 14, weeks: 8 })
  expect(kept.length).toBeLessThanOrEqual(10 + 14 + 8)
  expect(Math.max(...kept)).toBeGreaterThan(24 * 7 * 7 - 24 * 7)
  expect(Math.max(...kept)).toBeLessThan(24 * 7 * 8)
})
