import type { GraphQLSchema } from 'graphql'
import type { Role } from '../auth/model.ts'
import type { Scope } from '../auth/scopes.ts'
import type { LimitName } from '../limits/table.ts'

/**
 * Who may ask for a field of Query, Mutation or Subscription. Each of them says it with `...access(…)`; the services
 * decide again, since the graph is not their only door.
 * - `anyone`: also without signing in.
 * - `session`: a person who is signed in; no API key. `enrolling` when also those who must first set up a second factor.
 * - `scope`: whoever is signed in; an API key needs this scope.
 * With `role`, only those of that role: the service refuses the others, and writes it down.
 */
export type AccessRule =
  | { readonly who: 'anyone' }
  | { readonly who: 'session'; readonly role?: Role; readonly enrolling?: true }
  | { readonly who: 'scope'; readonly scope: Scope; readonly role?: Role }

declare global {
  namespace PothosSchemaTypes {
    interface FieldExtensions {
      access?: AccessRule
      limit?: FieldLimit
    }
  }
}

/** The options of a root field that make its rule hold and known. */
export function access(rule: AccessRule): { skipTypeScopes?: true; authScopes?: { may: AccessRule }; extensions: { access: AccessRule } } {
  const extensions = { access: rule }
  return rule.who === 'anyone' ? { skipTypeScopes: true, extensions } : { skipTypeScopes: true, authScopes: { may: rule }, extensions }
}

/** Anyone, also without signing in. */
export const anyone = access({ who: 'anyone' })
/** A person who is signed in; no API key. */
export const session = access({ who: 'session' })

/** Whoever is signed in; an API key needs the scope. */
export function needs(scope: Scope, role?: Role) {
  return access({ who: 'scope', scope, ...(role ? { role } : {}) })
}

/** How often a root field may be executed, where that is not as for every field of its kind. */
export interface FieldLimit {
  readonly name: LimitName
  /** True where the service counts, since it knows more about who asks; else the field is counted before it is resolved. */
  readonly byService: boolean
}

/** The same rule, and a limit of the field's own: `...limited(anyone, 'completeSetup')`. Without it a field counts with all of its kind. */
export function limited<T extends { readonly extensions: object }>(rule: T, name: LimitName, { byService = false } = {}): T {
  const limit: FieldLimit = { name, byService }
  return { ...rule, extensions: { ...rule.extensions, limit } }
}

/** The rules of the root fields, by `Query.files` and the like. Throws for a field that says nothing: none is open by oversight. */
export function accessRules(schema: GraphQLSchema): Map<string, AccessRule> {
  const rules = new Map<string, AccessRule>()
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const rule = field.extensions['access'] as AccessRule | undefined
      if (!rule) throw new Error(`${type?.name}.${field.name} does not say who may ask for it: give it ...access(…).`)
      rules.set(`${type?.name}.${field.name}`, rule)
    }
  }
  return rules
}

/** Writes each rule into the description of its field, where readers of the schema look. */
export function describeAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const [coordinate, rule] of accessRules(schema)) {
    const [typeName = '', fieldName = ''] = coordinate.split('.')
    const type = schema.getType(typeName)
    const field = type && 'getFields' in type ? type.getFields()[fieldName] : undefined
    if (!field) continue
    const limit = field.extensions['limit'] as FieldLimit | undefined
    const words = limit ? `${inWords(rule)} Limit: ${limit.name}.` : inWords(rule)
    field.description = [field.description, words].filter(Boolean).join('\n\n')
  }
  return schema
}

/** What a root field does, without what is said here about who may ask for it. */
export function plainDescription(schema: GraphQLSchema, coordinate: string): string | null {
  const [typeName = '', fieldName = ''] = coordinate.split('.')
  const type = schema.getType(typeName)
  const field = type && 'getFields' in type ? type.getFields()[fieldName] : undefined
  return field?.description?.replace(/\n*Access: [^\n]*$/, '') || null
}

function inWords(rule: AccessRule): string {
  if (rule.who === 'anyone') return 'Access: anyone.'
  const who = rule.role === 'ADMIN' ? 'administrators' : 'signed in'
  return rule.who === 'session' ? `Access: ${who}, no API keys.` : `Access: ${who}; API keys with ${rule.scope}.`
}
