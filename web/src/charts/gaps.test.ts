import { expect, test } from 'vitest'
import { extentOf, nearest, niceCeiling, withGaps } from './gaps'

const p = (at: number, value: number | null = at) => ({ at, value })

test('a pause longer than the step breaks the line, jitter does not', () => {
  expect(withGaps([p(0), p(1000), p(3400), p(9000)], 2500)).toEqual([p(0), p(1000), p(3400), p(6200, null), p(9000)])
})

test('a gap that is already there is not doubled', () => {
  expect(withGaps([p(0), p(1000, null), p(9000)], 2500)).toEqual([p(0), p(1000, null), p(9000)])
})

test('the cursor finds no value inside a gap', () => {
  const points = [p(0, 5), p(1000, 6), p(9000, 7)]
  expect(nearest(points, 5000, 2500)).toBeNull()
  expect(nearest(points, 1400, 2500)).toEqual(p(1000, 6))
  expect(nearest([], 0, 2500)).toBeNull()
})

test('the text alternative leaves out what was not measured', () => {
  expect(extentOf([p(0, 2), p(1, null), p(2, 4)])).toEqual({ now: 4, min: 2, max: 4, average: 3 })
  expect(extentOf([p(0, null)])).toBeNull()
})

test('the axis ends at a round value at or above the highest', () => {
  expect(niceCeiling(0, 100_000)).toBe(100_000)
  expect(niceCeiling(100_001, 1)).toBe(200_000)
  expect(niceCeiling(3_400_000, 1)).toBe(5_000_000)
  expect(niceCeiling(7_000_000, 1)).toBe(10_000_000)
})
