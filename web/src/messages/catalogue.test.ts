import { createTranslator } from 'use-intl/core'
import { expect, test } from 'vitest'
import { de } from './de'
import { audit as germanAudit } from './de/audit'
import { copying as germanCopying } from './de/copying'
import { factors as germanFactors } from './de/factors'
import { integrity as germanIntegrity } from './de/integrity'
import { jobs as germanJobs } from './de/jobs'
import { keys as germanKeys } from './de/keys'
import { limits as germanLimits } from './de/limits'
import { people as germanPeople } from './de/people'
import { playerLink as germanPlayerLink } from './de/player-link'
import { profile as germanProfile } from './de/profile'
import { schedules as germanSchedules } from './de/schedules'
import { search as germanSearch } from './de/search'
import { security as germanSecurity } from './de/security'
import { services as germanServices } from './de/services'
import { tables as germanTables } from './de/tables'
import { trash as germanTrash } from './de/trash'
import { trust as germanTrust } from './de/trust'
import { versions as germanVersions } from './de/versions'
import { en } from './en'
import { audit } from './en/audit'
import { copying } from './en/copying'
import { factors } from './en/factors'
import { integrity } from './en/integrity'
import { jobs } from './en/jobs'
import { keys } from './en/keys'
import { limits } from './en/limits'
import { people } from './en/people'
import { playerLink } from './en/player-link'
import { profile } from './en/profile'
import { schedules } from './en/schedules'
import { search } from './en/search'
import { security } from './en/security'
import { services } from './en/services'
import { tables } from './en/tables'
import { trash } from './en/trash'
import { trust } from './en/trust'
import { versions } from './en/versions'

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

/** With the words that come with single pages. */
const english = flatten({
  ...en,
  audit,
  copying,
  playerLink,
  integrity,
  factors,
  jobs,
  keys,
  limits,
  people,
  profile,
  schedules,
  search,
  security,
  services,
  tables,
  trash,
  versions,
  trust,
})
const german = flatten({
  ...de,
  audit: germanAudit,
  copying: germanCopying,
  playerLink: germanPlayerLink,
  integrity: germanIntegrity,
  factors: germanFactors,
  jobs: germanJobs,
  keys: germanKeys,
  limits: germanLimits,
  people: germanPeople,
  profile: germanProfile,
  schedules: germanSchedules,
  search: germanSearch,
  security: germanSecurity,
  services: germanServices,
  tables: germanTables,
  trash: germanTrash,
  versions: germanVersions,
  trust: germanTrust,
})

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
    createTranslator({ locale, messages: { people: (locale === 'de' ? germanPeople : people) as typeof people }, namespace: 'people' })(
      'lead',
      { count },
    )
  expect(lead('en', 1)).toBe('1 person has an account here.')
  expect(lead('de', 2)).toBe('2 Personen haben hier ein Konto.')
})
