import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql'

export type Kind = 'query' | 'mutation' | 'subscription'

/** An operation that asks for one root field and everything that hangs on it. */
export interface FieldDocument {
  readonly kind: Kind
  readonly name: string
  readonly query: string
}

/** A type that is met again on the way down is asked for its plain fields only: else there would be no end. */
export function documentOf(
  schema: GraphQLSchema,
  coordinate: string,
  variables: Readonly<Record<string, unknown>>,
  inside: Readonly<Record<string, string>>,
  { whole = true }: { whole?: boolean } = {},
): FieldDocument {
  const [typeName = '', name = ''] = coordinate.split('.')
  const type = schema.getType(typeName) as GraphQLObjectType
  const field = type.getFields()[name]
  if (!field) throw new Error(`There is no field ${coordinate}.`)
  const given = field.args.filter((argument) => argument.name in variables)
  const missing = field.args.find((argument) => isRequiredArgument(argument) && !(argument.name in variables))
  if (missing) throw new Error(`${coordinate} needs the argument ${missing.name}: give it in api/test/matrix/arguments.ts.`)
  const kind = typeName.toLowerCase() as Kind
  const declared = given.map((argument) => `$${argument.name}: ${argument.type}`).join(', ')
  const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  const head = `${kind}${declared && `(${declared})`} { ${name}${passed && `(${passed})`}`
  const selection = whole || !isComposite(field.type) ? selectionOf(field.type, inside, []) : '{ __typename }'
  return { kind, name, query: `${head} ${selection} }` }
}

function selectionOf(output: GraphQLOutputType, inside: Readonly<Record<string, string>>, above: readonly string[]): string {
  const type = getNamedType(output)
  if (isUnionType(type)) {
    const members = type.getTypes().map((member) => `... on ${member.name} ${fieldsIn(member, inside, above)}`)
    return `{ __typename ${members.join(' ')} }`
  }
  if (isInterfaceType(type)) return '{ __typename }'
  return isObjectType(type) ? fieldsIn(type, inside, above) : ''
}

function fieldsIn(type: GraphQLObjectType, inside: Readonly<Record<string, string>>, above: readonly string[]): string {
  const again = above.includes(type.name)
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (again && isComposite(field.type)) return []
    return [`${field.name}${argumentsOf(type, field, inside)} ${selectionOf(field.type, inside, [...above, type.name])}`.trim()]
  })
  return `{ __typename ${parts.join(' ')} }`
}

function argumentsOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, inside: Readonly<Record<string, string>>): string {
  const text = inside[`${type.name}.${field.name}`]
  if (text !== undefined) return `(${text})`
  if (field.args.some(isRequiredArgument))
    throw new Error(`${type.name}.${field.name} has required arguments: give them in api/test/matrix/arguments.ts.`)
  return ''
}

function isComposite(output: GraphQLOutputType): boolean {
  const type = getNamedType(output)
  return isObjectType(type) || isUnionType(type) || isInterfaceType(type)
}

/** A value that an answer holds: of which field, and of which object. */
export interface Found {
  readonly coordinate: string
  readonly object: Readonly<Record<string, unknown>>
  readonly value: unknown
}

/** Every field of every object in an answer. */
export function* valuesIn(value: unknown): Generator<Found> {
  if (Array.isArray(value)) {
    for (const one of value) yield* valuesIn(one)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const object = value as Record<string, unknown>
  // What a scalar holds has no fields of the graph.
  if (typeof object['__typename'] !== 'string') return
  for (const [field, inner] of Object.entries(object)) {
    if (field !== '__typename') yield { coordinate: `${object['__typename']}.${field}`, object, value: inner }
    yield* valuesIn(inner)
  }
}
