import { expect, test } from 'vitest'
import { failed } from './component.ts'
import { Masking } from './masking.ts'
import { component, createTestRegistry } from './test-registry.ts'

const plain = new Masking()

test.each([
  ['a PostgreSQL address', 'cannot reach postgresql://balu:Sup3r-geheim@db.home:5432/balu?x=1', 'Sup3r-geheim'],
  ['a password with an @ in it', 'connect postgres://balu:p@ss:w0rd!@db/balu failed', 'p@ss:w0rd!'],
  ['a Redis address without a user', 'redis://:hunter2hunter2@10.0.0.1:6379', 'hunter2hunter2'],
  ['a bearer token', 'authorization: Bearer abc.def-ghi_jkl1234', 'abc.def-ghi_jkl1234'],
  ['an API key', 'key balu_3fJd93kdLs02jsKKd is unknown', 'balu_3fJd93kdLs02jsKKd'],
  ['key=value', 'host=db user=balu password=geheim123 dbname=x', 'geheim123'],
  ['a quoted value', `{"client_secret": "s3cr3t value"}`, 's3cr3t value'],
  ['a token in a query', 'GET /x?access_token=zzTopSecret&y=1', 'zzTopSecret'],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----', 'MIIabc'],
])('%s', (_what, text, secret) => {
  const clean = plain.mask(text)
  expect(text).toContain(secret)
  expect(clean).not.toContain(secret)
  expect(clean).toContain('***')
})

test('what is no secret stays readable', () => {
  for (const text of ['EACCES: permission denied, open /srv/storage', 'connect ECONNREFUSED 127.0.0.1:6379', 'http://nas.local:8000/files'])
    expect(plain.mask(text)).toBe(text)
})

test('secrets that are known go wherever they stand, percent-encoded too', () => {
  const masking = new Masking(['gr%C3%BCn-und-lang'])
  expect(masking.mask('role grün-und-lang does not exist; gr%C3%BCn-und-lang')).toBe('role *** does not exist; ***')
})

test('causes and several failures at once are told, on one short line', () => {
  const inner = new AggregateError([new Error('connect ECONNREFUSED ::1:6379'), new Error('connect ECONNREFUSED 127.0.0.1:6379')])
  expect(plain.textOf(new Error('no Redis', { cause: inner }))).toBe(
    'no Redis: connect ECONNREFUSED ::1:6379; connect ECONNREFUSED 127.0.0.1:6379',
  )
  expect(plain.textOf(new Error(`a\n\tb\u0000c${'x'.repeat(1_000)}`))).toMatch(/^a b cx+…$/)
  expect(plain.mask('x'.repeat(1_000))).toHaveLength(500)
})

test('nothing of a connection string reaches what is shown or logged, whatever way it comes', async () => {
  const secret = 'Tr0ub4dor&3'
  const url = `postgresql://balu:${encodeURIComponent(secret)}@db:5432/balu`
  const { lines, registry } = createTestRegistry(
    [
      component('thrower', {
        check: () => {
          throw new Error(`cannot use ${url}`, { cause: new Error(`the password ${secret} is wrong`) })
        },
      }),
      component('teller', { check: () => failed('X', `It says: ${url}`, { details: [{ name: 'address', value: url }], error: url }) }),
      component('restarter', {
        check: () => ({ state: 'RUNNING' }),
        restart: () => Promise.reject(new Error(`again ${url} and ${secret}`)),
      }),
    ],
    { secrets: [new URL(url).password] },
  )
  await registry.start()
  const refusal = await registry.restart('restarter').catch((error: unknown) => String(error))
  const told = JSON.stringify([registry.services(), lines, refusal])
  expect(told).toContain('cannot use postgresql://***@db:5432/balu')
  for (const form of [secret, encodeURIComponent(secret)]) expect(told).not.toContain(form)
  registry.stop()
})
