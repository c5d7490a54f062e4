import SchemaBuilder from '@pothos/core'
import DataloaderPlugin from '@pothos/plugin-dataloader'
import ErrorsPlugin from '@pothos/plugin-errors'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { Forbidden, type Problem, Unauthenticated } from '../platform/errors.ts'
import type { Context } from './context.ts'

export interface SchemaTypes {
  Context: Context
  DefaultFieldNullability: false
  AuthScopes: {
    signedIn: boolean
    admin: boolean
  }
  Scalars: {
    Bytes: { Input: number; Output: number | bigint }
    DateTime: { Input: Date; Output: Date }
    Path: { Input: string; Output: string }
    ID: { Input: string; Output: string }
  }
}

/**
 * What every schema.ts builds on. Scope-auth stands last in the list so that it runs first: a field that is denied never
 * reaches its resolver.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, DataloaderPlugin, RelayPlugin, ScopeAuthPlugin],
  defaultFieldNullability: false,
  // Only our own classes may become members of a result union: an Error from elsewhere carries messages that are not for clients.
  errors: { defaultTypes: [], directResult: true, defaultUnionOptions: { name: ({ fieldName }) => `${capital(fieldName)}Result` } },
  relay: { clientMutationId: 'omit', cursorType: 'String', nodesOnConnection: true },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ actor }) => ({
      signedIn: actor.kind === 'user',
      admin: actor.kind === 'user' && actor.role === 'ADMIN',
    }),
    unauthorizedError: (_parent, context) => (context.actor.kind === 'user' ? new Forbidden() : new Unauthenticated()),
  },
})

// Default deny: every field of the three roots asks for a session. What must work without one says so with `skipTypeScopes`.
builder.queryType({ authScopes: { signedIn: true } })
builder.mutationType({ authScopes: { signedIn: true } })
builder.subscriptionType({ authScopes: { signedIn: true } })

export const ProblemInterface = builder.interfaceRef<Problem>('Problem').implement({
  description: 'An expected failure: what happened, under a stable code. All codes are listed in docs/errors.md.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable and for programs: SCREAMING_SNAKE_CASE.' }),
    message: t.exposeString('message', { description: 'For people: what happened and what to do.' }),
    field: t.exposeString('field', { nullable: true, description: 'The input field at fault, when there is one.' }),
  }),
})

/** Makes a Problem class a type of the graph, so that it can be a member of result unions. */
export function problemType(problem: new (...args: never[]) => Problem, description: string) {
  return builder.objectType(problem as new () => Problem, {
    name: problem.name,
    description,
    interfaces: [ProblemInterface],
    isTypeOf: (value) => value instanceof problem,
  })
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
