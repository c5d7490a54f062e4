import { expect, test } from 'vitest'
import { cleanPath, isWithin, joinPath, nextName, parentOf, stemLength } from './path'

test('keeping both counts up, before the ending', () => {
  expect(nextName('photo.jpg', false)).toBe('photo (2).jpg')
  expect(nextName('photo (2).jpg', false)).toBe('photo (3).jpg')
  expect(nextName('photo (9).jpg', false)).toBe('photo (10).jpg')
  expect(nextName('backup.tar.gz', false)).toBe('backup (2).tar.gz')
  expect(nextName('README', false)).toBe('README (2)')
})

test('a dot that ends nothing stays in the name', () => {
  expect(nextName('.env', false)).toBe('.env (2)')
  expect(nextName('v1.2', true)).toBe('v1.2 (2)')
  expect(stemLength('report.final.pdf', false)).toBe('report.final'.length)
  expect(stemLength('.profile', false)).toBe('.profile'.length)
})

test('the address bar cannot name what is outside', () => {
  expect(cleanPath('/alice/../bob')).toBe('/')
  expect(cleanPath('alice//photos/')).toBe('/alice/photos')
  expect(cleanPath(null)).toBe('/')
})

test('names are composed, as the server keeps them', () => {
  expect(joinPath('/alice', 'Ku\u0308che')).toBe('/alice/K\u00fcche')
})

test('a folder with the same beginning is another folder', () => {
  expect(isWithin('/alice/photos2', '/alice/photos')).toBe(false)
  expect(isWithin('/alice/photos/a', '/alice/photos')).toBe(true)
  expect(isWithin('/alice', '/')).toBe(true)
  expect(parentOf('/alice')).toBe('/')
})
