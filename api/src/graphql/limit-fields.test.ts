import { type ExecutionResult, execute, parse, subscribe } from 'graphql'
import { describe, expect, test } from 'vitest'
import { type RootField, rootFields } from '../../test/field-walk.ts'
import { testActor } from '../files/test-storage.ts'
import { RateLimited } from '../platform/errors.ts'
import type { FieldLimit } from './access.ts'
import type { Context, Services } from './context.ts'
import { nasSchema } from './schema.nas.ts'

/** Counted by their services, which know more about who asks: see the guards in limits/ and auth/. */
const byService = ['signIn']

const fields = rootFields(nasSchema)

/** A limiter that says no, and everything behind it out of reach. */
function context(actor: Context['actor']): { context: Context; asked: [string, unknown][] } {
  const asked: [string, unknown][] = []
  const limiter = {
    require: async (name: string, who: unknown) => {
      asked.push([name, who])
      throw new RateLimited(4_200)
    },
  }
  const services = new Proxy(
    { limiter },
    {
      get: (target, service) => {
        if (service === 'limiter') return target.limiter
        throw new Error(`the service ${String(service)} was reached`)
      },
    },
  ) as unknown as Services
  return { asked, context: { actor, services, secure: false, origin: '', cookies: undefined, setCookie: () => {} } as unknown as Context }
}

async function ask({ document, kind }: RootField, contextValue: Context): Promise<ExecutionResult> {
  const text = kind === 'mutation' ? document.replace('__typename', '__typename ... on RateLimited { code retryAfterSeconds }') : document
  const args = { schema: nasSchema, document: parse(text), contextValue }
  const answer = kind === 'subscription' ? await subscribe(args) : await execute(args)
  if (!(Symbol.asyncIterator in answer)) return answer
  const first = await answer.next()
  await answer.return()
  return first.value ?? {}
}

describe.each([
  ['somebody signed in', testActor('ben')],
  ['a stranger', { kind: 'anonymous', address: '192.0.2.1', client: null, requestId: '' } as const],
])('for %s', (_who, actor) => {
  test.each(fields.filter(({ name }) => !byService.includes(name)).map((field) => [`${field.kind} ${field.name}`, field] as const))(
    '%s is counted before anything else happens',
    async (_name, field) => {
      const { asked, context: contextValue } = context(actor)
      const { data, errors } = await ask(field, contextValue)
      if (field.kind === 'mutation') {
        expect(data?.[field.name]).toEqual({ __typename: 'RateLimited', code: 'RATE_LIMITED', retryAfterSeconds: 5 })
      } else {
        expect(data?.[field.name] ?? null).toBeNull()
        expect(errors?.[0]?.originalError).toBeInstanceOf(RateLimited)
      }
      const own = fieldOf(field)?.extensions['limit'] as FieldLimit | undefined
      const generic = actor.kind === 'user' ? field.kind : 'stranger'
      expect(asked).toEqual([[own?.name ?? generic, { address: actor.address, accountId: actor.kind === 'user' ? actor.userId : null }]])
    },
  )
})

test('what makes secrets, accounts or many rows has a limit of its own', () => {
  const own = fields.filter((field) => fieldOf(field)?.extensions['limit']).map(({ name }) => name)
  expect(own).toEqual(
    expect.arrayContaining([
      'acceptInvitation',
      'changePassword',
      'completeSetup',
      'confirmIdentity',
      'createApiKey',
      'createFolder',
      'createGroup',
      'createUser',
      'inviteUser',
      'signIn',
      'verifyAuditLog',
      'verifyTwoFactor',
    ]),
  )
})

function fieldOf({ kind, name }: RootField) {
  const type = { query: nasSchema.getQueryType(), mutation: nasSchema.getMutationType(), subscription: nasSchema.getSubscriptionType() }[
    kind
  ]
  return type?.getFields()[name]
}
