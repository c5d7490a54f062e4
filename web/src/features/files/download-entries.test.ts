import { expect, test } from 'vitest'
import { downloadHref } from './download-entries'
import type { Entry } from './listing/entry'

const entry = (path: string, isFolder = false) => ({ path, isFolder, downloadUrl: `/files${path}` }) as Entry

test('a file is read as it is, everything else as an archive that is named by its folder', () => {
  expect(downloadHref([entry('/ben/a.txt')], 9)).toBe('/files/ben/a.txt?download')
  expect(downloadHref([entry('/ben/ü b', true)], 9)).toBe('/archive?path=%2Fben%2F%C3%BC+b')
  expect(downloadHref([entry('/ben/x/a'), entry('/ben/x/b', true)], 9)).toBe('/archive?path=%2Fben%2Fx%2Fa&path=%2Fben%2Fx%2Fb&name=x')
  expect(downloadHref([entry('/ben', true), entry('/Shared', true)], 2)).toBe('/archive?path=%2Fben&path=%2FShared')
})

test('all of a folder is the folder, however many they are; too many others do not fit into an address', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => entry(`/ben/x/photo ${index}.jpg`))
  expect(downloadHref(many, 3_000)).toBe('/archive?path=%2Fben%2Fx&name=x')
  expect(downloadHref(many, 3_001)).toBeNull()
})
