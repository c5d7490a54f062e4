import { expect, test } from 'vitest'
import type { Entry } from './entry'
import { chooseOnly, chooseRange, follow, keyTarget, nothingChosen, shifted, toggle } from './selection'

function entry(id: string, size = 1): Entry {
  return {
    __typename: 'File',
    id,
    name: id,
    path: `/a/${id}`,
    isFolder: false,
    size,
    modifiedAt: '2026-11-20T10:00:00Z',
    mimeType: null,
    downloadUrl: `/files/a/${id}`,
    thumbnailUrl: null,
    mayWrite: true,
    owner: null,
  }
}

test('shift goes from where one began, also back over it', () => {
  const began = chooseOnly(entry('c'), 2)
  const down = chooseRange(
    began,
    ['c', 'd', 'e'].map((id) => entry(id)),
    4,
  )
  expect([...down.chosen.keys()]).toEqual(['c', 'd', 'e'])
  const up = chooseRange(
    down,
    ['b', 'c'].map((id) => entry(id)),
    1,
  )
  expect([...up.chosen.keys()]).toEqual(['b', 'c'])
  expect(up.anchor).toBe(2)
})

test('ctrl adds and takes away one', () => {
  const two = toggle(toggle(nothingChosen, entry('a'), 0), entry('c'), 2)
  expect([...two.chosen.keys()]).toEqual(['a', 'c'])
  expect([...toggle(two, entry('a'), 0).chosen.keys()]).toEqual(['c'])
})

test('what the server removed is no longer chosen, what changed is known as it is now', () => {
  const two = toggle(toggle(nothingChosen, entry('a'), 0), entry('b'), 1)
  const now = follow(two, { changed: [entry('b', 99)], removed: ['a', 'other'] })
  expect([...now.chosen.values()].map((each) => [each.id, each.size])).toEqual([['b', 99]])
  expect(follow(two, { changed: [entry('z')], removed: [] })).toBe(two)
})

test('the cursor stays on its entry when rows come before it', () => {
  expect(shifted(chooseOnly(entry('a'), 3), 2)).toMatchObject({ cursor: 5, anchor: 5 })
  expect(shifted(nothingChosen, 2).cursor).toBe(-1)
})

test('keys stay within the list', () => {
  expect(keyTarget('ArrowDown', -1, 10, 5)).toBe(0)
  expect(keyTarget('ArrowDown', 9, 10, 5)).toBe(9)
  expect(keyTarget('PageUp', 2, 10, 5)).toBe(0)
  expect(keyTarget('End', 0, 100_000, 5)).toBe(99_999)
  expect(keyTarget('x', 0, 10, 5)).toBeNull()
  // Side by side: up and down go by rows, and nowhere when there is no row.
  expect(['ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowLeft'].map((key) => keyTarget(key, 5, 10, 12, 4))).toEqual([9, 1, 6, 4])
  expect(['ArrowDown', 'ArrowUp'].map((key) => keyTarget(key, key === 'ArrowUp' ? 2 : 8, 10, 12, 4))).toEqual([8, 2])
  expect(keyTarget('ArrowRight', 5, 10, 5)).toBeNull()
})
