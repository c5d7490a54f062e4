import { expect, test } from 'vitest'
import { compareTexts } from './compare-texts'

const lines = (count: number, change: (index: number) => string | null = () => null) =>
  Array.from({ length: count }, (_, index) => change(index) ?? `line ${index + 1}`).join('\n')

test('what differs is shown with three lines around it', () => {
  const parts = compareTexts(
    lines(30),
    lines(30, (index) => (index === 9 ? 'changed' : null)),
  )
  expect(parts).toHaveLength(1)
  expect(parts?.[0]?.line).toBe(7)
  expect(parts?.[0]?.lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'same line 7',
    'same line 8',
    'same line 9',
    'removed line 10',
    'added changed',
    'same line 11',
    'same line 12',
    'same line 13',
  ])
})

test('texts that are the same have no parts, also without an end of line', () => {
  expect(compareTexts('a\nb', 'a\nb')).toEqual([])
  expect(compareTexts('a', 'a\n')?.flatMap((part) => part.lines.map(({ kind }) => kind))).toEqual(['removed', 'added'])
})

test('what is too different is given up', () => {
  const wholly = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join('\n')
  expect(compareTexts(wholly('old'), wholly('new'))).toBeNull()
})
