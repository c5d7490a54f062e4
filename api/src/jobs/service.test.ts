import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import type { SignedInActor } from '../auth/model.ts'
import { testActor } from '../files/test-storage.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { createId } from '../platform/identifier.ts'
import { jobsChanged } from './model.ts'
import { createTestJobs, untilState } from './test-jobs.ts'

describe.each(await testedProviders())('jobs on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let jobs: ReturnType<typeof createTestJobs>
  let ben: SignedInActor
  let carl: SignedInActor
  const asAdmin = testActor('ada', 'ADMIN')
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    const { database } = nas
    const make = async (username: string): Promise<SignedInActor> => {
      const user = await database.user.create({
        data: { id: createId(), username, usernameKey: username, role: 'USER', createdAt: new Date() },
      })
      return { ...testActor(username), userId: user.id }
    }
    ;[ben, carl] = [await make('ben'), await make('carl')]
    jobs = createTestJobs(database, provider)
    await jobs.start()
  })
  afterAll(async () => {
    await jobs.stop()
    await nas.close()
  })
  const add = (actor: SignedInActor, input: object, more: object = {}) => jobs.queue.add(actor, { kind: 'test_resume', input, ...more })
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'nothing was refused',
      (error: { code?: string }) => error.code,
    )

  test('people see, cancel and retry their own jobs, administrators all', async () => {
    const { id } = await add(ben, { name: 'private', steps: 1, failAt: 0 })
    await untilState(nas.database, id, 'FAILED')
    expect(await jobs.service.get(ben, id)).toMatchObject({
      id,
      actorName: 'ben',
      error: { code: 'INTERNAL', message: expect.any(String) },
    })
    expect(await jobs.service.get(carl, id)).toBeNull()
    expect(await jobs.service.get(asAdmin, id)).toMatchObject({ id })
    expect((await jobs.service.list(carl, {}, { after: null, limit: 10 })).map((job) => job.id)).not.toContain(id)
    expect(await jobs.service.count(ben, {})).toBe(1)
    expect(await code(jobs.service.cancel(carl, id))).toBe('JOB_NOT_FOUND')
    expect(await code(jobs.service.retry(carl, id))).toBe('JOB_NOT_FOUND')
    expect(await code(jobs.service.log(carl, id, { after: 0, limit: 1 }))).toBe('JOB_NOT_FOUND')
    const anonymous = { kind: 'anonymous', address: '127.0.0.1', client: null, requestId: 'x' } as const
    expect(await code(jobs.service.cancel(anonymous, id))).toBe('UNAUTHENTICATED')
    const reader = { ...ben, scopes: new Set(['jobs:read'] as const) }
    expect(await jobs.service.get(reader, id)).not.toBeNull()
    expect(await code(jobs.service.retry(reader, id))).toBe('FORBIDDEN')
    expect(await code(jobs.service.cancel(ben, 'nothing'))).toBe('JOB_NOT_FOUND')
    expect(await code(jobs.service.cancel(ben, 'a\u0000b'))).toBe('JOB_NOT_FOUND')
  })

  test('a running job stops when it is cancelled, a waiting one at once, and one that must not be stopped says why', async () => {
    const running = await add(ben, { name: 'running', steps: 2, gate: 1 })
    await expect.poll(() => jobs.workshop.done).toContain('running 0')
    expect(await jobs.service.cancel(ben, running.id)).toMatchObject({ cancelledByName: 'ben', cancelRequestedAt: expect.any(Date) })
    expect(await untilState(nas.database, running.id, 'CANCELLED')).toMatchObject({ errorCode: null, leaseToken: null })
    expect(await code(jobs.service.cancel(ben, running.id))).toBe('JOB_ENDED')
    expect(await code(jobs.service.retry(ben, running.id))).toBe('JOB_NOT_RETRYABLE')

    const waiting = await add(ben, { name: 'waiting', steps: 1 }, { runAfter: new Date(Date.now() + 3_600_000) })
    expect(await jobs.service.cancel(asAdmin, waiting.id)).toMatchObject({ state: 'CANCELLED', cancelledByName: 'ada' })

    const stubborn = await jobs.queue.add(ben, { kind: 'test_stubborn', input: { name: 'stubborn', steps: 1, gate: 0 } })
    await untilState(nas.database, stubborn.id, 'RUNNING')
    await expect(jobs.service.cancel(ben, stubborn.id)).rejects.toMatchObject({
      code: 'JOB_NOT_CANCELLABLE',
      message: 'Half of it would be worse than none.',
    })
    jobs.workshop.open('stubborn')
    await untilState(nas.database, stubborn.id, 'SUCCEEDED')

    const parent = await jobs.queue.add(ben, { kind: 'test_parent', input: { parts: [{ name: 'part', steps: 1, gate: 0 }] } })
    await untilState(nas.database, parent.id, 'WAITING')
    await jobs.service.cancel(ben, parent.id)
    const [part] = await jobs.service.children(parent.id)
    await untilState(nas.database, part?.id ?? '', 'CANCELLED')
    expect(await nas.database.job.findUniqueOrThrow({ where: { id: parent.id } })).toMatchObject({ state: 'CANCELLED' })
  })

  test('what failed goes on from its checkpoint; of a job with parts those that failed', async () => {
    const parts = [
      { name: 'good', steps: 1 },
      { name: 'bad', steps: 2, failAt: 1, failures: 3 },
    ]
    const { id } = await jobs.queue.add(ben, { kind: 'test_parent', input: { parts } })
    expect(await untilState(nas.database, id, 'FAILED')).toMatchObject({ errorCode: 'JOB_CHILD_FAILED' })
    expect(await jobs.service.retry(ben, id)).toMatchObject({ state: expect.any(String), error: null })
    await untilState(nas.database, id, 'SUCCEEDED')
    expect(jobs.workshop.done.filter((step) => /^(good|bad)/.test(step)).sort()).toEqual(['bad 0', 'bad 1', 'good 0'])
    expect(await code(jobs.service.retry(ben, id))).toBe('JOB_NOT_RETRYABLE')
  })

  test('what goes on by hand counts its time and its crashes anew', async () => {
    const { id } = await add(ben, { name: 'again', steps: 1, failAt: 0, failures: 3 })
    const before = await untilState(nas.database, id, 'FAILED')
    await nas.database.job.update({ where: { id }, data: { crashes: 20, startedAt: new Date(0) } })
    expect(await jobs.service.retry(ben, id)).toMatchObject({ attempts: 3 })
    const after = await untilState(nas.database, id, 'SUCCEEDED')
    expect(after.crashes).toBe(0)
    expect(after.startedAt?.getTime()).toBeGreaterThanOrEqual(before.endedAt?.getTime() ?? 0)
  })

  test.runIf(provider === 'sqlite')('parts go on together with their job, or not at all', async () => {
    const parts = [{ name: 'torn', steps: 1, failAt: 0 }]
    const { id } = await jobs.queue.add(ben, { kind: 'test_parent', input: { parts } })
    await untilState(nas.database, id, 'FAILED')
    await nas.database.$executeRawUnsafe(
      `CREATE TRIGGER refuse BEFORE UPDATE ON "Job" WHEN OLD.id = '${id}' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    )
    await expect(jobs.service.retry(ben, id)).rejects.toThrow()
    await nas.database.$executeRawUnsafe('DROP TRIGGER refuse')
    expect((await jobs.service.children(id)).map(({ state }) => state)).toEqual(['FAILED'])
  })

  test('while one stops, news of its progress does not make it seem to go on', async () => {
    const { id } = await add(ben, { name: 'stopping', steps: 3, gate: 2, deaf: true })
    await expect.poll(() => jobs.workshop.done).toContain('stopping 1')
    // Longer than until the frame after the next: what is reported then is a frame at once.
    await new Promise((resolve) => setTimeout(resolve, 600))
    await jobs.service.cancel(ben, id)
    const seen: { state: string; item: string | null | undefined; asked: boolean }[] = []
    const following = (async () => {
      for await (const { state, progress, cancelRequestedAt, cancelledByName } of await jobs.service.watch(ben, id)) {
        seen.push({ state, item: progress?.item, asked: cancelRequestedAt !== null && cancelledByName === 'ben' })
        if (state === 'CANCELLED') return
      }
    })()
    await expect.poll(() => seen.length).toBeGreaterThan(0)
    jobs.workshop.open('stopping')
    await following
    expect(seen.map(({ item }) => item)).toContain('after the gate')
    expect(seen.every(({ asked }) => asked)).toBe(true)
  })

  test('that another process was asked to cancel is told, though newer progress was told here', async () => {
    const { id } = await add(ben, { name: 'elsewhere', steps: 1, gate: 0 })
    const row = await untilState(nas.database, id, 'RUNNING')
    const heard: string[] = []
    const { JobChanges } = await import('./changes.ts')
    const { JobJournal } = await import('./journal.ts')
    const here = { database: nas.database, bus: new Bus(), clock: systemClock, log: pino({ level: 'silent' }) }
    const changes = new JobChanges({
      ...{ ...here, journal: new JobJournal(here), alone: false },
      cancelled: ({ id: cancelled }) => heard.push(cancelled),
    })
    changes.start()
    const reader = here.bus.watch(jobsChanged, 'all')
    try {
      changes.publish({ ...row, changedAt: new Date(Date.now() + 1_000) })
      expect((await reader.next()).value?.get(id)).toMatchObject({ cancelRequestedAt: null })
      await nas.database.job.update({
        where: { id },
        // Not this process's any more, which would stop it before anybody has looked.
        data: { leaseToken: 'elsewhere', cancelRequestedAt: new Date(), cancelledByName: 'ben', changedAt: new Date() },
      })
      await expect.poll(async () => (await reader.next()).value?.get(id)?.cancelRequestedAt, { timeout: 5_000 }).toEqual(expect.any(Date))
      expect(heard).toEqual([id])
    } finally {
      await reader.return()
      changes.stop()
      jobs.workshop.open('elsewhere')
      await nas.database.job.update({
        where: { id },
        data: { state: 'CANCELLED', leaseToken: null, leaseUntil: null, endedAt: new Date() },
      })
    }
  })

  test('an idempotency key gives the same job again, each person their own, and none for other work', async () => {
    const key = { idempotencyKey: 'once:1' }
    const together = await Promise.all(Array.from({ length: 5 }, () => add(ben, { name: 'once', steps: 1 }, key)))
    expect(new Set(together.map(({ id }) => id)).size).toBe(1)
    expect((await add(carl, { name: 'once', steps: 1 }, key)).id).not.toBe(together[0]?.id)
    expect(await code(add(ben, { name: 'twice', steps: 1 }, key))).toBe('IDEMPOTENCY_KEY_REUSED')
    expect(await code(add(ben, { name: 'x', steps: 1 }, { idempotencyKey: 'a b' }))).toBe('INVALID_INPUT')
  })

  test('an unknown kind and an input that does not fit are refused before anything is written', async () => {
    const before = await nas.database.job.count()
    expect(await code(jobs.queue.add(ben, { kind: 'nothing', input: {} }))).toBe('JOB_KIND_UNKNOWN')
    await expect(add(ben, { name: 'x', steps: 'many' })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'input.steps' })
    expect(await code(add(ben, { name: 'x'.repeat(70_000), steps: 1 }))).toBe('INVALID_INPUT')
    expect(await nas.database.job.count()).toBe(before)
  })

  test('a job of an account that is disabled does nothing more', async () => {
    const { id } = await add(carl, { name: 'late', steps: 1 }, { runAfter: new Date(Date.now() + 3_600_000) })
    await nas.database.user.update({ where: { id: carl.userId }, data: { disabledAt: new Date() } })
    await nas.database.job.update({ where: { id }, data: { runAfter: new Date() } })
    jobs.runner.wake()
    expect(await untilState(nas.database, id, 'FAILED')).toMatchObject({ errorCode: 'JOB_ACTOR_GONE', attempts: 1 })
    expect(jobs.workshop.done).not.toContain('late 0')
    await nas.database.user.update({ where: { id: carl.userId }, data: { disabledAt: null } })
  })

  test('who watches sees the present, then every change up to the end, and only of what is theirs', async () => {
    const { id } = await add(ben, { name: 'watched', steps: 3, gate: 1 })
    const [own, theirs] = [await jobs.service.watch(ben, id), await jobs.service.watch(carl, null)]
    const seen: string[] = []
    const following = (async () => {
      for await (const job of own) {
        seen.push(job.state)
        if (job.state === 'SUCCEEDED') return job
      }
      return null
    })()
    await expect.poll(() => seen).toContain('RUNNING')
    jobs.workshop.open('watched')
    expect(await following).toMatchObject({ progress: { done: 3, total: 3, unit: 'STEPS', etaSeconds: null }, result: { steps: 3 } })
    await theirs.return()
    const others: unknown[] = []
    for await (const job of theirs) others.push(job)
    expect(others).toEqual([])
    expect(await code(jobs.service.watch(carl, id))).toBe('JOB_NOT_FOUND')
  })

  test('at most four frames a second, and the last one is the end', async () => {
    const { id } = await add(ben, { name: 'quick', steps: 400 })
    const reader = await jobs.service.watch(ben, id)
    const frames: number[] = []
    for await (const job of reader) {
      frames.push(Date.now())
      if (job.state === 'SUCCEEDED') break
    }
    const seconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1_000
    // The present, the beginning and the end come besides.
    expect(frames.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 4)
  })

  test('the log is followed from its beginning, without a gap', async () => {
    const { id } = await add(ben, { name: 'talking', steps: 1, gate: 0 })
    const reader = await jobs.service.watchLog(ben, id, 0)
    const lines: number[] = []
    const following = (async () => {
      for await (const { sequence } of reader) {
        lines.push(sequence)
        if (lines.length === 31) return
      }
    })()
    await untilState(nas.database, id, 'RUNNING')
    const { JobJournal } = await import('./journal.ts')
    const journal = new JobJournal({ database: nas.database, bus: jobs.bus, clock: { now: () => new Date(), monotonic: () => 0 } })
    await Promise.all(Array.from({ length: 30 }, (_, at) => journal.append(id, 1, 'INFO', `line ${at}`)))
    jobs.workshop.open('talking')
    await following
    expect(lines).toEqual(Array.from({ length: 31 }, (_, at) => at + 1))
    expect(await code(jobs.service.watchLog(carl, id, 0))).toBe('JOB_NOT_FOUND')
  })

  test('through the graph: kinds with their shapes, pages with cursors, filters, and the audit log', async () => {
    const { data } = await admin.graphql('{ jobKinds { name inputSchema resultSchema schedulable } }')
    expect(data.jobKinds.find(({ name }: { name: string }) => name === 'session_cleanup')).toMatchObject({
      inputSchema: { type: 'object', additionalProperties: false },
      resultSchema: { type: 'object', required: ['ended'] },
    })
    const fields = '{ totalCount nodes { id state kind kindKnown } pageInfo { endCursor hasNextPage } }'
    const page = (first: number, after: string | null, filter: object | null = null) =>
      admin.graphql(
        `query ($first: Int, $after: String, $filter: JobFilter) { jobs(first: $first, after: $after, filter: $filter) ${fields} }`,
        { first, after, filter },
      )
    const seen: string[] = []
    let after: string | null = null
    for (;;) {
      const { jobs: one }: { jobs: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } = (
        await page(3, after)
      ).data
      seen.push(...one.nodes.map(({ id }) => id))
      after = one.pageInfo.endCursor
      if (!one.pageInfo.hasNextPage) break
    }
    const all = await nas.database.job.findMany({ orderBy: { id: 'desc' } })
    expect(seen).toEqual(all.map(({ id }) => id))
    const failed = (await page(500, null, { states: ['FAILED'], kinds: ['test_resume'] })).data.jobs
    expect(failed.totalCount).toBe(all.filter(({ state, kind }) => state === 'FAILED' && kind === 'test_resume').length)
    // This server does not know the kinds of these tests: it shows them, and does not run them.
    expect(failed.nodes[0]).toMatchObject({ kindKnown: false })
    expect((await page(5, 'nonsense')).errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
    const { id } = await nas.database.job.findFirstOrThrow({ where: { state: 'SUCCEEDED' } })
    const cancelled = await admin.graphql('mutation ($id: ID!) { cancelJob(id: $id) { __typename ... on Problem { code } } }', { id })
    expect(cancelled.data.cancelJob).toEqual({ __typename: 'JobEnded', code: 'JOB_ENDED' })
    const { data: log } = await admin.graphql(
      '{ auditLog(first: 1, filter: { actions: ["jobs.cancel"] }) { nodes { action target result } } }',
    )
    expect(log.auditLog.nodes).toEqual([{ action: 'jobs.cancel', target: id, result: 'JOB_ENDED' }])
  })
})
