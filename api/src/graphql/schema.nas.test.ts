import { readFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema, validateSchema } from 'graphql'
import { expect, test } from 'vitest'
import { nasSchema } from './schema.nas.ts'

test('the schema is valid', () => {
  expect(validateSchema(nasSchema)).toEqual([])
})

test('schema.graphql is what the server serves', () => {
  const committed = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8')
  expect(committed, 'run npm run generate').toBe(`${printSchema(lexicographicSortSchema(nasSchema))}\n`)
})

test('every mutation answers with a union, and each of its failures is a Problem', () => {
  for (const field of Object.values(nasSchema.getMutationType()?.getFields() ?? {})) {
    const type = String(field.type)
    const result = nasSchema.getType(type.replace('!', ''))
    expect(type, field.name).toMatch(/^\w+Result!$/)
    const members = result && 'getTypes' in result ? result.getTypes() : []
    const successes = members.filter((member) => !member.getInterfaces().some(({ name }) => name === 'Problem'))
    // A sign-in can also be half done.
    expect(successes, field.name).toHaveLength(field.name === 'signIn' ? 2 : 1)
  }
})
