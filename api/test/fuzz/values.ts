import fc from 'fast-check'
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql'

/** An input in both of its spellings: in the document, and in the JSON of the variables. */
export interface Value {
  readonly literal: string
  readonly json: unknown
}

/** Things that are there, by the name of the scalar, or of the input where that says more. */
export type Pool = Readonly<Record<string, readonly string[]>>

/** Text that has broken programs before. None of it is a word of the insides that answers are searched for. */
const nasty = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\n\r\t',
  '\u202e\u2066bidi',
  '\ufeff',
  '\ud800',
  'A\u030a\u1e9b\u0323',
  '😀'.repeat(50),
  'x'.repeat(5_000),
  '../../../../etc/passwd',
  '%2e%2e%2f',
  "' OR 1=1 --",
  '"; DROP TABLE x; --',
  '$(id)`id`',
  '<script>1</script>',
  '{{7*7}}<%= 7*7 %>',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  '-1',
  '1e999',
  'balu_0123456789012345678901234567890123456789012',
  'ÿ',
  '\u2028',
]

export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
)

const numbers = [
  '0',
  '1',
  '-1',
  '2',
  '50',
  '500',
  '501',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9007199254740991',
  '9007199254740993',
  '1.5',
  '-0',
  '1e308',
  '0.1e-320',
  '99999999999999999999999999',
]
const moments = [
  '2026-11-20T20:15:00Z',
  '1970-01-01T00:00:00.000Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999+14:00',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-11-20',
]

const text = (value: string): Value => ({ literal: JSON.stringify(value), json: value })
const number = (value: string): Value => ({ literal: value, json: Number(value) })
const nothing: Value = { literal: 'null', json: null }
const list = (values: readonly Value[]): Value => ({
  literal: `[${values.map(({ literal }) => literal).join(', ')}]`,
  json: values.map(({ json }) => json),
})
const object = (values: Readonly<Record<string, Value | undefined>>): Value =>
  objectOf(Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined))
const objectOf = (entries: readonly (readonly [string, Value])[]): Value => ({
  literal: `{${entries.map(([name, { literal }]) => `${name}: ${literal}`).join(', ')}}`,
  json: Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
})

const anyNumber = fc.oneof(fc.constantFrom(...numbers), fc.integer().map(String)).map(number)
const flag = fc.constantFrom<Value>({ literal: 'true', json: true }, { literal: 'false', json: false })

/** Of no type in particular. */
export const anything: fc.Arbitrary<Value> = fc.oneof(
  anyText.map(text),
  anyNumber,
  flag,
  fc.constant(nothing),
  fc.array(anyText.map(text), { maxLength: 3 }).map(list),
  fc.constant(object({ a: text('b') })),
  fc.constant<Value>({ literal: 'NOT_AN_ENUM_VALUE', json: 'NOT_AN_ENUM_VALUE' }),
)

/** Inputs of a type: mostly right, at its edges, null, and now and then something else altogether. */
export function valuesOf(type: GraphQLInputType, name: string, pool: Pool, depth = 4): fc.Arbitrary<Value> {
  if (isNonNullType(type)) return valuesOf(type.ofType as GraphQLInputType, name, pool, depth)
  return fc.oneof(
    { weight: 30, arbitrary: rightValues(type, name, pool, depth) },
    { weight: 1, arbitrary: fc.constant(nothing) },
    { weight: 2, arbitrary: anything },
  )
}

function rightValues(type: GraphQLInputType, name: string, pool: Pool, depth: number): fc.Arbitrary<Value> {
  if (isNonNullType(type)) return rightValues(type.ofType as GraphQLInputType, name, pool, depth)
  if (isListType(type)) return fc.array(valuesOf(type.ofType, name, pool, depth - 1), { maxLength: depth > 0 ? 4 : 0 }).map(list)
  if (isEnumType(type)) {
    return fc.constantFrom(...type.getValues().map((value): Value => ({ literal: value.name, json: value.name })))
  }
  if (isInputObjectType(type)) {
    if (depth <= 0) return fc.constant(object({}))
    const fields = Object.values(type.getFields())
    const required = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name)
    const model = Object.fromEntries(fields.map((field) => [field.name, valuesOf(field.type, field.name, pool, depth - 1)]))
    const whole = fc.record(model, type.isOneOf ? { requiredKeys: [] } : { requiredKeys: required })
    // Half of an input is an input as well: whoever checks the whole must not fail on it.
    return fc.oneof({ weight: 12, arbitrary: whole }, { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) }).map(object)
  }
  const known = pool[name] ?? pool[type.name] ?? []
  const existing = known.length > 0 ? [{ weight: 8, arbitrary: fc.constantFrom(...known).map(text) }] : []
  switch (type.name) {
    case 'Int':
    case 'Float':
      return anyNumber
    case 'Bytes':
      return fc.oneof(anyNumber, fc.constantFrom(...numbers).map(text))
    case 'Boolean':
      return flag
    case 'DateTime':
      return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...moments).map(text) }, { weight: 1, arbitrary: anyText.map(text) })
    case 'Path':
      return fc.oneof(...existing, { weight: 2, arbitrary: anyText.map((rest) => text(`/${rest}`)) })
    default:
      return fc.oneof(...existing, { weight: 2, arbitrary: anyText.map(text) })
  }
}

/** Inputs that make sense: what is there, and little of what can be left out. */
export function sensibleValuesOf(type: GraphQLInputType, name: string, pool: Pool, depth = 4): fc.Arbitrary<Value> {
  if (isNonNullType(type)) return sensibleValuesOf(type.ofType as GraphQLInputType, name, pool, depth)
  if (isListType(type)) return fc.array(sensibleValuesOf(type.ofType, name, pool, depth), { minLength: 1, maxLength: 2 }).map(list)
  if (isInputObjectType(type) && depth > 0) {
    const fields = Object.values(type.getFields())
    const optional = type.isOneOf ? [] : fields.filter((field) => !isNonNullType(field.type))
    const required = fields.filter((field) => isNonNullType(field.type))
    const chosen = fc.subarray(optional, { maxLength: Math.min(1, optional.length) })
    const one = type.isOneOf ? fc.constantFrom(...fields).map((field) => [field]) : chosen.map((some) => [...required, ...some])
    return one
      .chain((some) =>
        fc.record(Object.fromEntries(some.map((field) => [field.name, sensibleValuesOf(field.type, field.name, pool, depth - 1)]))),
      )
      .map(object)
  }
  const known = pool[name] ?? pool[type.name] ?? []
  if (type.name === 'Int' || type.name === 'Float' || type.name === 'Bytes') return fc.constantFrom('1', '2', '50').map(number)
  if (type.name === 'DateTime') return fc.constantFrom('2030-01-01T00:00:00Z', '2030-02-01T00:00:00Z', new Date(0).toISOString()).map(text)
  return known.length > 0 ? fc.constantFrom(...known).map(text) : rightValues(type, name, pool, depth)
}
