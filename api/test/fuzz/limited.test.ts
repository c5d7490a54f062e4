import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operationsOf } from './documents.ts'
import { asRequest, type HttpRequest, requestsOf } from './doors.ts'
import { type Asker, Fixture } from './fixture.ts'
import { Sender } from './sender.ts'
import { faultOf } from './verdict.ts'

/** A server with the limits that it has at first: what the long run beside this one does is refused here, and nothing else happens. */
const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
const seed = Number(process.env['BALUHOST_TEST_SEED'] ?? 20_261_120)

let fixture: Fixture
let sender: Sender
beforeAll(async () => {
  fixture = await Fixture.start('preset')
  sender = new Sender(fixture.origin)
})
afterAll(async () => {
  sender?.close()
  await fixture?.close()
})

const asked = (query: string): HttpRequest => asRequest({ kind: 'query', query, variables: {} })
const named = (name: string): Asker => fixture.askers.find((asker) => asker.name === name) ?? expect.fail(`there is no ${name}`)

test('a stranger who asks too much is told to wait, whatever is asked; who is signed in goes on', { timeout: 60_000 }, async () => {
  const stranger = named('nobody')
  const greedy = asked(`{ ${['a', 'b', 'c', 'd', 'e'].map((alias) => `${alias}: setup { required }`).join(' ')} }`)
  let refused = false
  for (let sent = 0; sent < 3_000 && !refused; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => sender.send(greedy, stranger.headers)))
    refused = answers.some(({ body }) => body.includes('"RATE_LIMITED"'))
  }
  expect(refused).toBe(true)

  const subject = { schema, readable: fixture.pool, changeable: fixture.changeableBy(stranger), leaveOut: new Set<string>() }
  const requests = [
    ...fc.sample(operationsOf(subject), { seed, numRuns: 300 }).map(asRequest),
    ...fc.sample(requestsOf(fixture.pool), { seed, numRuns: 100 }),
  ]
  for (const request of requests) {
    const answer = await sender.send(request, stranger.headers)
    expect(faultOf(answer, stranger, JSON.stringify(request), [fixture.dataDir]), JSON.stringify(request)).toBeNull()
  }
  const viewer = await sender.send(asked('{ me { username } files(path: "/Shared") { totalCount } }'), named('viewer').headers)
  expect(JSON.parse(viewer.body)).toEqual({ data: { me: { username: 'viewer1' }, files: { totalCount: expect.any(Number) } } })
})
