import SchemaBuilder from '@pothos/core'
import DataloaderPlugin from '@pothos/plugin-dataloader'
import ErrorsPlugin from '@pothos/plugin-errors'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { Actor } from '../auth/model.ts'
import { requireOwnSession, requireScope, requireSession } from '../auth/policy.ts'
import { Forbidden, type Problem, RateLimited, Unauthenticated } from '../platform/errors.ts'
import type { AccessRule } from './access.ts'
import type { Context } from './context.ts'
import { limitFields } from './limit-fields.ts'
import { refusedFields } from './refused-fields.ts'

export interface SchemaTypes {
  Context: Context
  DefaultFieldNullability: false
  AuthScopes: {
    may: AccessRule
    nobody: boolean
  }
  Scalars: {
    Bytes: { Input: number; Output: number | bigint }
    DateTime: { Input: Date; Output: Date }
    Path: { Input: string; Output: string }
    JSON: { Input: never; Output: object }
    ID: { Input: string; Output: string }
  }
}

/**
 * What every schema.ts builds on. Each plugin in the list wraps those after it: a field that scope-auth denies never reaches
 * its resolver, what writes refusals down sees those as well, and all of them become members of unions.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, refusedFields, limitFields, DataloaderPlugin, RelayPlugin, ScopeAuthPlugin],
  defaultFieldNullability: false,
  // Only our own classes may become members of a result union: an Error from elsewhere carries messages that are not for clients.
  errors: {
    defaultTypes: [RateLimited],
    directResult: true,
    defaultUnionOptions: { name: ({ fieldName }) => `${capital(fieldName)}Result` },
  },
  relay: { clientMutationId: 'omit', cursorType: 'String', nodesOnConnection: true },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ actor }) => ({
      // What it throws is what the client sees.
      may: (rule) => {
        requireAccess(actor, rule)
        return true
      },
      nobody: false,
    }),
    unauthorizedError: (_parent, { actor }) => (actor.kind === 'user' ? new Forbidden() : new Unauthenticated()),
  },
})

// Default deny: a root field that says nothing with `...access(…)` is for nobody, and the schema is not made with it.
builder.queryType({ authScopes: { nobody: true } })
builder.mutationType({ authScopes: { nobody: true } })
builder.subscriptionType({ authScopes: { nobody: true } })

function requireAccess(actor: Actor, rule: AccessRule): void {
  if (rule.who === 'anyone') return
  if (rule.who === 'scope') requireScope(actor, rule.scope)
  else if (rule.enrolling) requireOwnSession(actor)
  else requireSession(actor)
}

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
