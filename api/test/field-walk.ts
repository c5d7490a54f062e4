import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'

export interface RootField {
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly name: string
  /** An operation that asks for this field alone, with made-up inputs of the right types. */
  readonly document: string
}

/** Every field of the three roots. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
  return roots.flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({
      kind,
      name: field.name,
      document: `${kind} { ${field.name}${madeUpArguments(field)}${selection(field.type)} }`,
    })),
  )
}

function madeUpArguments(field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter(isRequired).map((argument) => `${argument.name}: ${madeUp(argument.type)}`)
  return given.length > 0 ? `(${given.join(', ')})` : ''
}

function isRequired(argument: GraphQLArgument): boolean {
  return isNonNullType(argument.type)
}

const scalars: Record<string, string> = {
  Path: '"/"',
  DateTime: '"2026-11-20T20:15:00Z"',
  Bytes: '1',
  Int: '1',
  Float: '1.5',
  Boolean: 'true',
  ID: '"1"',
  String: '"anything at all"',
}

function madeUp(type: GraphQLInputType): string {
  if (isNonNullType(type)) return madeUp(type.ofType as GraphQLInputType)
  if (isListType(type)) return `[${madeUp(type.ofType)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? ''
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields())
    const fields = type.isOneOf ? all.slice(0, 1) : all.filter((field) => isNonNullType(field.type))
    return `{ ${fields.map((field) => `${field.name}: ${madeUp(field.type)}`).join(', ')} }`
  }
  const value = scalars[type.name]
  if (value === undefined) throw new Error(`The walk over all fields needs a value for the new scalar ${type.name}.`)
  return value
}

/** Enough of it to be a valid document; `__typename` is on every object, union and interface. */
function selection(type: GraphQLOutputType): string {
  const named = getNamedType(type)
  return isObjectType(named) || isUnionType(named) || 'getFields' in named ? ' { __typename }' : ''
}
