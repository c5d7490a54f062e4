import { expect, test } from 'vitest'
import { timeTicks } from './time-ticks'

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime()

test('within a day: round hours', () => {
  expect(timeTicks({ from: at(20, 4, 10), to: at(20, 9, 50) }, 6)).toEqual([5, 6, 7, 8, 9].map((hour) => at(20, hour)))
})

test('over midnight: counted from each midnight', () => {
  expect(timeTicks({ from: at(20, 10), to: at(21, 13) }, 5)).toEqual([at(20, 12), at(20, 18), at(21, 0), at(21, 6), at(21, 12)])
})

test('over weeks: days', () => {
  expect(timeTicks({ from: at(1, 5), to: at(8, 5) }, 7)).toEqual([2, 3, 4, 5, 6, 7, 8].map((day) => at(day, 0)))
})

test('never more than there is room for, whatever the stretch', () => {
  for (const hours of [1, 5, 24, 100, 500, 2_200]) {
    const ticks = timeTicks({ from: at(1, 0), to: at(1, 0) + hours * 3_600_000 }, 8)
    expect(ticks.length).toBeGreaterThan(0)
    expect(ticks.length).toBeLessThanOrEqual(14)
  }
})
