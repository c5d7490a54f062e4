import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { type DocumentBounds, refusal } from './document-limits.ts'

/** Arguments that say how many come back. */
const sizes = ['first', 'last', 'points', 'seconds']
/** Of a list of which nobody said how long it is: arrays, members, uploads. A page of which nobody said it has fifty. */
const usualList = 10
const usualPage = 50
/** Pages are never longer, whatever was asked for. */
const longestPage = 2_000

export interface CostInputs {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: { readonly [name: string]: unknown } | null | undefined
}

/**
 * About how many values the answer holds: a field is one, and what stands in a list counts as often as the list is long, taken
 * from `first` and the like where they are given. Not more than `stopAt`: the rest need not be counted.
 */
export function costOf({ schema, document, operationName, variableValues }: CostInputs, stopAt = Number.POSITIVE_INFINITY): number {
  const operations = document.definitions.filter((each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION)
  const operation = operations.find((each) => !operationName || each.name?.value === operationName)
  if (!operation) return 0
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const each of document.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each)
  const defaults = new Map(operation.variableDefinitions?.map((each) => [each.variable.name.value, each.defaultValue]))

  /** `pending` is the size that the field above was given for the lists directly below it. */
  const ofSet = (set: SelectionSetNode, type: GraphQLNamedOutputType | undefined, pending: number | null): number => {
    let cost = 0
    for (const selection of set.selections) {
      if (cost > stopAt) return cost
      if (selection.kind === Kind.FIELD) cost += ofField(selection, type, pending)
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = selection.typeCondition ? (schema.getType(selection.typeCondition.name.value) as typeof type) : type
        cost += ofSet(selection.selectionSet, narrowed, pending)
      } else {
        const fragment = fragments.get(selection.name.value)
        if (fragment) cost += ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value) as typeof type, pending)
      }
    }
    return cost
  }
  const ofField = (field: FieldNode, parent: GraphQLNamedOutputType | undefined, pending: number | null): number => {
    const name = field.name.value
    // The schema's own description is the same for everybody, and its depth is bounded.
    if (name.startsWith('__')) return 1
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    if (!definition) return 1
    if (!field.selectionSet) return 1
    const isList = isListType(getNullableType(definition.type))
    const pages = definition.args.some(({ name: argument }) => argument === 'first')
    const asked = sizeOf(field)
    const size = asked ?? (pages ? usualPage : null)
    const times = isList ? (size ?? pending ?? usualList) : 1
    return 1 + times * ofSet(field.selectionSet, getNamedType(definition.type), isList ? null : size)
  }
  const sizeOf = (field: FieldNode): number | null => {
    for (const { name, value } of field.arguments ?? []) {
      if (!sizes.includes(name.value)) continue
      const fallback = value.kind === Kind.VARIABLE ? defaults.get(value.name.value) : value
      const given = value.kind === Kind.VARIABLE ? variableValues?.[value.name.value] : undefined
      const size = typeof given === 'number' ? given : fallback?.kind === Kind.INT ? Number(fallback.value) : null
      if (size !== null) return Math.min(Math.max(size, 1), longestPage)
    }
    return null
  }
  return ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, null)
}

/** Texts and values that the variables of one operation may hold together, and how deep they nest. */
const longestVariables = 256 * 1024
const mostValues = 10_000
const deepestVariables = 16

/** Throws unless the operation and its variables are within their bounds. The document has passed validation. */
export function requireAffordable(inputs: CostInputs, bounds: DocumentBounds): void {
  requireSmall(inputs.variableValues)
  if (costOf(inputs, bounds.cost) > bounds.cost)
    throw refusal('TOO_COSTLY', `The answer would hold more than ${bounds.cost} values. Ask for fewer fields or smaller pages.`)
}

function requireSmall(variables: unknown): void {
  let values = 0
  let text = 0
  const visit = (value: unknown, depth: number): void => {
    values += 1
    if (typeof value === 'string') text += value.length
    if (values > mostValues || text > longestVariables || depth > deepestVariables)
      throw refusal(
        'VARIABLES_TOO_LARGE',
        `Variables hold at most ${longestVariables} characters and ${mostValues} values, ${deepestVariables} deep.`,
      )
    if (typeof value !== 'object' || value === null) return
    for (const [key, each] of Object.entries(value)) {
      text += key.length
      visit(each, depth + 1)
    }
  }
  visit(variables, 0)
}
