import { expect, test } from 'vitest'
import { fromGigabytes, toGigabytes } from './quota'

test.each([
  ['', null],
  ['  ', null],
  ['5', 5_000_000_000],
  ['0', 0],
  ['1.5', 1_500_000_000],
  ['0,25', 250_000_000],
  ['-1', undefined],
  ['1e9', undefined],
  ['much', undefined],
  ['1.2.3', undefined],
  ['99999999', undefined],
])('%j means %j', (text, bytes) => {
  expect(fromGigabytes(text)).toBe(bytes)
})

test('what is shown is read as the same again', () => {
  for (const bytes of [null, 0, 1, 1_500_000_000, 9_999_999_000_000_000]) expect(fromGigabytes(toGigabytes(bytes))).toBe(bytes)
})
