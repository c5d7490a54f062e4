import { expect, test } from 'vitest'
import { formatBytes, formatRate } from './bytes'

test.each([
  [0, '0\u00a0B'],
  [999, '999\u00a0B'],
  [1_000, '1.0 kB'],
  [9_949, '9.9 kB'],
  [99_960, '100 kB'],
  [999_600, '1.0 MB'],
  [2_120_000_000_000, '2.1 TB'],
  [9_007_199_254_740_991, '9.0 PB'],
])('%d bytes are written as %s', (bytes, words) => {
  expect(formatBytes(bytes, 'en')).toBe(words)
})

test("sizes are written in the reader's numbers", () => {
  expect(formatBytes(1_500_000, 'de')).toBe('1,5 MB')
  expect(formatBytes(12, 'de')).toBe('12\u00a0B')
})

test('a rate is never below zero, and its label needs no zeros', () => {
  expect(formatRate(-5, 'en')).toBe('0\u00a0B/s')
  expect(formatRate(10_000_000, 'en', false)).toBe('10 MB/s')
})
