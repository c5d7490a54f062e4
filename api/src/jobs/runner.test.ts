import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { usualLeaseMs } from './leases.ts'
import { bounds } from './model.ts'
import { createTestJobs, system, untilState } from './test-jobs.ts'

type Process = ReturnType<typeof createTestJobs>

describe.each(await testedProviders())('the runner on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  let jobs: Process
  const others: Process[] = []
  beforeEach(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    jobs = createTestJobs(database, provider)
    await jobs.start()
  })
  afterEach(async () => {
    for (const each of [jobs, ...others.splice(0)]) await each.stop()
    await drop()
  })
  const add = (input: object, kind = 'test_resume', more: object = {}) => jobs.queue.add(system, { kind, input, ...more })
  /** As a process that was killed leaves it: leased to somebody who is not there any more. */
  const orphan = async (input: object, kind: string, columns: object) => {
    const job = await jobs.queue.add(system, { kind, input, runAfter: new Date(Date.now() + 3_600_000) })
    const gone = { leaseOwner: 'gone', leaseToken: 'gone', leaseUntil: new Date(Date.now() - 1_000), attempts: 1 }
    await database.job.update({ where: { id: job.id }, data: { state: 'RUNNING', ...gone, ...columns } })
    return job.id
  }
  const restarted = async () => {
    await jobs.stop()
    jobs = createTestJobs(database, provider)
    await jobs.start()
  }

  test('a job runs, says how far it is, what it did, and what came of it', async () => {
    const { id } = await add({ name: 'a', steps: 3 })
    const row = await untilState(database, id, 'SUCCEEDED')
    expect(row).toMatchObject({ result: { steps: 3 }, attempts: 1, progressDone: 3n, progressTotal: 3n, leaseToken: null, errorCode: null })
    expect(row.endedAt?.getTime()).toBeGreaterThanOrEqual(row.startedAt?.getTime() ?? 0)
    expect(jobs.workshop.done).toEqual(['a 0', 'a 1', 'a 2'])
    expect(await database.jobLogLine.findMany({ where: { jobId: id } })).toMatchObject([{ sequence: 1, message: 'All 3 steps are done.' }])
  })

  test('what fails is tried again after a while, from its checkpoint, and then fails for good without telling its insides', async () => {
    const lucky = await add({ name: 'lucky', steps: 3, failAt: 1, failures: 2 })
    const unlucky = await add({ name: 'unlucky', steps: 3, failAt: 1 })
    expect(await untilState(database, lucky.id, 'SUCCEEDED')).toMatchObject({ attempts: 3 })
    expect(jobs.workshop.done.filter((step) => step.startsWith('lucky'))).toEqual(['lucky 0', 'lucky 1', 'lucky 2'])
    const failed = await untilState(database, unlucky.id, 'FAILED')
    expect(failed).toMatchObject({ attempts: 3, errorCode: 'INTERNAL' })
    const lines = await database.jobLogLine.findMany({ where: { jobId: unlucky.id } })
    expect(lines.map(({ level }) => level)).toEqual(['WARNING', 'WARNING', 'ERROR'])
    expect(JSON.stringify([failed.errorMessage, lines])).not.toContain('secret')
  })

  test('at most so many of a class run at once', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, async (_, at) => (await add({ name: `n${at}`, steps: 1, gate: 0 })).id))
    await expect.poll(() => database.job.count({ where: { state: 'RUNNING' } })).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await database.job.count({ where: { state: 'RUNNING' } })).toBe(2)
    for (let at = 0; at < 6; at++) jobs.workshop.open(`n${at}`)
    for (const id of ids) await untilState(database, id, 'SUCCEEDED')
  })

  test('a class that is full of long jobs keeps no other one from running', async () => {
    const long = await Promise.all(Array.from({ length: 40 }, (_, at) => add({ name: `long${at}`, steps: 1, gate: 0 })))
    await expect.poll(() => database.job.count({ where: { state: 'RUNNING' } })).toBe(2)
    const other = await add({ parts: [] }, 'test_parent')
    expect(await untilState(database, other.id, 'SUCCEEDED')).toMatchObject({ class: 'MAINTENANCE' })
    expect(await database.job.count({ where: { class: 'FILES', state: 'RUNNING' } })).toBe(2)
    expect(await database.job.count({ where: { class: 'FILES', state: 'QUEUED' } })).toBe(38)
    await database.job.updateMany({ where: { id: { in: long.map(({ id }) => id) }, state: 'QUEUED' }, data: { state: 'CANCELLED' } })
  })

  test('an exclusive lock goes alone, shared ones together, and who waits longer is not passed by', async () => {
    const holder = await add({ name: 'holder', steps: 1, gate: 0, lock: 'disk', shared: true })
    await untilState(database, holder.id, 'RUNNING')
    const exclusive = await add({ name: 'exclusive', steps: 1, lock: 'disk' })
    expect(await untilState(database, exclusive.id, 'WAITING')).toMatchObject({ waitingFor: 'LOCK' })
    const late = await add({ name: 'late', steps: 1, lock: 'disk', shared: true })
    expect(await untilState(database, late.id, 'WAITING')).toMatchObject({ waitingFor: 'LOCK' })
    jobs.workshop.open('holder')
    await untilState(database, exclusive.id, 'SUCCEEDED')
    await untilState(database, late.id, 'SUCCEEDED')
    expect(jobs.workshop.done).toEqual(['holder 0', 'exclusive 0', 'late 0'])
    expect(await database.jobLock.count()).toBe(0)
    const shared = ['s1', 's2'].map((name) => add({ name, steps: 1, gate: 0, lock: 'disk', shared: true }))
    for (const { id } of await Promise.all(shared)) await untilState(database, id, 'RUNNING')
    jobs.workshop.open('s1')
    jobs.workshop.open('s2')
  })

  test('a stop lets running jobs go on at the next start from where they were', async () => {
    const { id } = await add({ name: 'long', steps: 4, gate: 2 })
    await expect.poll(() => jobs.workshop.done.length).toBe(2)
    await jobs.stop()
    expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'QUEUED', leaseToken: null, checkpoint: 2 })
    jobs = createTestJobs(database, provider)
    jobs.workshop.open('long')
    await jobs.start()
    await untilState(database, id, 'SUCCEEDED')
    expect(jobs.workshop.done).toEqual(['long 2', 'long 3'])
  })

  test('what a process that is gone left behind goes on, or is interrupted, as its kind says; a kind that is gone is shown', async () => {
    const resumed = await orphan({ name: 'resumed', steps: 3 }, 'test_resume', { checkpoint: 2 })
    const interrupted = await orphan({ name: 'interrupted', steps: 3 }, 'test_interrupt', {})
    const unknown = await orphan({ name: 'unknown', steps: 3 }, 'test_resume', { kind: 'removed_by_an_upgrade' })
    const cancelled = await orphan({ name: 'cancelled', steps: 3 }, 'test_resume', { cancelRequestedAt: new Date() })
    const killer = await orphan({ name: 'killer', steps: 3 }, 'test_resume', { crashes: 20 })
    const queued = await jobs.queue.add(system, {
      kind: 'test_resume',
      input: { name: 'queued', steps: 1 },
      runAfter: new Date(Date.now() + 3_600_000),
    })
    await database.job.update({ where: { id: queued.id }, data: { kind: 'removed_by_an_upgrade', runAfter: new Date() } })
    await restarted()
    await untilState(database, resumed, 'SUCCEEDED')
    expect(jobs.workshop.done).toEqual(['resumed 2'])
    expect(await untilState(database, interrupted, 'INTERRUPTED')).toMatchObject({ errorCode: 'JOB_INTERRUPTED' })
    expect(await untilState(database, unknown, 'INTERRUPTED')).toMatchObject({ errorCode: 'JOB_KIND_UNKNOWN' })
    await untilState(database, cancelled, 'CANCELLED')
    expect(await untilState(database, killer, 'FAILED')).toMatchObject({ errorCode: 'JOB_CRASHED' })
    expect(await database.job.findUniqueOrThrow({ where: { id: queued.id } })).toMatchObject({ state: 'QUEUED' })
    expect(await untilState(database, (await add({ name: 'after', steps: 1 })).id, 'SUCCEEDED')).toMatchObject({ attempts: 1 })
  })

  test('what went on without its process is found again and not begun twice, after a crash and after a stop', async () => {
    const { id } = await add({ name: 'resync' }, 'test_reattach')
    await expect.poll(async () => (await database.job.findUniqueOrThrow({ where: { id } })).checkpoint).toBe('resync begun by 1')
    await restarted()
    expect(await untilState(database, id, 'RUNNING')).toMatchObject({ attempts: 2, crashes: 0 })
    // As if it had been killed.
    const crashed = await orphan({ name: 'other' }, 'test_reattach', { checkpoint: 'other begun by 1' })
    await restarted()
    await untilState(database, crashed, 'RUNNING')
    for (const name of ['resync', 'other']) jobs.workshop.open(name)
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ result: { waitedFor: 'resync begun by 1' } })
    expect(await untilState(database, crashed, 'SUCCEEDED')).toMatchObject({ result: { waitedFor: 'other begun by 1' }, crashes: 1 })
    expect(jobs.workshop.done).toEqual([])
  })

  test('more parts than a job may have are started not at all', async () => {
    const parts = Array.from({ length: bounds.children + 1 }, (_, at) => ({ name: `part${at}`, steps: 0 }))
    const { id } = await add({ parts }, 'test_parent')
    expect(await untilState(database, id, 'FAILED')).toMatchObject({ errorCode: 'INTERNAL' })
    expect(await database.job.count({ where: { parentId: id } })).toBe(0)
  })

  test('a job with parts waits for them, and goes on when all have ended', async () => {
    const parts = ['p1', 'p2', 'p3'].map((name) => ({ name, steps: 1, gate: 0 }))
    const { id } = await add({ parts }, 'test_parent')
    expect(await untilState(database, id, 'WAITING')).toMatchObject({ waitingFor: 'CHILDREN' })
    for (const { name } of parts) jobs.workshop.open(name)
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ result: { parts: 3 } })
    expect(await database.job.count({ where: { parentId: id, state: 'SUCCEEDED' } })).toBe(3)
    // Parts that end before their parent has begun to wait do not leave it waiting.
    const quick = await add(
      {
        parts: [
          { name: 'q1', steps: 0 },
          { name: 'q2', steps: 0 },
        ],
      },
      'test_parent',
    )
    await untilState(database, quick.id, 'SUCCEEDED')
    const none = await add({ parts: [] }, 'test_parent')
    await untilState(database, none.id, 'SUCCEEDED')
  })

  test('a result that is too large or another one than declared, and an input or a checkpoint of an older release, fail with what is wrong', async () => {
    const large = await add({ name: 'large', steps: 1, resultBytes: 70_000 })
    expect(await untilState(database, large.id, 'FAILED')).toMatchObject({ errorCode: 'JOB_RESULT_TOO_LARGE', attempts: 1 })
    const wrong = await add({ name: 'wrong', steps: 1, wrongResult: true })
    expect(await untilState(database, wrong.id, 'FAILED')).toMatchObject({ errorCode: 'JOB_RESULT_INVALID', attempts: 1 })
    const later = { runAfter: new Date(Date.now() + 3_600_000) }
    const [input, checkpoint] = [
      await add({ name: 'x', steps: 1 }, 'test_resume', later),
      await add({ name: 'y', steps: 1 }, 'test_resume', later),
    ]
    await database.job.update({ where: { id: input.id }, data: { input: { name: 'x', steps: 'all' }, runAfter: new Date() } })
    await database.job.update({ where: { id: checkpoint.id }, data: { checkpoint: { old: true }, runAfter: new Date() } })
    jobs.runner.wake()
    // No further attempt would change that.
    const first = await untilState(database, input.id, 'FAILED')
    expect(first).toMatchObject({ errorCode: 'JOB_INPUT_INVALID', attempts: 1, errorMessage: expect.stringContaining('input.steps') })
    const second = await untilState(database, checkpoint.id, 'FAILED')
    expect(second).toMatchObject({
      errorCode: 'JOB_INPUT_INVALID',
      attempts: 1,
      errorMessage: expect.stringContaining('how far this job was'),
    })
    expect(jobs.workshop.done).toEqual(['large 0', 'wrong 0'])
  })

  test.runIf(provider === 'postgresql')(
    'processes that share the queue each take other jobs, and one that lost its lease changes nothing',
    async () => {
      const second = createTestJobs(database, provider)
      others.push(second)
      await second.start()
      const ids = await Promise.all(Array.from({ length: 30 }, async (_, at) => (await add({ name: `both${at}`, steps: 2 })).id))
      for (const id of ids) expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ attempts: 1 })
      const done = [...jobs.workshop.done, ...second.workshop.done]
      expect(done.length).toBe(60)
      expect(new Set(done).size).toBe(60)

      const { id } = await add({ name: 'stolen', steps: 3, gate: 1 })
      await expect.poll(() => [jobs, second].filter(({ workshop }) => workshop.done.includes('stolen 0')).length).toBe(1)
      // As if this process had stood still for longer than its lease, and another one had taken the job up.
      await database.job.update({
        where: { id },
        data: { leaseOwner: 'another', leaseToken: 'another', leaseUntil: new Date(Date.now() + usualLeaseMs) },
      })
      for (const { workshop } of [jobs, second]) workshop.open('stolen')
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({
        state: 'RUNNING',
        leaseToken: 'another',
        checkpoint: 1,
      })
    },
  )
})
