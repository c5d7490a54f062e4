import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Operation, operationsOf } from './documents.ts'
import { asRequest, type HttpRequest, requestsOf } from './doors.ts'
import { type Asker, Fixture } from './fixture.ts'
import { type Found, fieldsOf, trespassIn } from './reach.ts'
import { LiveSender, Sender } from './sender.ts'
import { type Answer, canariesIn, faultOf, isSignedOut, parsed } from './verdict.ts'

/** The same seed asks the same. Another finds other things: BALUHOST_TEST_SEED=12345 BALUHOST_TEST_REQUESTS=200000 */
const seed = Number(process.env['BALUHOST_TEST_SEED'] ?? 20_261_120)
const atLeast = Number(process.env['BALUHOST_TEST_REQUESTS'] ?? 20_000)
const atOnce = 32
/** Of each kind that one asker sends in one round. */
const operationsEach = 120
const liveEach = 20
const requestsEach = 45
/** What the server may need more at the end than when it was warm, in MB. */
const mostGrowth = 150

/** Asked in few rounds only: what ends the session that asks. */
const leaving = new Set(['signOut'])
/** Not asked by administrators, who may: what would change the rules for all others in the middle of the run. */
const disturbing = new Set(['updateLimit', 'resetLimit', 'updateSignInPolicy'])

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))

const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.keys(type?.getFields() ?? {}).map((name) => `${type?.name}.${name}`),
)

interface Fault {
  readonly fault: string
  readonly asker: string
  readonly asked: unknown
  readonly answer: string
  /** The smallest that fails as well, where it fails again at all. */
  smallest?: unknown
}

let fixture: Fixture
let sender: Sender
beforeAll(async () => {
  fixture = await Fixture.start()
  sender = new Sender(fixture.origin)
})
afterAll(async () => {
  sender?.close()
  await fixture?.close()
})

let sent = 0
const statuses = new Map<number, number>()
/** Fields that answered somebody with something. */
const answered = new Set<string>()
let seenByAdministrators = 0

function judged(answer: Answer, asker: Asker, asked: HttpRequest | Operation): Fault | null {
  sent += 1
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
  if (asker.role === 'admin') seenByAdministrators += canariesIn(answer.body, '').length
  const fields = fieldsIn(answer, asked)
  for (const { coordinate } of fields) answered.add(coordinate)
  const fault = faultOf(answer, asker, JSON.stringify(asked), [fixture.dataDir]) ?? trespassIn(schema, fields, asker)
  return fault === null ? null : { fault, asker: asker.name, asked, answer: `${answer.status} ${answer.body.slice(0, 1_000)}` }
}

function fieldsIn({ body }: Answer, asked: HttpRequest | Operation): Found[] {
  const { query, operationName } = (('body' in asked ? parsed(asked.body) : asked) ?? {}) as Partial<Operation>
  const answer = parsed(body)
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : null
  return typeof query === 'string' && data ? fieldsOf(schema, query, operationName, data) : []
}

async function overHttp(asker: Asker, asked: HttpRequest): Promise<Fault | null> {
  const who = asker.headers
  const answer = await sender.send(asked, who).catch((error: unknown): Answer => ({ status: 599, headers: {}, body: String(error) }))
  const fault = judged(answer, asker, asked)
  // Somebody else may have noticed already.
  if (asker.role && isSignedOut(answer) && who === asker.headers && !('cookie' in asked.headers)) await renewed(asker)
  return fault
}

const renewing = new Map<Asker, Promise<void>>()
function renewed(asker: Asker): Promise<void> {
  const going = renewing.get(asker) ?? fixture.renew(asker).finally(() => renewing.delete(asker))
  renewing.set(asker, going)
  return going
}

async function overWebSocket(asker: Asker, operations: readonly Operation[]): Promise<(Fault | null)[]> {
  const live = await LiveSender.open(fixture.origin, asker.headers)
  const faults = await Promise.all(
    operations.map(async (operation) => {
      const answer = await live.ask(operation)
      return answer.status === 0 ? null : judged(answer, asker, operation)
    }),
  )
  // Sockets are ended with the session that carries them, and by nothing that is asked over them. 4408: this side was busy and
  // greeted too late.
  const { ended } = live
  live.close()
  if (!ended || ended.code === 4401 || ended.code === 4408) return faults
  return [...faults, { fault: `the WebSocket was closed: ${ended.code} ${ended.reason}`, asker: asker.name, asked: operations, answer: '' }]
}

/** So many at once, the next as soon as one is answered. */
async function inParallel(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let task = tasks[next++]; task; task = tasks[next++]) await task()
    }),
  )
}

/** Sends what an arbitrary makes; a fault comes with the smallest request that has one too. */
function tasksOf(arbitrary: fc.Arbitrary<HttpRequest>, parameters: { seed: number; numRuns: number }, asker: Asker, faults: Fault[]) {
  return fc.sample(arbitrary, parameters).map((asked, index) => async () => {
    const fault = await overHttp(asker, asked)
    if (!fault || faults.length >= 5) return
    faults.push(fault)
    const property = fc.asyncProperty(arbitrary, async (again) => (await overHttp(asker, again)) === null)
    const result = await fc.check(property, { ...parameters, path: String(index), interruptAfterTimeLimit: 10_000 })
    fault.smallest = result.counterexample?.[0]
  })
}

test('whatever is asked, by whomever, is answered as the rules say', { timeout: 300_000 }, async () => {
  const faults: Fault[] = []
  const arbitraries = (leaveOut: ReadonlySet<string>) =>
    fixture.askers.map((asker) => {
      const subject = {
        schema,
        readable: fixture.pool,
        changeable: fixture.changeableBy(asker),
        leaveOut: asker.role === 'admin' ? new Set([...leaveOut, ...disturbing]) : leaveOut,
      }
      const watching = operationsOf({ ...subject, shares: [1, 1, 2] })
      return { asker, operations: operationsOf(subject), watching, requests: requestsOf(fixture.pool) }
    })
  const staying = arbitraries(leaving)
  const ending = arbitraries(new Set())
  const started = Date.now()
  let warm = 0
  for (let round = 0; sent < atLeast && faults.length === 0; round++) {
    const tasks: (() => Promise<void>)[] = []
    for (const [index, { asker, operations, watching, requests }] of (round % 6 === 5 ? ending : staying).entries()) {
      const own = seed + round * 1_000 + index * 10
      tasks.push(...tasksOf(operations.map(asRequest), { seed: own, numRuns: operationsEach }, asker, faults))
      tasks.push(...tasksOf(requests, { seed: own + 1, numRuns: requestsEach }, asker, faults))
      if (!asker.role) continue
      const live = fc.sample(watching, { seed: own + 2, numRuns: liveEach })
      tasks.push(async () => void faults.push(...(await overWebSocket(asker, live)).filter((fault) => fault !== null)))
    }
    await inParallel(tasks)
    if (warm === 0 && sent > atLeast / 2) warm = fixture.memory()
  }
  const grown = fixture.memory() - warm
  const answers = [...statuses].sort().map(([status, count]) => `${count} × ${status}`)
  console.log(
    `seed ${seed}: ${sent} requests in ${Date.now() - started} ms: ${answers.join(', ')}; ${Math.round(grown)} MB more at the end`,
  )
  const logged = fixture.process
    .output()
    .stdout.split('\n')
    .filter((line) => line.startsWith('{'))
  expect([...faults, ...logged], `seed ${seed}`).toEqual([])
  expect(sent).toBeGreaterThanOrEqual(atLeast)

  // It still works, and has not grown.
  expect(fixture.process.child.exitCode).toBeNull()
  expect((await fetch(`${fixture.origin}/healthz`)).status).toBe(200)
  expect(grown).toBeLessThan(mostGrowth)

  // And it was asked in earnest: a run that reaches nothing proves nothing.
  expect(seenByAdministrators).toBeGreaterThan(10)
  const silent = roots.filter((field) => !answered.has(field) && !disturbing.has(field.split('.')[1] ?? ''))
  // A few are for once: a link that somebody took up, an upload that was cancelled.
  expect(silent.length, `never answered anybody: ${silent}`).toBeLessThanOrEqual(3)
})
