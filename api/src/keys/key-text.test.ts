import { expect, test } from 'vitest'
import { createKeyText, hashOfKey, isKeyText, keyPattern, prefixOfKey } from './key-text.ts'

const keys = Array.from({ length: 500 }, createKeyText)

test('a key has 256 random bits and its checksum, in letters that a double click selects', () => {
  for (const key of keys) {
    expect(key).toMatch(keyPattern)
    expect(key).toMatch(/^balu_\w{59}$/)
    expect(isKeyText(key)).toBe(true)
  }
  expect(new Set(keys).size).toBe(keys.length)
  // Each place of the secret varies but the last, which holds one bit: nothing of the 256 was lost.
  for (let at = 5; at < 56; at++) expect(new Set(keys.map((key) => key[at])).size).toBeGreaterThan(20)
  expect(new Set(keys.map((key) => key[56])).size).toBe(2)
})

test('one wrong, missing, doubled or swapped letter is noticed', () => {
  const [key = ''] = keys
  for (let at = 0; at < key.length; at++) {
    const other = key[at] === 'x' ? 'y' : 'x'
    expect(isKeyText(key.slice(0, at) + other + key.slice(at + 1)), `changed at ${at}`).toBe(false)
    expect(isKeyText(key.slice(0, at) + key.slice(at + 1)), `missing at ${at}`).toBe(false)
    expect(isKeyText(key.slice(0, at) + key[at] + key.slice(at)), `doubled at ${at}`).toBe(false)
    const swapped = key.slice(0, at) + (key[at + 1] ?? '') + key[at] + key.slice(at + 2)
    if (swapped !== key) expect(isKeyText(swapped), `swapped at ${at}`).toBe(false)
  }
})

test.each(['', 'balu_', 'BALU_', keys[0]?.toUpperCase() ?? '', ` ${keys[0]}`, `${keys[0]}\n`, 'x'.repeat(100_000)])(
  '%j is no key',
  (text) => {
    expect(isKeyText(text)).toBe(false)
  },
)

test('the prefix is eleven letters, the hash does not hold it', () => {
  const [key = ''] = keys
  expect(prefixOfKey(key)).toBe(key.slice(0, 11))
  expect(hashOfKey(key)).toMatch(/^[0-9a-f]{64}$/)
})
