import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import type { SignedInActor } from '../auth/model.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { bounds } from './model.ts'
import { createTestJobs, untilState } from './test-jobs.ts'

describe.each(await testedProviders())('what a job may, and how many there may be, on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  let jobs: ReturnType<typeof createTestJobs>
  let ben: SignedInActor
  beforeEach(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    jobs = createTestJobs(database, provider)
    await jobs.start()
    const user = { id: createId(), username: 'ben', usernameKey: 'ben', role: 'USER' as const, createdAt: new Date() }
    await database.user.create({ data: user })
    ben = { ...testActor('ben'), userId: user.id }
  })
  afterEach(async () => {
    await jobs.stop()
    await drop()
  })
  const later = () => new Date(Date.now() + 3_600_000)
  const steps = (name: string, more: object = {}) => ({ kind: 'test_resume', input: { name, steps: 1, ...more } })

  test('what an API key started ends with the key, and goes on while there is one', async () => {
    const make = (expiresAt: Date | null) =>
      database.apiKey.create({
        data: {
          ...{ id: createId(), userId: ben.userId, name: 'script', prefix: 'balu_x', keyHash: createId() },
          ...{ scopes: ['files:write'], addresses: [], createdAt: new Date(), expiresAt },
        },
      })
    const [kept, revoked, expired] = [await make(null), await make(null), await make(new Date(Date.now() - 1_000))]
    await database.apiKey.delete({ where: { id: revoked.id } })
    const by = ({ id }: { id: string }) => ({ ...ben, sessionId: id, scopes: new Set(['files:write'] as const) })
    const [one, two, three] = [
      await jobs.queue.add(by(kept), steps('kept')),
      await jobs.queue.add(by(revoked), steps('revoked')),
      await jobs.queue.add(by(expired), steps('expired')),
    ]
    await untilState(database, one.id, 'SUCCEEDED')
    for (const { id } of [two, three]) expect(await untilState(database, id, 'FAILED')).toMatchObject({ errorCode: 'JOB_ACTOR_GONE' })
    expect(jobs.workshop.done).toEqual(['kept 0'])
  })

  test('one account has so many jobs that have not ended, and others are not kept from theirs', async () => {
    const first = await jobs.queue.add(ben, { ...steps('many'), runAfter: later() })
    const row = await database.job.findUniqueOrThrow({ where: { id: first.id } })
    const { checkpoint: _, input, locks, origin, result: __, ...rest } = row
    const values = { ...rest, input: input as object, locks: locks as object[], origin: origin as object }
    await database.job.createMany({ data: Array.from({ length: bounds.openJobs - 1 }, () => ({ ...values, id: createId() })) })
    await expect(jobs.queue.add(ben, steps('more'))).rejects.toMatchObject({ code: 'TOO_MANY_JOBS' })
    const other = await jobs.queue.add({ kind: 'system', reason: 'a test' }, steps('other'))
    await untilState(database, other.id, 'SUCCEEDED')
    await database.job.update({ where: { id: first.id }, data: { state: 'CANCELLED' } })
    await untilState(database, (await jobs.queue.add(ben, steps('again'))).id, 'SUCCEEDED')
  })

  test('a name that is locked twice is locked once, exclusively where any wants it so', async () => {
    const locks = [
      { name: 'disk', exclusive: false },
      { name: 'disk', exclusive: true },
    ]
    const { id } = await jobs.queue.add(ben, { ...steps('both', { lock: 'disk', shared: true, gate: 0 }), locks })
    await untilState(database, id, 'RUNNING')
    expect(await database.jobLock.findMany()).toEqual([{ name: 'disk', jobId: id, exclusive: true }])
    jobs.workshop.open('both')
    await untilState(database, id, 'SUCCEEDED')
  })

  test('a stop of the server takes none of the attempts that a failure may take', async () => {
    const { id } = await jobs.queue.add(ben, steps('stopped', { gate: 0 }))
    await untilState(database, id, 'RUNNING')
    await jobs.stop()
    expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({
      state: 'QUEUED',
      attempts: 1,
      maxAttempts: 4,
      crashes: 0,
    })
  })
})
