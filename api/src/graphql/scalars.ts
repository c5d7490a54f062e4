import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'

builder.scalarType('Bytes', {
  description: 'A number of bytes: a JSON number up to 2^53 - 1. As input, a decimal string is accepted too.',
  serialize: (value) => {
    const bytes = Number(value)
    if (!Number.isSafeInteger(bytes)) throw new TypeError('A number of bytes is too large for JSON.')
    return bytes
  },
  parseValue: (value) => {
    const bytes = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) {
      throw new GraphQLError('Bytes must be a whole number from 0 to 9007199254740991.')
    }
    return bytes
  },
})

builder.scalarType('DateTime', {
  description: 'A moment: ISO 8601 with zone, such as 2026-11-20T20:15:00.000Z.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const zoned = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    const date = new Date(zoned ? value : Number.NaN)
    if (Number.isNaN(date.getTime())) throw new GraphQLError('DateTime must be ISO 8601 with zone, such as 2026-11-20T20:15:00Z.')
    return date
  },
})

builder.scalarType('Path', {
  description:
    'An absolute path inside the storage: / first, NFC, no . or .. parts. What breaks these rules is refused with a code by the field it is given to.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string') throw new GraphQLError('Path must be a string.')
    return value
  },
})

builder.scalarType('JSON', {
  description: 'An object whose shape another standard gives; its field says which. Never an input.',
  serialize: (value) => value,
  parseValue: () => {
    throw new GraphQLError('JSON is no input here.')
  },
})
