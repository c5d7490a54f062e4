import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keys as de } from '../../messages/de/keys'
import { keys as en } from '../../messages/en/keys'

test('every scope that the graph asks API keys for has words in both languages', () => {
  const graph = readFileSync(`${import.meta.dirname}/../../../../schema.graphql`, 'utf8')
  const scopes = [...new Set([...graph.matchAll(/API keys with ([a-z]+:[a-z]+)/g)].map(([, scope]) => scope))].sort()
  expect(scopes.length).toBeGreaterThan(10)
  for (const words of [en.scope, de.scope]) expect(Object.keys(words)).toEqual(expect.arrayContaining(scopes))
})
