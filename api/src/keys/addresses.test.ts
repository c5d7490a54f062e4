import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../platform/errors.ts'
import { includesAddress, isWithin, parseAddresses } from './addresses.ts'

describe('what is written is kept in its shortest form', () => {
  test.each([
    ['192.168.1.7', '192.168.1.7'],
    [' 10.0.0.0/8 ', '10.0.0.0/8'],
    ['10.0.0.1/32', '10.0.0.1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['fd00::/8', 'fd00::/8'],
    ['::1', '::1'],
    ['::/0', '::/0'],
    ['fe80::/10', 'fe80::/10'],
    ['::1/128', '::1'],
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['::ffff:c0a8:107', '192.168.1.7'],
    ['::ffff:192.168.1.0/120', '192.168.1.0/24'],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:200/120'],
  ])('%s', (text, kept) => {
    expect(parseAddresses([text])).toEqual([kept])
    expect(parseAddresses([kept])).toEqual([kept])
  })

  test('what is the same is kept once', () => {
    expect(parseAddresses(['::1', '0:0:0:0:0:0:0:1', '10.0.0.1', '10.0.0.1/32', '::ffff:10.0.0.1'])).toEqual(['::1', '10.0.0.1'])
  })
})

describe('what is neither an address nor a network is refused, and named', () => {
  test.each([
    '',
    'localhost',
    'example.org',
    '10.0.0',
    '010.0.0.1',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0.5/24',
    '2001:db8::1/64',
    '::/129',
    '::ffff:0.0.0.0/95',
    'fe80::1%eth0',
    '[::1]',
    '::1::',
    '10.0.0.1:80',
    '*',
    '\u0000',
    'x'.repeat(10_000),
  ])('%j', (text) => {
    const parse = () => parseAddresses(['10.0.0.1', text])
    expect(parse).toThrow(InvalidInput)
    expect(parse).toThrow(
      expect.objectContaining({ field: 'addresses', message: expect.stringContaining(`“${text.trim().slice(0, 64)}”`) }),
    )
  })

  test('the middle of a network is answered with what may be meant', () => {
    expect(() => parseAddresses(['10.0.3.5/22'])).toThrow('write 10.0.0.0/22 for the network or 10.0.3.5 for the address')
    expect(() => parseAddresses(['2001:db8:1:2:3::/47'])).toThrow('2001:db8::/47')
  })

  test('more than fifty', () => {
    const many = Array.from({ length: 51 }, (_, at) => `10.0.0.${at}`)
    expect(parseAddresses(many.slice(1))).toHaveLength(50)
    expect(() => parseAddresses(many)).toThrow(InvalidInput)
  })
})

describe('where a request comes from', () => {
  test.each([
    [[], '203.0.113.9', true],
    [['10.0.0.1'], '10.0.0.1', true],
    [['10.0.0.1'], '10.0.0.2', false],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['10.0.0.0/8'], '::FFFF:0a01:0203', true],
    [['10.0.0.0/8'], '::ffff:11.1.2.3', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '203.0.113.9', false],
    [['::/0'], '2001:db8::1', true],
    [['2001:db8::/32'], '2001:0db8:ffff::', true],
    [['2001:db8::/32'], '2001:db9::', false],
    [['fe80::/10'], 'fe80::1%eth0', true],
    [['::1', '127.0.0.0/8'], '127.0.0.1', true],
    [['127.0.0.1'], 'localhost', false],
    [['127.0.0.1'], '', false],
  ])('%j includes %s: %s', (list, address, allowed) => {
    expect(includesAddress(list, address)).toBe(allowed)
  })
})

test.each([
  [['10.0.0.1'], [], true],
  [[], ['10.0.0.1'], false],
  [[], [], true],
  [['10.0.0.1'], ['10.0.0.0/8'], true],
  [['10.0.0.0/8'], ['10.0.0.0/8'], true],
  [['10.0.0.0/7'], ['10.0.0.0/8'], false],
  [['10.0.0.0/9', '::1'], ['10.0.0.0/8'], false],
  [['10.0.0.0/9', '::1'], ['10.0.0.0/8', '::/64'], true],
  [['::/0'], ['0.0.0.0/0'], false],
])('%j is within %j: %s', (inner, outer, within) => {
  expect(isWithin(inner, outer)).toBe(within)
})
