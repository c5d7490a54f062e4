import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { type Asker, canaries } from './fixture.ts'
import { fieldsOf, trespassIn } from './reach.ts'
import { type Answer, faultOf } from './verdict.ts'

/** Who judges twenty thousand answers is judged first: a judge who sees nothing finds nothing. */
const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
const asker = (name: string, more: Partial<Asker> = {}): Asker => ({ name, role: null, scopes: null, userId: null, headers: {}, ...more })
const stranger = asker('nobody')
const user = asker('user', { role: 'user', userId: 'own' })
const viewer = asker('viewer', { role: 'viewer', userId: 'own' })
const admin = asker('admin', { role: 'admin', userId: 'own' })

const ok = (body: unknown): Answer => ({ status: 200, headers: {}, body: JSON.stringify(body) })
const failure = (code: string, message: string) => ({ errors: [{ message, extensions: { code, requestId: 'x' } }] })

describe('an answer', () => {
  test.each<[string, Answer, RegExp]>([
    ['INTERNAL', ok(failure('INTERNAL', 'Something went wrong.')), /INTERNAL/],
    ['a code of a library', ok(failure('GRAPHQL_VALIDATION_FAILED', 'x')), /does not know/],
    ['no code at all', ok({ errors: [{ message: 'x' }] }), /does not know/],
    ['the frame of a stack', ok(failure('BAD_INPUT', 'x\n    at resolve (file:///x.ts:1:2)')), /insides/],
    ['a word of the database', ok(failure('BAD_INPUT', 'Invalid `prisma.user.findMany()` invocation')), /insides/],
    ['an error of the system', ok(failure('BAD_INPUT', 'ENOENT: no such file')), /insides/],
    ['an exception of the language', ok(failure('BAD_INPUT', "Cannot read properties of undefined (reading 'id')")), /insides/],
    ['a 500 of no kind', { status: 500, headers: {}, body: '' }, /a 500/],
    ['a 502', { status: 502, headers: {}, body: '<html>' }, /a 502/],
    ['a refusal without a code', { status: 404, headers: {}, body: 'Not Found' }, /without a code/],
    ['a path of the machine', ok({ data: { x: '/srv/baluhost-data/storage' } }), /path of the machine/],
    ['a hash of a password', ok({ data: { x: '$argon2id$v=19$m=1' } }), /a secret/],
    ['what is somebody else’s', ok({ data: { x: canaries.email } }), /somebody else/],
    ['names near to a guess', ok(failure('BAD_DOCUMENT', 'Cannot query field "users". Did you mean "user"?')), /schema/],
    ['the schema', ok({ data: { __schema: { types: [] } } }), /schema/],
  ])('with %s is at fault', (_what, answer, fault) => {
    expect(faultOf(answer, stranger, 'asked', ['/srv/baluhost-data'])).toMatch(fault)
  })

  test.each<[string, Answer, Asker]>([
    ['data', ok({ data: { me: null } }), stranger],
    ['a known refusal', ok(failure('UNAUTHENTICATED', 'Sign in first.')), stranger],
    [
      'something unavailable',
      { status: 507, headers: {}, body: '{"status":507,"code":"STORAGE_FULL","message":"x","requestId":"y"}' },
      user,
    ],
    ['everything, for administrators', ok({ data: { x: canaries.email } }), admin],
    ['a word that was in the question', ok(failure('BAD_DOCUMENT', 'Cannot query field "prisma"')), user],
  ])('with %s is none', (_what, answer, who) => {
    expect(faultOf(answer, who, '{ prisma }', ['/srv/baluhost-data'])).toBeNull()
  })
})

describe('the matrix', () => {
  const judge = (query: string, data: unknown, who: Asker) => trespassIn(schema, fieldsOf(schema, query, undefined, data), who)

  test('a root field that its asker may not reach, under whatever name', () => {
    const data = { x: { typeOfThis: 'UserConnection' } }
    expect(judge('{ x: users { typeOfThis: __typename } }', data, user)).toMatch(/Query.users/)
    expect(judge('{ ...F } fragment F on Query { x: users { typeOfThis: __typename } }', data, stranger)).toMatch(/Query.users/)
    expect(judge('{ x: users { typeOfThis: __typename } }', data, asker('key', { role: 'admin', scopes: ['files:read'] }))).toMatch(/users/)
    expect(judge('{ x: users { typeOfThis: __typename } }', data, asker('key', { role: 'user', scopes: ['users:read'] }))).toMatch(/users/)
    expect(judge('{ x: users { typeOfThis: __typename } }', data, admin)).toBeNull()
    expect(judge('{ x: users { typeOfThis: __typename } }', data, asker('key', { role: 'admin', scopes: ['users:read'] }))).toBeNull()
  })

  test('a refusal in the place of an answer is none', () => {
    const query = 'mutation { createGroup(input: {}) { typeOfThis: __typename } }'
    expect(judge(query, { createGroup: { typeOfThis: 'Forbidden' } }, user)).toBeNull()
    expect(judge(query, { createGroup: { typeOfThis: 'Group' } }, user)).toMatch(/Mutation.createGroup/)
  })

  test('who signs in is shown the account', () => {
    const query = 'mutation { signIn(input: {}) { typeOfThis: __typename ... on Session { user { typeOfThis: __typename email } } } }'
    expect(judge(query, { signIn: { typeOfThis: 'Session', user: { typeOfThis: 'User', email: 'a@b.example' } } }, stranger)).toBeNull()
  })

  test('a field of somebody else’s, deep inside', () => {
    const query = '{ file(path: "/") { typeOfThis: __typename owner { typeOfThis: __typename idOfThis: id mail: email username } } }'
    const data = (id: string, mail: string | null) => ({
      file: { typeOfThis: 'File', owner: { typeOfThis: 'User', idOfThis: id, mail, username: 'x' } },
    })
    expect(judge(query, data('another', 'a@b.example'), user)).toMatch(/User.email/)
    expect(judge(query, data('another', 'a@b.example'), viewer)).toMatch(/User.email/)
    expect(judge(query, data('another', null), user)).toBeNull()
    expect(judge(query, data('own', 'a@b.example'), user)).toBeNull()
    expect(judge(query, data('another', 'a@b.example'), admin)).toBeNull()
  })
})
