import { expect, test } from 'vitest'
import { fieldsOf, plainTiming, timingOf } from './timing'

test.each([
  [{ rhythm: 'hourly', minute: '5' }, { cron: '5 * * * *' }],
  [{ rhythm: 'daily', at: '03:30' }, { cron: '30 3 * * *' }],
  [{ rhythm: 'weekly', at: '22:05', days: ['5', '1'] }, { cron: '5 22 * * 1,5' }],
  [{ rhythm: 'monthly', at: '00:00', day: '31' }, { cron: '0 0 31 * *' }],
  [{ rhythm: 'interval', amount: '6', unit: 'hours' }, { everySeconds: 21_600 }],
  [{ rhythm: 'cron', cron: ' */5 1-3 * * * ' }, { cron: '*/5 1-3 * * *' }],
] as const)('%o is %o', (fields, timing) => {
  expect(timingOf({ ...plainTiming, ...fields })).toEqual(timing)
})

test.each([
  { rhythm: 'hourly', minute: '60' },
  { rhythm: 'daily', at: '' },
  { rhythm: 'weekly', days: [] },
  { rhythm: 'monthly', day: '0' },
  { rhythm: 'interval', amount: '0' },
  { rhythm: 'cron', cron: ' ' },
] as const)('%o is not complete', (fields) => {
  expect(timingOf({ ...plainTiming, ...fields })).toBeNull()
})

test.each([
  ['5 * * * *', 'hourly'],
  ['30 3 * * *', 'daily'],
  ['5 22 * * 1,5', 'weekly'],
  ['0 0 31 * *', 'monthly'],
  ['*/5 * * * *', 'cron'],
  ['0 0 1 * 1', 'cron'],
  ['0 0 1 6 *', 'cron'],
] as const)('%s is said as %s, and means the same again', (cron, rhythm) => {
  const fields = fieldsOf({ cron, everySeconds: null })
  expect(fields.rhythm).toBe(rhythm)
  expect(timingOf(fields)).toEqual({ cron })
})

test.each([3_600, 86_400, 5_400, 60, 90, 3_601])('every %d seconds is said in whole units', (everySeconds) => {
  expect(timingOf(fieldsOf({ cron: null, everySeconds }))).toEqual({ everySeconds })
})
