import { expect, test } from 'vitest'
import { addressOf, nextSort, nothingWanted, parseWanted, type Wanted } from './wanted'

const parsed = (address: string) => parseWanted(new URL(address, 'http://nas').searchParams)

test('an address says what it was made from', () => {
  const wanted: Wanted = {
    table: 'AuditEntry',
    search: '100% ~ & more',
    filters: [
      { column: 'action', operator: 'CONTAINS', value: 'a~b%7Ec', upTo: '' },
      { column: 'sequence', operator: 'BETWEEN', value: '1', upTo: '9' },
      { column: 'target', operator: 'IS_EMPTY', value: '', upTo: '' },
    ],
    sort: { column: 'at', direction: 'DESC' },
    without: ['hash', 'client'],
  }
  expect(parsed(addressOf(wanted))).toEqual(wanted)
  expect(addressOf(nothingWanted)).toBe('/settings/database')
})

test('what nobody made is left out', () => {
  expect(parsed('/settings/database?table=User&filter=role~DROP~x&filter=~EQUALS~x&filter=email').filters).toEqual([])
})

test('a head sorts up, and the other way when it is pressed again', () => {
  expect(nextSort(null, 'at')).toEqual({ column: 'at', direction: 'ASC' })
  expect(nextSort({ column: 'at', direction: 'ASC' }, 'at')).toEqual({ column: 'at', direction: 'DESC' })
  expect(nextSort({ column: 'at', direction: 'DESC' }, 'at')).toEqual({ column: 'at', direction: 'ASC' })
  expect(nextSort({ column: 'at', direction: 'ASC' }, 'id')).toEqual({ column: 'id', direction: 'ASC' })
})
