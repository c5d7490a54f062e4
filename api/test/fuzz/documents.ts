import fc from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { anything, type Pool, sensibleValuesOf, type Value, valuesOf } from './values.ts'

export type Kind = 'query' | 'mutation' | 'subscription'

/** One request of the graph, as it stands in the body. */
export interface Operation {
  readonly kind: Kind
  readonly query: string
  readonly variables: Record<string, unknown>
  readonly operationName?: string
}

interface ArgumentNode {
  readonly name: string
  readonly type: string
  readonly value: Value
  readonly asVariable: boolean
}

interface FieldNode {
  readonly name: string
  readonly alias: string | null
  readonly directive: string
  readonly arguments: readonly ArgumentNode[]
  readonly selection: readonly SelectionNode[] | null
  /** What is selected from. */
  readonly of: string
}

interface FragmentNode {
  readonly on: string
  readonly named: boolean
  readonly selection: readonly SelectionNode[]
}

type SelectionNode = FieldNode | FragmentNode

/** Every object of an answer says by this what it is: whoever reads the answer can tell whose fields these are. */
export const typeKey = 'typeOfThis'
/** And by this which account it is: of the types whose fields depend on whose they are. */
export const idKey = 'idOfThis'
const owned = new Set(['User'])
const deepest = 3
/** What makes the server hash a password, or read a whole log: asked less often, or it would be all that the run has time for. */
const costly = /signIn|password|confirm|createUser|accept|verify/i

const directives = fc.oneof(
  { weight: 300, arbitrary: fc.constant('') },
  { weight: 10, arbitrary: fc.constantFrom(' @include(if: true)', ' @skip(if: false)', ' @skip(if: true)') },
  { weight: 1, arbitrary: fc.constantFrom(' @include(if: null)', ' @nothing', ' @skip(if: false) @skip(if: false)') },
)

/** Seldom, and seldom the same twice: two fields under one name are no valid document. */
const aliases = fc.oneof(
  { weight: 16, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.nat({ max: 99 }).map((at) => `alias${at}`) },
  { weight: 1, arbitrary: fc.constantFrom('id', 'name', '__a') },
)

const introspection = fc.constantFrom(
  '__schema { types { name fields { name } } }',
  '__type(name: "User") { name fields { name description } }',
  '__typename',
)

export interface Subject {
  readonly schema: GraphQLSchema
  /** What is there, to be asked for. */
  readonly readable: Pool
  /** What is there, to be changed or destroyed. */
  readonly changeable: Pool
  /** Root fields that are not asked. */
  readonly leaveOut: ReadonlySet<string>
  /** How often it is a query, a mutation, a subscription. */
  readonly shares?: readonly [number, number, number]
}

/** Documents that a schema could be asked, with inputs from what is there and from nowhere. */
export function operationsOf({ schema, readable, changeable, leaveOut, shares = [10, 9, 1] }: Subject): fc.Arbitrary<Operation> {
  const selections = new Map<string, fc.Arbitrary<readonly SelectionNode[]>>()

  function selectionOf(type: GraphQLNamedType, depth: number): fc.Arbitrary<readonly SelectionNode[]> {
    const key = `${type.name} ${depth}`
    const made = selections.get(key) ?? makeSelection(type, depth)
    selections.set(key, made)
    return made
  }

  function makeSelection(type: GraphQLNamedType, depth: number): fc.Arbitrary<readonly SelectionNode[]> {
    const parts: { weight: number; arbitrary: fc.Arbitrary<SelectionNode> }[] = []
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isLeafType(getNamedType(field.type)))
      parts.push(...fields.map((field) => ({ weight: 4, arbitrary: fieldOf(field, depth) })))
    }
    if (isAbstractType(type)) {
      const problem = isInterfaceType(type) ? undefined : schema.getType('Problem')
      const members: GraphQLNamedType[] = [...schema.getPossibleTypes(type), ...(problem ? [problem] : [])]
      // What went well is what is worth seeing.
      const weightOf = (member: GraphQLNamedType) => (isObjectType(member) && member.getInterfaces().length > 0 ? 1 : 12)
      parts.push(...members.map((member) => ({ weight: weightOf(member), arbitrary: fragmentOf(member, depth) })))
    }
    if (parts.length === 0) return fc.constant([])
    const some = fc.array(fc.oneof(...parts), { minLength: 1, maxLength: isAbstractType(type) ? 6 : 5 })
    // All there is to see of something: what should not be seen is among it.
    const all = fc.tuple(...parts.map(({ arbitrary }) => arbitrary))
    return depth <= 2 ? fc.oneof({ weight: 2, arbitrary: some }, { weight: 1, arbitrary: all }) : some
  }

  function fragmentOf(member: GraphQLNamedType, depth: number): fc.Arbitrary<FragmentNode> {
    return fc.record({ on: fc.constant(member.name), named: fc.boolean(), selection: selectionOf(member, depth) })
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, depth: number, pool = readable): fc.Arbitrary<FieldNode> {
    const named = getNamedType(field.type)
    return fc.record({
      name: fc.constant(field.name),
      alias: aliases,
      directive: directives,
      arguments: fc.oneof(sensible(field.args, pool), wild(field.args, pool)),
      selection: isLeafType(named) ? fc.constant(null) : selectionOf(named, depth - 1),
      of: fc.constant(named.name),
    })
  }

  function rootsOf(type: GraphQLObjectType, most: number, pool = readable): fc.Arbitrary<readonly FieldNode[]> {
    const fields = Object.values(type.getFields()).filter((field) => !leaveOut.has(field.name))
    const one = fc.oneof(...fields.map((field) => ({ weight: costly.test(field.name) ? 1 : 8, arbitrary: fieldOf(field, deepest, pool) })))
    return fc.oneof(
      { weight: 5, arbitrary: fc.array(one, { minLength: 1, maxLength: 1 }) },
      fc.array(one, { minLength: 1, maxLength: most }),
    )
  }

  const query = schema.getQueryType()
  const mutation = schema.getMutationType()
  const subscription = schema.getSubscriptionType()
  if (!query || !mutation || !subscription) throw new Error('A schema of this server has three roots.')
  const plain = fc
    .oneof(
      { weight: shares[0], arbitrary: fc.tuple(fc.constant<Kind>('query'), rootsOf(query, 5)) },
      { weight: shares[1], arbitrary: fc.tuple(fc.constant<Kind>('mutation'), rootsOf(mutation, 3, changeable)) },
      { weight: shares[2], arbitrary: fc.tuple(fc.constant<Kind>('subscription'), rootsOf(subscription, 1)) },
    )
    .map(([kind, roots]) => printed(kind, roots))
  const odd = fc.tuple(plain, introspection, anything, fc.nat({ max: 8 })).map(([operation, introspected, value, how]) => {
    const { query: document, variables } = operation
    const forms: Operation[] = [
      { kind: 'query', query: `{ ${introspected} }`, variables: {} },
      { ...operation, query: `${document}\nquery Second { __typename }`, operationName: 'Second' },
      { ...operation, query: `query First { __typename }\n${document.replace(/^(\w+)/, '$1 Second')}`, operationName: 'Second' },
      { ...operation, query: `query First { __typename }\nquery Second { __typename }` },
      { ...operation, operationName: String(value.json) },
      { ...operation, variables: Object.fromEntries(Object.keys(variables).map((name) => [name, value.json])) },
      // A name that is nearly one.
      { ...operation, query: document.replace(/\b(\w{4,})([ (])/, '$1s$2') },
      { ...operation, query: document.slice(0, Math.floor(document.length / 2)) },
      { ...operation, query: document.replace('{', `{ ...on ${kindName(operation.kind)} @defer { __typename } `) },
    ]
    return forms[how] ?? operation
  })
  return fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: odd })
}

function given(argument: GraphQLArgument, value: fc.Arbitrary<Value>): fc.Arbitrary<ArgumentNode> {
  return fc.record({ name: fc.constant(argument.name), type: fc.constant(String(argument.type)), value, asVariable: fc.boolean() })
}

/** Arguments that a person or program would give. */
function sensible(all: readonly GraphQLArgument[], pool: Pool): fc.Arbitrary<readonly ArgumentNode[]> {
  const required = all.filter(({ type }) => isNonNullType(type))
  const optional = all.filter(({ type }) => !isNonNullType(type))
  return fc
    .subarray(optional, { maxLength: Math.min(1, optional.length) })
    .chain((some) => fc.tuple(...[...required, ...some].map((each) => given(each, sensibleValuesOf(each.type, each.name, pool)))))
}

/** Any arguments, a required one missing now and then. */
function wild(all: readonly GraphQLArgument[], pool: Pool): fc.Arbitrary<readonly ArgumentNode[]> {
  const each = all.map((argument) => {
    const there = {
      weight: isNonNullType(argument.type) ? 30 : 5,
      arbitrary: given(argument, valuesOf(argument.type, argument.name, pool)),
    }
    return fc.oneof(there, { weight: isNonNullType(argument.type) ? 1 : 4, arbitrary: fc.constant(null) })
  })
  return fc.tuple(...each).map((some) => some.filter((one) => one !== null))
}

function kindName(kind: Kind): string {
  return kind === 'query' ? 'Query' : kind === 'mutation' ? 'Mutation' : 'Subscription'
}

function printed(kind: Kind, roots: readonly SelectionNode[]): Operation {
  const variables: Record<string, unknown> = {}
  const definitions: string[] = []
  const fragments: string[] = []

  const printArgument = ({ name, type, value, asVariable }: ArgumentNode): string => {
    if (!asVariable) return `${name}: ${value.literal}`
    const variable = `v${definitions.length}`
    definitions.push(`$${variable}: ${type}`)
    variables[variable] = value.json
    return `${name}: $${variable}`
  }
  const printSelection = (nodes: readonly SelectionNode[], of: string): string =>
    `{ ${typeKey}: __typename ${owned.has(of) ? `${idKey}: id ` : ''}${nodes.map(print).join(' ')} }`
  const print = (node: SelectionNode): string => {
    if ('on' in node) {
      const body = `on ${node.on} ${printSelection(node.selection, node.on)}`
      if (!node.named) return `... ${body}`
      const name = `F${fragments.length}`
      // Its place is taken before what is inside it counts on.
      fragments.push('')
      fragments[Number(name.slice(1))] = `fragment ${name} ${body}`
      return `...${name}`
    }
    const given = node.arguments.length > 0 ? `(${node.arguments.map(printArgument).join(', ')})` : ''
    return `${node.alias ? `${node.alias}: ` : ''}${node.name}${given}${node.directive}${node.selection ? ` ${printSelection(node.selection, node.of)}` : ''}`
  }
  const body = roots.map(print).join(' ')
  const head = definitions.length > 0 ? `(${definitions.join(', ')})` : ''
  return { kind, query: [`${kind}${head} { ${body} }`, ...fragments].join('\n'), variables }
}
