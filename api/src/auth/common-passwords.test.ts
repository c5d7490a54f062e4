import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isCommonPassword } from './common-passwords.ts'

test('the list holds at least ten thousand passwords that are long enough otherwise, and stays small', () => {
  const bytes = readFileSync(new URL('common-passwords.bin', import.meta.url))
  const [whole, stems] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)]
  expect(whole).toBeGreaterThan(10_000)
  expect(stems).toBeGreaterThan(10_000)
  expect(bytes.length).toBe(8 + 4 * (whole + stems))
  expect(bytes.length).toBeLessThan(500_000)
})

describe('what is tried first', () => {
  test.each([
    ['as it stands in the list', ['1qaz2wsx3edc', 'leavemealone', 'administrator', 'motherfucker', 'sonyericsson']],
    ['in other letters case', ['LeaveMeAlone', 'ADMINISTRATOR']],
    [
      'with digits and signs around it',
      ['password1234', 'Password2024!!', '2024sunshine!', 'sunshine123456', 'dragon000000', '!!monkey1999'],
    ],
    ['with a row of digits, however long', ['iloveyou1234567890', 'qwerty9876543210', 'summer1111111111', 'dragon1212121212']],
    ['in disguise', ['P@ssw0rd1234', 'P@$$w0rd!!!!', 'adm1n1strat0r']],
    ['more than once', ['qwertyqwerty', 'honeyhoney12', 'dragondragondragon', 'monkey1monkey1']],
    ['composed in another way', ['ＰＡＳＳＷＯＲＤ１２３４']],
  ])('%s', (_how, passwords) => {
    expect(passwords.filter((password) => !isCommonPassword(password))).toEqual([])
  })

  test('the name of the account and of the product, dressed up', () => {
    for (const password of ['ada123456789', 'Ada-2026-!!', '1999baluhost', 'BaluHost2026']) {
      expect([password, isCommonPassword(password, ['Ada', 'baluhost'])]).toEqual([password, true])
    }
    expect(isCommonPassword('ada123456789')).toBe(false)
  })
})

test('what is not tried first is let through', () => {
  const fine = [
    'correct horse battery',
    'Xk9#mQ2vLp7z',
    'tall violet kettle nine',
    'kaffee mit viel milch',
    'password847362940183',
    '8473629401835',
    'Größe ändert nichts',
    'ada likes blue bridges',
    '日本語のとても長い文章です',
  ]
  expect(fine.filter((password) => isCommonPassword(password, ['ada', 'baluhost']))).toEqual([])
})

test('chosen at random, two thousand are hardly ever mistaken for a common one', () => {
  const letters = 'abcdefghijkmnopqrstuvwxyz'
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state
  }
  const one = () => Array.from({ length: 14 }, () => letters[random() % letters.length]).join('')
  const mistaken = Array.from({ length: 2_000 }, one).filter((password) => isCommonPassword(password))
  expect(mistaken.length).toBeLessThanOrEqual(2)
})
