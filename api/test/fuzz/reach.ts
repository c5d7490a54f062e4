import { readFileSync } from 'node:fs'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql'
import {
  type Column,
  expectedOfField,
  expectedOfRoot,
  fieldEntryOf,
  isRoot,
  type Matrix,
  matrixSchema,
  rootEntryOf,
} from '../matrix/model.ts'
import { idKey, typeKey } from './documents.ts'
import type { Asker } from './fixture.ts'

/** docs/security/field-matrix.json: who gets what. */
const matrix: Matrix = matrixSchema.parse(
  JSON.parse(readFileSync(new URL('../../../docs/security/field-matrix.json', import.meta.url), 'utf8')),
)

/** Something that an answer held: the field it is of, and the object that has the field. */
export interface Found {
  readonly coordinate: string
  readonly value: unknown
  /** Id of the object, where it was asked for. */
  readonly objectId: string | null
  /** True below what signs somebody in: who proves to be somebody is shown their account, whoever they were before. */
  readonly isProven: boolean
}

const signsIn = /^Mutation\.(signIn\w*|acceptInvitation|completeSetup|verify\w*|confirm\w*)$/

/** The fields of an answer that hold something, each with the type they are of: `File.name`. */
export function fieldsOf(schema: GraphQLSchema, query: string, operationName: string | undefined, data: unknown): Found[] {
  const found: Found[] = []
  const document = parsedOrNull(query)
  const operations = document?.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION) ?? []
  const operation = operations.length === 1 ? operations[0] : operations.find(({ name }) => name?.value === operationName)
  if (!document || !operation) return found
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node): [string, FragmentDefinitionNode] => [node.name.value, node]),
  )
  const root = rootOf(operation)
  walk(operation.selectionSet, root, data, false)
  return found

  function walk(selections: SelectionSetNode, type: string, value: unknown, isProven: boolean): void {
    if (Array.isArray(value)) for (const each of value) walk(selections, type, each, isProven)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const own = (value as Record<string, unknown>)[typeKey]
    const actual = typeof own === 'string' ? own : type
    const id = (value as Record<string, unknown>)[idKey]
    for (const node of selections.selections) {
      if (node.kind === Kind.FIELD) {
        const held = (value as Record<string, unknown>)[(node.alias ?? node.name).value]
        if (held === null || held === undefined || node.name.value.startsWith('__')) continue
        const coordinate = `${actual}.${node.name.value}`
        found.push({ coordinate, value: held, objectId: typeof id === 'string' ? id : null, isProven })
        if (node.selectionSet) walk(node.selectionSet, '?', held, isProven || signsIn.test(coordinate))
        continue
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node
      if (fragment && applies(fragment.typeCondition?.name.value ?? actual, actual)) walk(fragment.selectionSet, actual, value, isProven)
    }
  }

  function applies(condition: string, actual: string): boolean {
    if (condition === actual) return true
    const [wider, narrower] = [schema.getType(condition), schema.getType(actual)]
    return isAbstractType(wider) && isObjectType(narrower) && schema.isSubType(wider, narrower)
  }
}

/** What somebody got that the matrix does not give them; null when there is nothing. */
export function trespassIn(schema: GraphQLSchema, fields: readonly Found[], asker: Asker): string | null {
  for (const found of fields) {
    // A refusal is an answer as well: a member of the union that says why.
    if (isRoot(found.coordinate) ? isProblem(schema, found.value) || mayReach(found.coordinate, asker) : maySee(found, asker)) continue
    return `${found.coordinate} answered ${asker.name}`
  }
  return null
}

function mayReach(coordinate: string, { role, scopes }: Asker): boolean {
  // That each field has a line is another test's to say.
  if (!(coordinate in matrix)) return true
  const entry = rootEntryOf(matrix, coordinate)
  const opens = (column: Column) => expectedOfRoot(entry, column) === 'allowed'
  // Of an own thing and of another's: what was asked for is not looked at here.
  const owner = role === null ? opens('anonymous') : role === 'user' ? opens('own') || opens('other') : opens(role)
  return owner && (!scopes || scopes.some((scope) => opens(`key ${scope}`) || entry.keys !== undefined))
}

function maySee({ coordinate, objectId, isProven }: Found, { role, scopes, userId }: Asker): boolean {
  // Problems say of themselves what they tell, and have no lines.
  if (!(coordinate in matrix) || isProven) return true
  const entry = fieldEntryOf(matrix, coordinate)
  const isOwn = userId !== null && objectId === userId
  const column: Column = role === 'admin' ? 'admin' : isOwn ? (role === 'viewer' ? 'viewer' : 'own') : 'other'
  if (expectedOfField(entry, column, isOwn) === 'null') return false
  return !scopes || scopes.some((scope) => expectedOfField(entry, `key ${scope}`, isOwn) === 'allowed')
}

function isProblem(schema: GraphQLSchema, value: unknown): boolean {
  const name = typeof value === 'object' && value !== null && typeKey in value ? value[typeKey] : null
  const type = typeof name === 'string' ? schema.getType(name) : null
  return isObjectType(type) && type.getInterfaces().some((each) => each.name === 'Problem')
}

function rootOf({ operation }: OperationDefinitionNode): string {
  return operation === 'query' ? 'Query' : operation === 'mutation' ? 'Mutation' : 'Subscription'
}

function parsedOrNull(query: string): DocumentNode | null {
  try {
    return parse(query)
  } catch {
    return null
  }
}
