import type { GraphQLSchema } from 'graphql'
import { administratorScopes, type Scope, scopeNames, scopes } from '../auth/scopes.ts'
import { accessRules, plainDescription } from './access.ts'

/** Something that an API key can be allowed. */
export interface ScopeInfo {
  readonly name: Scope
  readonly description: string
  readonly administratorsOnly: boolean
}

/** A root field that a scope opens. */
export interface ScopeField {
  /** Such as Query.files. */
  readonly name: string
  readonly description: string | null
  readonly administratorsOnly: boolean
}

const known = new WeakMap<GraphQLSchema, ReadonlyMap<Scope, readonly ScopeField[]>>()

/** Every scope of the schema's rules. */
export function scopeInfos(schema: GraphQLSchema): ScopeInfo[] {
  return scopeNames
    .filter((name) => openedBy(schema, name).length > 0)
    .map((name) => ({ name, description: scopes[name], administratorsOnly: administratorScopes.has(name) }))
}

/** The root fields that a key with this scope may ask for, by name. */
export function openedBy(schema: GraphQLSchema, scope: Scope): readonly ScopeField[] {
  const opened = known.get(schema) ?? readFields(schema)
  known.set(schema, opened)
  return opened.get(scope) ?? []
}

function readFields(schema: GraphQLSchema): ReadonlyMap<Scope, readonly ScopeField[]> {
  const opened = new Map<Scope, ScopeField[]>()
  for (const [name, rule] of accessRules(schema)) {
    if (rule.who !== 'scope') continue
    const field = { name, description: plainDescription(schema, name), administratorsOnly: rule.role === 'ADMIN' }
    opened.set(rule.scope, [...(opened.get(rule.scope) ?? []), field])
  }
  return opened
}
