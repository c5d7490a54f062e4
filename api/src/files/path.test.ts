import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../platform/errors.ts'
import { childPath, isWithin, longestName, nameFault, nameOf, parentPath, parsePath, rootPath } from './path.ts'

function codeOf(text: string): string | null {
  try {
    parsePath(text)
    return null
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

describe('parsePath', () => {
  test.each([
    ['', 'INVALID_INPUT'],
    ['a', 'INVALID_INPUT'],
    ['//', 'INVALID_INPUT'],
    ['/a//b', 'INVALID_INPUT'],
    ['/.', 'INVALID_INPUT'],
    ['/a/./b', 'INVALID_INPUT'],
    ['/..', 'PATH_OUTSIDE_STORAGE'],
    ['/a/../b', 'PATH_OUTSIDE_STORAGE'],
    ['/a\u0000b', 'INVALID_INPUT'],
    ['/a\nb', 'INVALID_INPUT'],
    ['/a\ud800', 'INVALID_INPUT'],
    ['/cafe\u0301', 'INVALID_INPUT'],
    ['/.baluhost', 'INVALID_INPUT'],
    ['/.baluhost/spool/x', 'INVALID_INPUT'],
    [`/${'a'.repeat(256)}`, 'INVALID_INPUT'],
    [`/${'ä'.repeat(128)}`, 'INVALID_INPUT'],
    [`/${'a/'.repeat(2100)}a`, 'INVALID_INPUT'],
    ['/', null],
    ['/a/', null],
    ['/café', null],
    ['/a/.baluhost', null],
    ['/...', null],
    ['/ a ', null],
    ['/👩‍👩‍👧', null],
    [`/${'a'.repeat(255)}`, null],
  ])('%j gives %s', (text, code) => expect(codeOf(text)).toBe(code))

  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme-composite' }),
    fc
      .array(fc.constantFrom('/', '.', '..', 'a', '\u0000', '\ud800', 'e\u0301', '\u2028', '%2e', '\\', '.baluhost'), { maxLength: 12 })
      .map((parts) => parts.join('')),
  )

  test('whatever the text, it is a path whose parts are safe names, or a Problem', () => {
    fc.assert(
      fc.property(anyText, (rest) => {
        const text = `/${rest}`
        if (codeOf(text) !== null) return
        const path = parsePath(text)
        expect(path.text.normalize('NFC')).toBe(path.text)
        expect(Buffer.from(path.text).toString()).toBe(path.text)
        for (const segment of path.segments) {
          expect(['', '.', '..']).not.toContain(segment)
          expect(segment).not.toMatch(/[\u0000/]/)
          expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(longestName)
        }
        expect(path.segments[0]).not.toBe('.baluhost')
      }),
      { numRuns: 5_000 },
    )
  })

  test('what was parsed parses to itself, and is put together from its parts', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((name) => nameFault(name) === null),
          { maxLength: 6 },
        ),
        (names) => {
          fc.pre(names[0] !== '.baluhost')
          const built = names.reduce(childPath, rootPath)
          expect(parsePath(built.text)).toEqual(built)
          if (names.length === 0) return
          expect(nameOf(built)).toBe(names.at(-1))
          expect(childPath(parentPath(built) ?? rootPath, nameOf(built))).toEqual(built)
          expect(isWithin(built, parentPath(built) ?? rootPath)).toBe(true)
          expect(isWithin(parentPath(built) ?? rootPath, built)).toBe(false)
        },
      ),
    )
  })

  test('a folder is not within another whose name it starts with', () => {
    expect(isWithin(parsePath('/ab'), parsePath('/a'))).toBe(false)
  })
})

test.each(['.baluhost', '.BaluHost', '.balu\u200bhost', '.ＢＡＬＵＨＯＳＴ'.normalize('NFC')])('%s is the server’s own', (name) => {
  expect(() => parsePath(`/${name}`)).toThrow(/kept for the server/)
  expect(() => parsePath(`/${name}/spool/x`)).toThrow(/kept for the server/)
  expect(parsePath(`/ben/${name}`).segments).toHaveLength(2)
})
