import { expect, test } from 'vitest'
import { caughtUp, emptyWindow, mostWaiting, withAdded, withFirstPage, withPage, withWaiting } from './log-window'

const rows = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => ({ sequence: from - index }))
const numbers = (list: readonly { sequence: number }[]) => list.map(({ sequence }) => sequence)

test('older pages join the end, without what is known already', () => {
  const first = withFirstPage(emptyWindow<{ sequence: number }>(), rows(10, 8), '8')
  const second = withPage(first, rows(8, 6), '6')
  expect(numbers(second.rows)).toEqual([10, 9, 8, 7, 6])
  expect(second.next).toBe('6')
})

test('an entry comes in at the top, once', () => {
  const window = withFirstPage(emptyWindow<{ sequence: number }>(), rows(3, 1), null)
  const added = withAdded(withAdded(window, { sequence: 4 }, false), { sequence: 4 }, false)
  expect(numbers(added.rows)).toEqual([4, 3, 2, 1])
})

test('while one reads they wait, in their order, and so do those after them', () => {
  const window = withFirstPage(emptyWindow<{ sequence: number }>(), rows(3, 1), null)
  const held = withAdded(withAdded(window, { sequence: 4 }, true), { sequence: 5 }, false)
  expect([numbers(held.rows), numbers(held.waiting)]).toEqual([
    [3, 2, 1],
    [5, 4],
  ])
  const shown = withWaiting(held)
  expect([numbers(shown.rows), numbers(shown.waiting)]).toEqual([[5, 4, 3, 2, 1], []])
})

test('what waits is bounded', () => {
  let window = withFirstPage(emptyWindow<{ sequence: number }>(), rows(1, 1), null)
  for (let sequence = 2; sequence < 2_000; sequence++) window = withAdded(window, { sequence }, true)
  expect(window.waiting).toHaveLength(mostWaiting)
})

test('what came in while the first page was on its way stays above it', () => {
  const early = withAdded(emptyWindow<{ sequence: number }>(), { sequence: 11 }, false)
  expect(numbers(withFirstPage(early, rows(10, 8), null).rows)).toEqual([11, 10, 9, 8])
  expect(numbers(withFirstPage(early, rows(11, 9), null).rows)).toEqual([11, 10, 9])
})

test('after a loss what was missed joins the top; when there may be more between, all is read again', () => {
  const window = withFirstPage(emptyWindow<{ sequence: number }>(), rows(10, 8), '8')
  expect(numbers(caughtUp(window, rows(12, 9), false)?.rows ?? [])).toEqual([12, 11, 10, 9, 8])
  expect(caughtUp(window, rows(30, 20), false)).toBeNull()
  expect(caughtUp(window, rows(10, 8), false)?.rows).toEqual(window.rows)
})
