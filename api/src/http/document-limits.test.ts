import { getIntrospectionQuery, parse, print } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, talk } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { costOf } from './document-cost.ts'
import { strangerBounds, userBounds } from './document-limits.ts'
import { measureDocument } from './document-measure.ts'

let nas: TestNas
let admin: Client
let stranger: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
  stranger = nas.client()
})
afterAll(() => nas.close())

const many = (count: number, part: (index: number) => string) => Array.from({ length: count }, (_, index) => part(index)).join(' ')
/** The code of the answer; null when it was answered. */
async function codeOf(client: Client, query: string, variables: Record<string, unknown> = {}): Promise<string | null> {
  const { data, errors } = await client.graphql(query, variables)
  if (!errors) return null
  expect(data ?? null, query.slice(0, 100)).toBeNull()
  expect(errors[0]?.extensions.requestId).toMatch(/^\w{26}$/)
  return errors[0]?.extensions.code ?? ''
}
/** The same over the WebSocket. */
async function liveCodeOf(query: string, variables: Record<string, unknown> = {}): Promise<string | null> {
  const socket = admin.socket()
  const { next, send } = await talk(socket)
  send({ type: 'connection_init' })
  await next()
  send({ type: 'subscribe', id: 'x', payload: { query, variables } })
  const { payload, type } = (await next()) as { type: string; payload: { errors?: { extensions: { code: string } }[] } }
  socket.close()
  const errors = type === 'error' ? (payload as unknown as { extensions: { code: string } }[]) : payload.errors
  return errors?.[0]?.extensions.code ?? null
}

const { rootFields, aliases, directives, depth, fields, cost } = userBounds
const nested = (levels: number) => `{ __schema { types { ${'ofType { '.repeat(levels - 3)} name ${'} '.repeat(levels - 3)} } } }`
const wide = (count: number) => `{ ${many(100, (index) => `a${index}: me { ${'id '.repeat(index === 0 ? count - 991 : 9)} }`)} }`
/** So many names and signs, and few fields. */
const tokens = (count: number) => `query ($x: [Int] = [${'1 '.repeat(count - 18)}]) { me { id } }`
const listed = (first: number) => `{ files(path: "/", first: ${first}) { nodes { ${many(99, (index) => `f${index}: name`)} } } }`

describe.each<[code: string, what: string, justFits: string, tooMuch: string]>([
  ['DOCUMENT_TOO_LARGE', 'bytes', `{ __typename } #${'x'.repeat(99_984)}`, `{ __typename } #${'x'.repeat(99_985)}`],
  ['DOCUMENT_TOO_LARGE', 'bytes of other letters', `{ __typename } #${'ü'.repeat(49_992)}`, `{ __typename } #${'ü'.repeat(49_993)}`],
  ['TOO_MANY_TOKENS', 'tokens', tokens(5_000), tokens(5_001)],
  [
    'TOO_MANY_FIELDS',
    'fields of the roots',
    `{ ${many(rootFields, (index) => `a${index}: __typename`)} }`,
    `{ ${many(rootFields + 1, (index) => `a${index}: __typename`)} }`,
  ],
  [
    'TOO_MANY_ALIASES',
    'aliases',
    `{ me { ${many(aliases, (index) => `a${index}: id`)} } }`,
    `{ me { ${many(aliases + 1, (index) => `a${index}: id`)} } }`,
  ],
  [
    'TOO_MANY_DIRECTIVES',
    'directives',
    `{ ${many(directives, (index) => `a${index}: __typename @include(if: true)`)} }`,
    `{ ${many(directives, (index) => `a${index}: __typename @include(if: true)`)} me @include(if: true) { id } }`,
  ],
  [
    'TOO_MANY_DIRECTIVES',
    'one directive again and again',
    '{ me { id } }',
    `{ me ${'@include(if: true) '.repeat(directives + 1)} { id } }`,
  ],
  ['TOO_DEEP', 'fields within fields', nested(depth), nested(depth + 1)],
  ['TOO_MANY_FIELDS', 'fields', wide(fields), wide(fields + 1)],
  ['TOO_COSTLY', 'values of the answer', listed(499), listed(2_000)],
])('%s: %s', (code, what, justFits, tooMuch) => {
  test('what just fits is not refused for it', async () => {
    // A variable that is not used is another fault, and found later.
    expect(await codeOf(admin, justFits)).toBe(what === 'tokens' ? 'BAD_DOCUMENT' : null)
  })
  test('more is refused, over HTTP and over the WebSocket', async () => {
    expect([await codeOf(admin, tooMuch), await liveCodeOf(tooMuch)]).toEqual([code, code])
  })
})

describe('strangers may ask for less', () => {
  test.each<[string, string, string]>([
    ['TOO_MANY_FIELDS', many(5, (index) => `a${index}: __typename`), many(6, (index) => `a${index}: __typename`)],
    ['TOO_MANY_ALIASES', `me { ${many(10, (index) => `a${index}: id`)} }`, `me { ${many(11, (index) => `a${index}: id`)} }`],
    ['TOO_MANY_DIRECTIVES', `me { id ${'@skip(if: false) '.repeat(0)} }`, `me { ${many(11, () => 'id @skip(if: false)')} }`],
    ['TOO_MANY_FIELDS', `me { ${'id '.repeat(99)} }`, `me { ${'id '.repeat(100)} }`],
    ['TOO_DEEP', 'me { id }', `${'me { '.repeat(6)} id ${'} '.repeat(6)}`],
  ])('%s', async (code, justFits, tooMuch) => {
    expect([await codeOf(stranger, `{ ${justFits} }`), await codeOf(stranger, `{ ${tooMuch} }`)]).toEqual([null, code])
  })

  test('whoever asked before: what was parsed for a user is measured again for a stranger', async () => {
    const document = `{ ${many(7, (index) => `b${index}: __typename`)} }`
    expect([await codeOf(admin, document), await codeOf(stranger, document), await codeOf(admin, document)]).toEqual([
      null,
      'TOO_MANY_FIELDS',
      null,
    ])
  })

  test('and are not told what is near to what they guessed', async () => {
    const guesses: [string, Record<string, unknown>][] = [
      ['{ mee { id } }', {}],
      ['{ me { usernam } }', {}],
      ['mutation { signIn(input: { usernam: "a", password: "b" }) { __typename } }', {}],
      ['mutation { signIn(inpu: 1) { __typename } }', {}],
      ['query ($x: SignInInpu) { __typename }', {}],
      ['{ me { ... on Use { id } } }', {}],
      ['mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }', { i: { usernam: 'a', password: 'b' } }],
    ]
    for (const [query, variables] of guesses) {
      expect(JSON.stringify((await admin.graphql(query, variables)).errors), query).toMatch(/did you mean/i)
      const { errors } = await stranger.graphql(query, variables)
      expect(errors?.length, query).toBeGreaterThan(0)
      expect(JSON.stringify(errors), query).not.toMatch(/did you mean/i)
    }
  })
})

describe('fragments', () => {
  const bomb = (levels: number, leaf: string) =>
    `{ me { ...F0 } } ${many(levels, (index) => `fragment F${index} on User { ...F${index + 1} ...F${index + 1} }`)} fragment F${levels} on User { ${leaf} }`

  test('that double each other are counted where they are spread, at once', async () => {
    const started = performance.now()
    expect(await codeOf(admin, bomb(9, 'id'))).toBe(null)
    expect(await codeOf(admin, bomb(10, 'id'))).toBe('TOO_MANY_FIELDS')
    expect(await codeOf(admin, bomb(300, 'id'))).toBe('TOO_MANY_FIELDS')
    expect(await codeOf(admin, bomb(300, '...Missing'))).toBe('BAD_DOCUMENT')
    expect(await codeOf(admin, bomb(300, '...F0'))).toBe('BAD_DOCUMENT')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('hide neither root fields nor depth nor aliases', async () => {
    const roots = `{ ...A ...A } fragment A on Query { ${many(51, (index) => `a${index}: __typename`)} }`
    expect(await codeOf(admin, roots)).toBe('TOO_MANY_FIELDS')
    const guess = 'signIn(input: { username: "ada", password: "guess" }) { __typename }'
    expect(await codeOf(stranger, `mutation { ...F ...F } fragment F on Mutation { ${many(3, (index) => `a${index}: ${guess}`)} }`)).toBe(
      'TOO_MANY_FIELDS',
    )
    const deep = `{ __schema { types { ...A } } } fragment A on __Type { ${'ofType { '.repeat(8)} ...B ${'} '.repeat(8)} } fragment B on __Type { ${'ofType { '.repeat(8)} name ${'} '.repeat(8)} }`
    expect(await codeOf(admin, deep)).toBe('TOO_DEEP')
    expect(await codeOf(admin, `{ me { ...A ...A } } fragment A on User { ${many(101, (index) => `a${index}: id`)} }`)).toBe(
      'TOO_MANY_ALIASES',
    )
  })
})

describe('cost', () => {
  const price = (document: string, variableValues: Record<string, unknown> = {}) =>
    costOf({ schema: nasSchema, document: parse(document), variableValues })

  test('counts what stands in a list as often as the list is long, wherever its length is said', () => {
    const page = '{ totalCount nodes { id name } edges { cursor node { id } } pageInfo { endCursor } }'
    expect(price(`{ files(path: "/", first: 10) ${page} }`)).toBe(1 + 1 + (1 + 10 * 2) + (1 + 10 * 3) + 2)
    expect(price(`query ($n: Int) { files(path: "/", first: $n) ${page} }`, { n: 10 })).toBe(
      price(`{ files(path: "/", first: 10) ${page} }`),
    )
    expect(price(`query ($n: Int = 10) { files(path: "/", first: $n) ${page} }`)).toBe(price(`{ files(path: "/", first: 10) ${page} }`))
    expect(price(`{ files(path: "/") ${page} }`)).toBe(price(`{ files(path: "/", first: 50) ${page} }`))
    expect(price(`query ($n: Int) { files(path: "/", first: $n) ${page} }`, { n: null })).toBe(
      price(`{ files(path: "/", first: 50) ${page} }`),
    )
    expect(price('{ telemetry { recent(seconds: 300) { at cpuPercent } } }')).toBe(1 + 1 + 600)
    expect(price('{ raidArrays { name members { device } } }')).toBe(1 + 10 * (1 + 1 + 10))
    expect(
      price(
        '{ ...A } fragment A on Query { files(path: "/", first: 10) { ...B } } fragment B on FileConnection { nodes { ... on File { id } } }',
      ),
    ).toBe(1 + 1 + 10)
  })

  test('nobody makes it small with a size that cannot be, or with another operation', async () => {
    expect(price('{ files(path: "/", first: -5) { nodes { id } } }')).toBe(1 + 1 + 1)
    expect(price('{ files(path: "/", first: 2147483647) { nodes { id } } }')).toBe(1 + 1 + 2_000)
    const { data, errors } = await admin.post(
      JSON.stringify({ query: `query Small { __typename } query Big ${listed(2_000)}`, operationName: 'Big' }),
    )
    expect([data ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'TOO_COSTLY'])
  })

  test('variables are small in number, in length and in depth', async () => {
    const ask = 'query ($a: Path!) { file(path: $a) { id } }'
    let deep: unknown = 1
    for (let index = 0; index < 20; index++) deep = { a: deep }
    expect(await codeOf(admin, ask, { a: '/x', b: 'x'.repeat(262_000) })).not.toBe('VARIABLES_TOO_LARGE')
    expect(await codeOf(admin, ask, { a: '/x', b: 'x'.repeat(263_000) })).toBe('VARIABLES_TOO_LARGE')
    expect(await codeOf(admin, ask, { a: '/x', b: Array(9_990).fill(1) })).not.toBe('VARIABLES_TOO_LARGE')
    expect(await codeOf(admin, ask, { a: '/x', b: Array(10_001).fill(1) })).toBe('VARIABLES_TOO_LARGE')
    expect(await codeOf(admin, ask, { a: '/x', b: deep })).toBe('VARIABLES_TOO_LARGE')
    expect(await liveCodeOf(ask, { a: '/x', b: deep })).toBe('VARIABLES_TOO_LARGE')
  })
})

describe('what must pass, passes', () => {
  test('the question for the schema that the playground asks', async () => {
    for (const options of [
      {},
      { inputValueDeprecation: true, specifiedByUrl: true, oneOf: true, schemaDescription: true, directiveIsRepeatable: true },
    ]) {
      const document = getIntrospectionQuery(options)
      const { data, errors } = await admin.graphql(document)
      expect(errors).toBeUndefined()
      expect(data.__schema.types.length).toBeGreaterThan(50)
      expect(measureDocument(parse(document)).depth).toBeLessThanOrEqual(depth)
    }
  })

  test('every document of the dashboard, with half of every bound left', async () => {
    const { readDashboardDocuments } = await import('../../test/dashboard-documents.ts')
    const documents = readDashboardDocuments()
    expect(documents.length).toBeGreaterThan(10)
    for (const document of documents) {
      const measure = measureDocument(document)
      for (const key of ['rootFields', 'fields', 'aliases', 'directives'] as const)
        expect(measure[key], print(document)).toBeLessThanOrEqual(userBounds[key] / 2)
      expect(measure.depth).toBeLessThanOrEqual(depth - 4)
      expect(costOf({ schema: nasSchema, document, variableValues: { first: 500, seconds: 900 } }), print(document)).toBeLessThanOrEqual(
        cost / 2,
      )
    }
    expect(strangerBounds.rootFields).toBeGreaterThan(2)
  })
})
