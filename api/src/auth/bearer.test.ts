import { expect, test } from 'vitest'
import { bearerOf } from './bearer.ts'

test.each([
  ['Bearer balu_x', 'balu_x'],
  ['bearer balu_x', 'balu_x'],
  ['BEARER   balu_x  ', 'balu_x'],
  ['Bearer\tbalu_x', 'balu_x'],
  ['Bearer two words', 'two words'],
  ['Bearer', ''],
  ['Bearer ', ''],
  ['balu_x', ''],
  ['Basic balu_x', ''],
  ['Token balu_x', ''],
  ['Basic YTpi', null],
  ['Negotiate YTpi', null],
  ['Bearers x', null],
  ['', null],
  [undefined, null],
])('%j', (header, key) => {
  expect(bearerOf(header)).toBe(key)
})
