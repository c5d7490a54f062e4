import { createTranslator } from 'use-intl/core'
import { expect, test } from 'vitest'
import { de } from './de'
import { en } from './en'

type Tree = { readonly [key: string]: string | Tree }

function flatten(tree: Tree, path = ''): Map<string, string> {
  const result = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const at = path ? `${path}.${key}` : key
    if (typeof value === 'string') result.set(at, value)
    else for (const [inner, words] of flatten(value, at)) result.set(inner, words)
  }
  return result
}

const english = flatten(en)
const german = flatten(de)

test('both languages have the same keys', () => {
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
})

test('both languages take the same arguments', () => {
  const argumentsOf = (words: string) =>
    [...words.matchAll(/\{(\w+)[,}]/g)].map((match) => match[1]).filter((name) => name && !/^(one|other)$/.test(name))
  for (const [key, words] of english) {
    expect([...new Set(argumentsOf(german.get(key) ?? ''))].sort(), key).toEqual([...new Set(argumentsOf(words))].sort())
  }
})

test('plurals are formed in both', () => {
  const lead = (locale: 'en' | 'de', count: number) =>
    createTranslator({ locale, messages: (locale === 'de' ? de : en) as typeof en, namespace: 'people' })('lead', { count })
  expect(lead('en', 1)).toBe('1 person has an account here.')
  expect(lead('de', 2)).toBe('2 Personen haben hier ein Konto.')
})
