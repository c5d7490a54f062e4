import { expect, test } from 'vitest'
import { emptyWindow, type JobWindow, withChanged, withFirstPage, withPage, withWaiting } from './job-window'

interface Row {
  id: string
  open: boolean
}

const row = (number: number, open = true): Row => ({ id: String(number).padStart(4, '0'), open })
const rows = (...numbers: number[]) => numbers.map((each) => row(each))
const idsOf = (window: JobWindow<Row>) => window.rows.map(({ id }) => Number(id))
const all = { wanted: () => true, held: false }

test('a job that changed stays in its place', () => {
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8, 7), '0007')
  const next = withChanged(window, [row(8, false)], all)
  expect(idsOf(next)).toEqual([9, 8, 7])
  expect(next.rows[1]?.open).toBe(false)
})

test('new jobs come in at the top, several at once in their order', () => {
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8), null)
  expect(idsOf(withChanged(window, rows(10, 12, 11), all))).toEqual([12, 11, 10, 9, 8])
})

test('what was not loaded yet is not put before what lies between', () => {
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8), '0008')
  expect(idsOf(withChanged(window, rows(3), all))).toEqual([9, 8])
  expect(idsOf(withChanged({ ...window, next: null }, rows(3), all))).toEqual([9, 8, 3])
})

test('while somebody reads nothing moves: new ones wait, and what does not fit any more stays until they are done', () => {
  const wanted = ({ open }: Row) => open
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8), null)
  const held = withChanged(window, [row(10), row(11), row(9, false)], { wanted, held: true })
  expect(idsOf(held)).toEqual([9, 8])
  expect(held.waiting.map(({ id }) => id)).toEqual(['0011', '0010'])
  const ended = withChanged(held, [row(10, false)], { wanted, held: true })
  expect(idsOf(withWaiting(ended, wanted))).toEqual([11, 8])
})

test('what a filter no longer wants goes when nobody reads', () => {
  const wanted = ({ open }: Row) => open
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8), null)
  expect(idsOf(withChanged(window, [row(9, false), row(5, false)], { wanted, held: false }))).toEqual([8])
})

test('a page joins the end, and what is already there is there once', () => {
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8), '0008')
  const paged = withPage(window, rows(8, 7, 6), null)
  expect(idsOf(paged)).toEqual([9, 8, 7, 6])
  expect(paged.next).toBeNull()
})

test('read again after a loss, the newest page replaces what it covers and leaves what lies below', () => {
  const window = withPage(withFirstPage(emptyWindow<Row>(), rows(9, 8, 7), '0007'), rows(6, 5), '0005')
  const again = withFirstPage(window, [row(10), row(9, false), row(7)], '0007')
  expect(idsOf(again)).toEqual([10, 9, 7, 6, 5])
  expect(again.next).toBe('0005')
})

test('when there may be a gap between, what lay below goes', () => {
  const window = withFirstPage(emptyWindow<Row>(), rows(9, 8), '0008')
  const again = withFirstPage(window, rows(30, 29), '0029')
  expect(idsOf(again)).toEqual([30, 29])
  expect(again.next).toBe('0029')
})
