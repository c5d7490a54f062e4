import { existsSync, readFileSync } from 'node:fs'
import { validateSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { elsewhere, given, givenFor, inside } from '../../test/matrix/arguments.ts'
import { documentOf, type FieldDocument, type Found, valuesIn } from '../../test/matrix/documents.ts'
import {
  type Column,
  columns,
  expectedOfField,
  expectedOfRoot,
  faultsOf,
  fieldEntryOf,
  fieldsOf,
  isRoot,
  matrixSchema,
  rootEntryOf,
} from '../../test/matrix/model.ts'
import { createWorld, type World } from '../../test/matrix/world.ts'
import { nasSchema } from './schema.nas.ts'

const matrix = matrixSchema.parse(JSON.parse(readFileSync(new URL('../../../docs/security/field-matrix.json', import.meta.url), 'utf8')))
const fields = fieldsOf(nasSchema)
const rootFields = fields.filter(isRoot)

let world: World
beforeAll(async () => {
  world = await createWorld()
}, 60_000)
afterAll(() => world.close())

interface Answer {
  readonly data: Record<string, unknown> | null | undefined
  readonly errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[] | undefined
}

async function ask(client: Client, { kind, query }: FieldDocument, variables: Record<string, unknown>): Promise<Answer> {
  if (kind !== 'subscription') return client.graphql(query, variables)
  const live = client.live()
  // Some tell only what happens from now on.
  const stirring = setInterval(() => void world.stir(), 100)
  try {
    return (await live.iterate({ query, variables }).next()).value as unknown as Answer
  } catch (reason) {
    // Who is nobody gets no connection.
    const code = (reason as { code?: number }).code === 4401 ? 'UNAUTHENTICATED' : String(reason)
    return { data: null, errors: [{ message: code, extensions: { code } }] }
  } finally {
    clearInterval(stirring)
    await live.dispose()
  }
}

function outcomeOf({ data, errors }: Answer, { name }: FieldDocument, done: string | undefined): string {
  const value = data?.[name] as { code?: string; __typename?: string } | null | undefined
  const isProblem = value?.code !== undefined && value.__typename !== undefined && isProblemType(value.__typename)
  const code = errors?.[0]?.extensions?.['code'] ?? (isProblem ? value.code : undefined)
  if (code !== undefined) return code === done ? 'allowed' : String(code)
  return value === null || value === undefined ? 'null' : 'allowed'
}

function isProblemType(name: string): boolean {
  const type = nasSchema.getType(name)
  return type !== undefined && 'getInterfaces' in type && type.getInterfaces().some((one) => one.name === 'Problem')
}

/** What the administrator sees, by object and field: what is hidden from others must be there to be hidden. */
const reference = new Map<string, unknown>()
const keyIn = ({ coordinate, object }: Found) => `${coordinate} of ${object['id'] ?? ''}`
/** What was met, and by whom it was seen to be hidden. */
const met = new Set<string>()
const hidden = new Set<string>()

/** Compares every value of an answer with its line. */
function faultsIn(column: Column, found: Iterable<Found>, proves = false): string[] {
  const faults: string[] = []
  for (const one of found) {
    const { coordinate, object, value } = one
    if (isRoot(coordinate) || isProblemType(coordinate.split('.')[0] ?? '')) continue
    met.add(coordinate)
    const self = world.selfOf(column)
    const isOther = object['__typename'] === 'User' && object['id'] !== self?.id
    const as = asWhom(column, isOther)
    const expected = expectedOfField(fieldEntryOf(matrix, coordinate), as, !isOther)
    if (proves && matrix[coordinate] !== 'visible') continue
    // Where a page begins and ends is nobody's: one list has rows, and another has none.
    const known = coordinate.startsWith('PageInfo.') ? null : (reference.get(keyIn(one)) ?? null)
    if (expected === 'null' && value !== null) faults.push(`${coordinate} is shown to ${as}: ${JSON.stringify(value)}`)
    if (expected === 'allowed' && value === null && known !== null) faults.push(`${coordinate} is hidden from ${as}`)
    if (expected === 'null' && value === null && known !== null) hidden.add(`${coordinate} ${as}`)
  }
  return faults
}

/** Of an account it counts whose it is, not what was asked for; a stranger is somebody else to everybody. */
function asWhom(column: Column, isOther: boolean): Column {
  if (column === 'anonymous') return 'other'
  if (column === 'own' || column === 'other' || column === 'viewer') {
    if (isOther) return 'other'
    return column === 'other' ? 'own' : column
  }
  return column
}

interface Asked {
  readonly answer: Answer
  readonly document: FieldDocument
  readonly outcome: string
  /** The last entry of the audit log before. */
  readonly auditedFrom: number
}

/** Mutations that change nothing that the audit log tells of, and why; `done` ones are allowed without being carried out. */
const silent: Readonly<Record<string, string>> = {
  'Mutation.forgetBrowser': 'Here there is no such browser to forget: api/src/auth/second-step.test.ts.',
  'Mutation.startPasskeyConfirmation': 'Begins what confirmIdentity ends.',
  'Mutation.startPasskeyRegistration': 'Begins what registerPasskey ends.',
  'Mutation.startPasskeySignIn': 'Begins what signInWithPasskey ends.',
  'Mutation.verifyAuditLog': 'Begins a job, which writes down what it found: api/src/audit/audit.test.ts.',
  'Mutation.startTotpEnrolment': 'Begins what confirmTotpEnrolment ends.',
}
/** What nobody is yet when they ask for it. */
const byNobody = ['Mutation.acceptInvitation', 'Mutation.signIn']

/** What a mutation that was carried out has not written down of itself. */
async function auditFaults(column: Column, coordinate: string, auditedFrom: number): Promise<string[]> {
  if (!coordinate.startsWith('Mutation.') || givenFor(coordinate).done !== undefined || coordinate in silent) return []
  const self = world.selfOf(column)
  if (coordinate === 'Mutation.signOut' && (!self || column.startsWith('key '))) return []
  const rows = await world.nas.database.auditEntry.findMany({ where: { sequence: { gt: auditedFrom }, result: 'ok' } })
  const found = rows.some(
    ({ actorId, address, client, keyId }) =>
      (byNobody.includes(coordinate) || actorId === (self?.id ?? null)) &&
      (byNobody.includes(coordinate) || (keyId !== null) === column.startsWith('key ')) &&
      address !== null &&
      client !== null,
  )
  return found
    ? []
    : [`${coordinate} by ${column} is not written down: ${JSON.stringify(rows.map(({ action, actorName }) => [action, actorName]))}`]
}

async function askAs(column: Column, coordinate: string): Promise<Asked> {
  await world.prepare()
  const { done, variables: make } = givenFor(coordinate)
  const variables = await make({ world, subject: world.subjectOf(column) })
  // Strangers may ask for little at once; what they are refused needs no more.
  const whole = column !== 'anonymous' || rootEntryOf(matrix, coordinate).rule === 'anyone'
  const document = documentOf(nasSchema, coordinate, variables, inside, { whole })
  // A mutation may have ended the sessions of the same person.
  const client = await world.client(column)
  const { _max } = await world.nas.database.auditEntry.aggregate({ _max: { sequence: true } })
  const answer = await ask(client, document, variables)
  return { answer, document, outcome: outcomeOf(answer, document, done), auditedFrom: _max.sequence ?? 0 }
}

test('every field has its line, and every line its field', () => {
  expect(validateSchema(nasSchema)).toEqual([])
  expect(faultsOf(matrix, nasSchema)).toEqual([])
  expect(Object.keys(given).filter((name) => !rootFields.includes(name))).toEqual([])
})

test('what the administrator sees of all accounts and groups', async () => {
  for (const coordinate of ['Query.users', 'Query.groups', 'Query.user']) {
    const { answer } = await askAs('admin', coordinate)
    expect(answer.errors).toBeUndefined()
    for (const found of valuesIn(Object.values(answer.data ?? {}))) if (found.value !== null) reference.set(keyIn(found), found.value)
  }
  expect(reference.size).toBeGreaterThan(20)
})

describe.each(rootFields)('%s', (coordinate) => {
  test('answers everybody as its line says', async () => {
    const entry = rootEntryOf(matrix, coordinate)
    const answers: Record<string, string> = {}
    const expected: Record<string, string> = {}
    const faults: string[] = []
    for (const column of columns) {
      const { answer, auditedFrom, outcome } = await askAs(column, coordinate)
      answers[column] = outcome
      expected[column] = expectedOfRoot(entry, column)
      if (outcome !== 'allowed') continue
      faults.push(...(await auditFaults(column, coordinate, auditedFrom)))
      for (const error of answer.errors ?? []) if (givenFor(coordinate).done === undefined) faults.push(`${column}: ${error.message}`)
      faults.push(...faultsIn(column, valuesIn(Object.values(answer.data ?? {})), givenFor(coordinate).proves))
    }
    expect(answers).toEqual(expected)
    expect([...new Set(faults)]).toEqual([])
  })
})

test('the tests that show what cannot be met here exist', () => {
  const named = Object.values(elsewhere).flatMap((why) => why.match(/api\/\S+\.test\.ts/g) ?? [])
  expect(named.length).toBeGreaterThan(0)
  for (const file of named) expect(existsSync(new URL(`../../../${file}`, import.meta.url)), file).toBe(true)
})

test('every field further down was met by somebody', () => {
  const excused = (name: string) => (name.split('.')[0] ?? '') in elsewhere || name in elsewhere
  const missed = fields.filter((name) => !isRoot(name) && !isProblemType(name.split('.')[0] ?? '') && !excused(name) && !met.has(name))
  expect(missed).toEqual([])
})

test('whatever is hidden from somebody was there, and seen not to be shown', () => {
  const missed = fields
    .filter((name) => !isRoot(name))
    .flatMap((name) => {
      const entry = fieldEntryOf(matrix, name)
      // Only accounts are told apart by whose they are.
      const persons = name.startsWith('User.') ? (['viewer', 'own', 'other'] as const) : (['viewer', 'own'] as const)
      return persons.filter((person) => entry[person]).map((person) => `${name} ${person}`)
    })
    .filter((one) => !hidden.has(one))
  expect(missed).toEqual([])
})
