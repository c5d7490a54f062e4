import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, countOf, exportAddress, graphFilter, parseWanted } from './filter'

const now = Date.parse('2026-11-20T20:00:00Z')
const read = (address: string) => parseWanted(new URLSearchParams(address.split('?')[1]))

test('an address says the same when it is read back', () => {
  const text = fc.string({ maxLength: 100 })
  const wanted = fc.record({
    target: text,
    actor: text,
    address: text,
    action: text,
    result: text,
    key: text,
    range: fc.constantFrom('' as const, 'hour' as const, 'month' as const),
    entry: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 3 })),
  })
  fc.assert(
    fc.property(wanted, (each) => {
      expect(read(addressOf(each))).toEqual(each)
    }),
  )
})

test('what no log has is left out', () => {
  expect(read('/audit?entry=-1&range=toString&entry=x')).toMatchObject({ entry: null, range: '' })
  expect(countOf(read('/audit?entry=5'))).toBe(0)
})

test('a domain asks for all of it, an action for itself, a range for what came since', () => {
  expect(graphFilter(read('/audit?action=files&range=hour&result=ok&key=k1'), now)).toEqual({
    actions: ['files.'],
    since: '2026-11-20T19:00:00.000Z',
    result: 'ok',
    keyId: 'k1',
  })
  expect(graphFilter(read('/audit?action=auth.signIn'), now)).toEqual({ actions: ['auth.signIn'] })
  expect(graphFilter(read('/audit'), now)).toEqual({})
})

test('the same as a file', () => {
  expect(exportAddress({ actions: ['files.'], target: 'a & b' }, 'csv')).toBe('/audit/export?format=csv&actions=files.&target=a+%26+b')
})
