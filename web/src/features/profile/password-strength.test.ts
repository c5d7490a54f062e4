import { expect, test } from 'vitest'
import { strengthOf } from './password-strength'

test.each([
  ['short', ['', 'abc', 'Xk9#mQ2vLp7']],
  ['weak', ['aaaaaaaaaaaaaa', 'abcdefghijklmnop', 'balubalubalu', 'balu12345678', 'honeyhoneyhoney', '123456789012']],
  ['fair', ['sommerregen9']],
  ['good', ['kaffee mit milch', 'green bear walks', 'Xk9#mQ2vLp7z']],
  ['strong', ['correct horse battery staple', 'drei Bären im großen Wald', '🐻🌲🐝🍯🐍🐯🦌🐘🐒🦜🐺🌙🦊🦉🐢🐠🦋🌵🍄🌻']],
  ['long', ['x'.repeat(129)]],
] as const)('%s', (strength, passwords) => {
  for (const password of passwords) expect([password, strengthOf(password, 'balu')]).toEqual([password, strength])
})

test('more kinds of characters make nothing stronger, more characters do', () => {
  expect(strengthOf('kaffeemilchzu', 'balu')).toBe(strengthOf('Kaffee1M!lch$', 'balu'))
  expect(strengthOf('kaffeemilchzucker und kuchen', 'balu')).toBe('strong')
})
