import { expect, test } from 'vitest'
import { backoffMs, endsSession } from './live-socket'

test('waits longer each time, up to a bound, never less than half', () => {
  expect(backoffMs(0, () => 0)).toBe(250)
  expect(backoffMs(3, () => 1)).toBe(4_000)
  expect(backoffMs(1_000, () => 1)).toBe(20_000)
  expect(backoffMs(1_000, () => 0)).toBe(10_000)
})

test('only the code for an ended session ends the session', () => {
  expect(endsSession({ code: 4401 })).toBe(true)
  expect(endsSession({ code: 1006 })).toBe(false)
  expect(endsSession(new Error('4401'))).toBe(false)
})
