import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import { z } from 'zod'
import { type Scope, scopeNames } from '../../src/auth/scopes.ts'
import { type AccessRule, accessRules } from '../../src/graphql/access.ts'

/**
 * Who asks. `own` and `other` are a user who asks for what is theirs, and for what is somebody else's. A key is one of an
 * administrator with a single scope: what it is refused, its scope refuses.
 */
export const people = ['anonymous', 'viewer', 'own', 'other', 'admin'] as const
export type Person = (typeof people)[number]
export type Column = Person | `key ${Scope}`
export const columns: readonly Column[] = [...people, ...scopeNames.map((scope) => `key ${scope}` as const)]

/**
 * What comes of it: `allowed`, `null` (as if it were not there), or the code of the refusal. For a field of an object that
 * somebody has got: `allowed` or `null`.
 */
export type Outcome = string

const outcome = z.string().regex(/^(?:allowed|null|[A-Z][A-Z_]+)$/)
const scope = z.enum(scopeNames)
const rootEntry = z.strictObject({
  /** The rule of the field in words; see `ruleInWords`. */
  rule: z.string(),
  /** Where the service decides differently from the rule. `keys`: for the keys that the rule lets in, or would if it let in keys. */
  anonymous: outcome.optional(),
  viewer: outcome.optional(),
  own: outcome.optional(),
  other: outcome.optional(),
  admin: outcome.optional(),
  keys: outcome.optional(),
})
const fieldEntry = z.strictObject({
  viewer: z.literal('null').optional(),
  own: z.literal('null').optional(),
  other: z.literal('null').optional(),
  /** Of objects of others. */
  admin: z.literal('null').optional(),
  /** Keys that see it; for all others it is null. All see it when nothing is said. */
  keys: z.array(scope).optional(),
  /** The same where the object is the key's owner's own. */
  ownKeys: z.union([z.array(scope), z.literal('all')]).optional(),
})
export type RootEntry = z.infer<typeof rootEntry>
export type FieldEntry = z.infer<typeof fieldEntry>

/** docs/security/field-matrix.json: a line for each field, its shortest form a word. */
export const matrixSchema = z.record(z.string(), z.union([z.string(), rootEntry, fieldEntry]))
export type Matrix = z.infer<typeof matrixSchema>

const roots = ['Query', 'Mutation', 'Subscription']

export function isRoot(coordinate: string): boolean {
  return roots.includes(coordinate.split('.')[0] ?? '')
}

/** Every field of every object type, by name. Problems say of themselves what they tell, and are left out but for what they add. */
export function fieldsOf(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  )
  return types.flatMap((type) => ownFields(type).map((name) => `${type.name}.${name}`)).sort()
}

function ownFields(type: GraphQLObjectType): string[] {
  const told = type.getInterfaces().find(({ name }) => name === 'Problem')
  return Object.keys(type.getFields()).filter((name) => !told || !(name in told.getFields()))
}

export function rootEntryOf(matrix: Matrix, coordinate: string): RootEntry {
  const entry = matrix[coordinate]
  return typeof entry === 'string' ? { rule: entry } : rootEntry.parse(entry)
}

export function fieldEntryOf(matrix: Matrix, coordinate: string): FieldEntry {
  const entry = matrix[coordinate]
  return entry === 'visible' ? {} : fieldEntry.parse(entry)
}

/** Such as `anyone`, `session`, `session, also enrolling`, `files:read`, `users:read, administrators`. */
export function ruleInWords(rule: AccessRule): string {
  if (rule.who === 'anyone') return 'anyone'
  const role = rule.role === 'ADMIN' ? ', administrators' : ''
  if (rule.who === 'scope') return `${rule.scope}${role}`
  return `session${role}${rule.enrolling ? ', also enrolling' : ''}`
}

/** What a root field answers to whom. */
export function expectedOfRoot(entry: RootEntry, column: Column): Outcome {
  const [who = '', ...more] = entry.rule.split(', ')
  if (column.startsWith('key ')) {
    const admitted = who === 'anyone' || column === `key ${who}`
    if (who === 'session') return entry.keys ?? 'FORBIDDEN'
    return admitted ? (entry.keys ?? 'allowed') : 'FORBIDDEN'
  }
  const own = entry[column as Person]
  if (own) return own
  if (who === 'anyone') return 'allowed'
  if (column === 'anonymous') return 'UNAUTHENTICATED'
  return more.includes('administrators') && column !== 'admin' ? 'FORBIDDEN' : 'allowed'
}

/** What a field of an object answers to who got the object; `isOwn` when the object is theirs. */
export function expectedOfField(entry: FieldEntry, column: Column, isOwn: boolean): 'allowed' | 'null' {
  if (column.startsWith('key ')) {
    const keys = isOwn ? (entry.ownKeys ?? entry.keys) : entry.keys
    return !keys || keys === 'all' || keys.some((scope) => column === `key ${scope}`) ? 'allowed' : 'null'
  }
  if (column === 'admin' && isOwn) return 'allowed'
  return entry[column as 'viewer' | 'own' | 'other' | 'admin'] ?? 'allowed'
}

/** What is wrong with the matrix, a line each; a field that has no entry comes with the line to begin with. */
export function faultsOf(matrix: Matrix, schema: GraphQLSchema): string[] {
  const fields = fieldsOf(schema)
  const rules = accessRules(schema)
  const faults: string[] = []
  for (const name of fields) {
    const rule = rules.get(name)
    const words = rule ? ruleInWords(rule) : 'visible'
    if (!(name in matrix)) faults.push(`Add, once you know that it is so:  "${name}": "${words}",`)
    else if (rule && rootEntryOf(matrix, name).rule !== words) {
      faults.push(`${name} says “${rootEntryOf(matrix, name).rule}” and the schema says “${words}”.`)
    } else if (!rule) fieldEntryOf(matrix, name)
  }
  for (const name of Object.keys(matrix)) if (!fields.includes(name)) faults.push(`${name} is not in the schema any more.`)
  const sorted = Object.keys(matrix).every((name, at, all) => at === 0 || (all[at - 1] ?? '') < name)
  if (!sorted) faults.push('The lines are not in the order of their names.')
  return faults
}
