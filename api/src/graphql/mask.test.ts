import { execute, GraphQLError, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { maskError } from './mask.ts'

const logged: unknown[] = []
const log = { error: (entry: unknown) => logged.push(entry) } as unknown as Log

/** What a client sees of a field that ends like this, and how often the log was told. */
async function seen(resolve: () => unknown) {
  logged.length = 0
  const type = new GraphQLNonNull(GraphQLInt)
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { field: { type, resolve } } }) })
  const { errors } = await execute({ schema, document: parse('{ field }') })
  const masked = maskError(errors?.[0], 'request1', log)
  return { error: JSON.parse(JSON.stringify(masked)), entries: logged.length, masked }
}

const fails = (error: unknown) => () => {
  throw error
}

test.each<[string, () => unknown]>([
  ['an error', fails(new Error('secret'))],
  ['an error with a code of a library', fails(Object.assign(new Error('secret'), { code: 'P2002', meta: 'secret' }))],
  ['what is no error', fails('secret')],
  ['a value that does not fit its type', () => 'secret'],
  ['null where there must be a value', () => null],
  ['an error that came from elsewhere wrapped', fails(new GraphQLError('secret', { originalError: new Error('secret') }))],
  ['a GraphQL error without a code', fails(new GraphQLError('secret'))],
])('%s is INTERNAL, and the log is told', async (_what, resolve) => {
  const { entries, error } = await seen(resolve)
  expect(error).toEqual({
    message: 'Something went wrong inside the server. Its log has the details under this request id.',
    locations: [{ line: 1, column: 3 }],
    path: ['field'],
    extensions: { code: 'INTERNAL', requestId: 'request1' },
  })
  expect(entries).toBe(1)
  expect(logged).toEqual([{ err: expect.anything(), requestId: 'request1' }])
})

test('a problem keeps its code, message and field, and is not logged', async () => {
  expect(await seen(fails(new InvalidInput('Too long.', 'name')))).toMatchObject({
    error: { message: 'Too long.', path: ['field'], extensions: { code: 'INVALID_INPUT', requestId: 'request1', field: 'name' } },
    entries: 0,
  })
  expect((await seen(fails(new Forbidden()))).error.extensions).toEqual({ code: 'FORBIDDEN', requestId: 'request1' })
})

test('what libraries add to an error stays inside', async () => {
  const error = new GraphQLError('No such field.', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', originalError: { stack: 'secret' }, exception: 'secret', http: { status: 400 } },
  })
  expect(maskError(error, 'request1', log).extensions).toEqual({ code: 'BAD_DOCUMENT', requestId: 'request1', http: { status: 400 } })
})

test('masking again changes nothing, whatever request it is done for', async () => {
  const { masked } = await seen(fails(new Error('secret')))
  logged.length = 0
  const again = maskError(masked, 'another', log)
  expect(JSON.stringify(again)).toBe(JSON.stringify(masked))
  const wrapped = maskError(new GraphQLError(masked.message, { cause: masked }), 'another', log)
  expect(wrapped.extensions).toEqual(masked.extensions)
  expect(logged).toEqual([])
})
