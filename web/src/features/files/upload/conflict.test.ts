import { expect, test } from 'vitest'
import { resolveConflict, standingAnswer } from './conflict'
import { queuedItem } from './upload-item'

const item = queuedItem('1', 7, '/alice/photo.jpg', new File(['x'], 'photo.jpg'))

test('an answer for all counts for what was dropped together, and only for that', () => {
  const answers = new Map([[7, 'keepBoth' as const]])
  expect(standingAnswer(answers, item)).toBe('keepBoth')
  expect(standingAnswer(answers, { ...item, batch: 8 })).toBe('ask')
})

test('replacing that did not help is asked about again', () => {
  const answers = new Map([[7, 'replace' as const]])
  expect(standingAnswer(answers, item)).toBe('replace')
  expect(standingAnswer(answers, { ...item, ifExists: 'replace' })).toBe('ask')
})

test('each answer does what it says', () => {
  expect(resolveConflict(item, 'skip')).toBeNull()
  expect(resolveConflict(item, 'replace')).toMatchObject({ path: '/alice/photo.jpg', ifExists: 'replace', state: 'queued' })
  expect(resolveConflict(item, 'keepBoth')).toMatchObject({ path: '/alice/photo.jpg', ifExists: 'keepBoth', state: 'queued' })
})
