import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import { system } from '../jobs/test-jobs.ts'
import type { Database } from '../platform/db.ts'
import { transactionScope } from '../platform/transaction-scope.ts'
import { Declarations } from './declarations.ts'
import { defineSchedule, type Rules } from './model.ts'
import { jitterOf, Plan } from './plan.ts'
import { createTestSchedules, nothing, plain, SetClock } from './test-schedules.ts'

const admin = testActor('ada', 'ADMIN')
const hour = 3_600_000

describe.each(await testedProviders())('schedules on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  let clock: SetClock
  const started: ReturnType<typeof createTestSchedules>[] = []
  const startProcess = async (...declarations: Parameters<typeof createTestSchedules>[3] & object) => {
    const schedules = createTestSchedules(database, provider, clock, declarations)
    started.push(schedules)
    await schedules.start()
    return schedules
  }
  beforeEach(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    clock = new SetClock('2026-06-01T00:00:00Z')
    await database.user.create({
      data: { id: admin.userId, username: 'ada', usernameKey: 'ada', role: 'ADMIN', passwordHash: null, createdAt: clock.now() },
    })
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    for (const schedules of started.splice(0)) await schedules.stop()
    await drop()
  })
  const runs = async (name = 'aa') =>
    (await database.scheduleRun.findMany({ where: { scheduleName: name }, orderBy: { id: 'asc' } })).map(
      ({ dueAt, trigger, outcome, reason, dueCount }) =>
        [dueAt.toISOString().slice(5, 16), trigger, reason ?? outcome, ...(dueCount > 1 ? [dueCount] : [])].join(' '),
    )
  const create = (schedules: ReturnType<typeof createTestSchedules>, rules: Partial<Rules> = {}, name = 'aa') =>
    schedules.changes.create(admin, { name, title: 'A', action: () => nothing, rules: { ...plain, ...rules } })
  const at = async (schedules: ReturnType<typeof createTestSchedules>, time: string) => {
    clock.set(time)
    await schedules.tick()
  }
  const daily = defineSchedule({ name: 'aa', title: 'A', ...nothing, timing: { everySeconds: 86_400 } })

  test('what is due starts one job, in the name of who made it, and the row moves on', async () => {
    const schedules = await startProcess()
    await create(schedules, { maxAttempts: 2 })
    await at(schedules, '2026-06-01T02:59:59Z')
    expect(await runs()).toEqual([])
    await at(schedules, '2026-06-01T03:00:00Z')
    await schedules.tick()
    expect(await runs()).toEqual(['06-01T03:00 SCHEDULED STARTED'])
    const [job] = await database.job.findMany()
    expect(job).toMatchObject({ kind: 'test_resume', state: 'QUEUED', scheduleName: 'aa', actorId: admin.userId, maxAttempts: 2 })
    expect(job?.dueAt).toEqual(new Date('2026-06-01T03:00:00Z'))
    expect(await database.schedule.findUnique({ where: { name: 'aa' } })).toMatchObject({
      lastDueAt: new Date('2026-06-01T03:00:00Z'),
      nextRunAt: new Date('2026-06-02T03:00:00Z'),
    })
  })

  test('a run that is shaken starts when its own time has come, once, and its due time is the one of the rules', async () => {
    const schedules = await startProcess()
    const { nextDueAt, nextRunAt } = await create(schedules, { jitterSeconds: 3_600 })
    if (!nextDueAt || !nextRunAt) throw new Error('It has no next run.')
    expect(nextRunAt.getTime()).toBe(nextDueAt.getTime() + jitterOf('aa', nextDueAt, 3_600) * 1_000)
    expect(nextRunAt.getTime()).toBeGreaterThan(nextDueAt.getTime())
    await at(schedules, nextDueAt.toISOString())
    await at(schedules, new Date(nextRunAt.getTime() - 1).toISOString())
    expect(await runs()).toEqual([])
    // What is due and waits is still to come, in the list and in the picture.
    const schedule = (await schedules.service.get(admin, 'aa')) ?? expect.fail()
    expect(schedules.service.nextRuns(schedule, 1)).toEqual([{ dueAt: nextDueAt, startAt: nextRunAt }])
    const { coming } = await schedules.service.timeline(admin, clock.now(), new Date(nextRunAt.getTime() + 1))
    expect(coming).toMatchObject([{ dueAt: nextDueAt, startAt: nextRunAt }])
    await at(schedules, nextRunAt.toISOString())
    await schedules.tick()
    expect(await runs()).toEqual(['06-01T03:00 SCHEDULED STARTED'])
  })

  test('what was missed runs once, and the rest is one row; or is left out', async () => {
    let schedules = await startProcess()
    await create(schedules, { timing: { cron: '0 * * * *' } })
    await create(schedules, { timing: { cron: '0 * * * *' }, catchUp: 'SKIP' }, 'bb')
    await schedules.stop()
    clock.set('2026-06-03T05:30:00Z')
    schedules = await startProcess()
    expect(await runs()).toEqual(['06-03T04:00 SCHEDULED MISSED 52', '06-03T05:00 CATCH_UP STARTED'])
    expect(await runs('bb')).toEqual(['06-03T05:00 SCHEDULED MISSED 53'])
    expect(await database.scheduleRun.findFirst({ where: { scheduleName: 'bb' } })).toMatchObject({
      gapFrom: new Date('2026-06-01T01:00:00Z'),
    })
    await schedules.finish()
    await at(schedules, '2026-06-03T06:00:00Z')
    expect((await runs()).at(-1)).toBe('06-03T06:00 SCHEDULED STARTED')
    expect((await runs('bb')).at(-1)).toBe('06-03T06:00 SCHEDULED STARTED')
  })

  test('a restart that fails says so, and what is due starts all the same', async () => {
    const schedules = await startProcess(daily)
    vi.spyOn(Declarations.prototype, 'install').mockRejectedValueOnce(new Error('the database is busy'))
    clock.set('2026-06-02T00:00:00Z')
    await expect(schedules.restart()).rejects.toThrow('busy')
    expect(schedules.looks().running).toBe(true)
    expect(await runs()).toEqual(['06-02T00:00 SCHEDULED STARTED'])
  })

  test('what was missed is counted while no transaction keeps others waiting', async () => {
    const schedules = await startProcess()
    await create(schedules, { timing: { cron: '* * * * *' } })
    const { decide } = Plan.prototype
    const scopes: unknown[] = []
    vi.spyOn(Plan.prototype, 'decide').mockImplementation(function (this: Plan, now) {
      scopes.push(transactionScope())
      return decide.call(this, now)
    })
    await at(schedules, '2026-06-02T00:00:00Z')
    expect(await runs()).toEqual(['06-01T23:59 SCHEDULED MISSED 1439', '06-02T00:00 SCHEDULED STARTED'])
    expect(scopes).toEqual([null])
  })

  test('restarts do not put an interval off', async () => {
    let schedules = await startProcess({ ...daily, timing: { everySeconds: 7 * 86_400 } })
    for (let day = 0; day < 15; day++) {
      await schedules.stop()
      clock.turn(24 * hour)
      schedules = await startProcess({ ...daily, timing: { everySeconds: 7 * 86_400 } })
      await schedules.finish()
    }
    expect(await runs()).toEqual(['06-08T00:00 SCHEDULED STARTED', '06-15T00:00 SCHEDULED STARTED'])
  })

  test('while the last run is open the next is left out, or one waits behind it', async () => {
    const schedules = await startProcess()
    await create(schedules)
    await create(schedules, { overlap: 'QUEUE' }, 'bb')
    for (const day of [1, 2, 3]) await at(schedules, `2026-06-0${day}T03:00:00Z`)
    expect(await runs()).toEqual(['06-01T03:00 SCHEDULED STARTED', '06-02T03:00 SCHEDULED OVERLAP', '06-03T03:00 SCHEDULED OVERLAP'])
    expect(await runs('bb')).toEqual(['06-01T03:00 SCHEDULED STARTED', '06-02T03:00 SCHEDULED OVERLAP', '06-03T03:00 SCHEDULED OVERLAP'])
    await database.job.updateMany({ data: { state: 'RUNNING', attempts: 1 } })
    await at(schedules, '2026-06-04T03:00:00Z')
    await at(schedules, '2026-06-05T03:00:00Z')
    expect((await runs('bb')).slice(3)).toEqual(['06-04T03:00 SCHEDULED STARTED', '06-05T03:00 SCHEDULED OVERLAP'])
    const locks = await database.job.findMany({ where: { scheduleName: 'bb' }, select: { locks: true } })
    expect(locks.map((row) => row.locks)).toEqual(Array(2).fill([{ name: 'schedule:bb', exclusive: true }]))
  })

  test('a pause is one row, and nothing of it is caught up', async () => {
    const schedules = await startProcess()
    await create(schedules)
    await schedules.changes.pause(admin, 'aa')
    expect((await schedules.changes.pause(admin, 'aa')).nextRunAt).toBeNull()
    for (const day of [1, 2, 3]) await at(schedules, `2026-06-0${day}T12:00:00Z`)
    expect(await runs()).toEqual([])
    const schedule = await schedules.changes.resume(admin, 'aa')
    expect(schedule).toMatchObject({ pausedAt: null, nextRunAt: new Date('2026-06-04T03:00:00Z') })
    expect(await runs()).toEqual(['06-03T03:00 SCHEDULED PAUSED 3'])
    await at(schedules, '2026-06-04T03:00:00Z')
    expect((await runs()).at(-1)).toBe('06-04T03:00 SCHEDULED STARTED')
  })

  test('it does not run for an account that is disabled, no administrator any more, or gone', async () => {
    const schedules = await startProcess()
    await create(schedules)
    await database.user.update({ where: { id: admin.userId }, data: { disabledAt: clock.now() } })
    await at(schedules, '2026-06-01T03:00:00Z')
    await expect(schedules.changes.run(admin, 'aa')).rejects.toMatchObject({ code: 'JOB_ACTOR_GONE' })
    await database.user.update({ where: { id: admin.userId }, data: { disabledAt: null, role: 'USER' } })
    await at(schedules, '2026-06-02T03:00:00Z')
    await database.user.delete({ where: { id: admin.userId } })
    await at(schedules, '2026-06-03T03:00:00Z')
    expect(await runs()).toEqual(['06-01T03:00 SCHEDULED ACTOR', '06-02T03:00 SCHEDULED ACTOR', '06-03T03:00 SCHEDULED ACTOR'])
    expect(await database.job.count()).toBe(0)
  })

  test('what an upgrade took away is told, and keeps the others from nothing', async () => {
    const schedules = await startProcess()
    for (const name of ['aa', 'ab', 'ac', 'ad']) await create(schedules, {}, name)
    await database.schedule.update({ where: { name: 'aa' }, data: { kind: 'gone' } })
    await database.schedule.update({ where: { name: 'ab' }, data: { input: { else: 1 } } })
    await database.schedule.update({ where: { name: 'ac' }, data: { timeZone: 'Europe/Atlantis' } })
    await at(schedules, '2026-06-01T03:00:00Z')
    const last = await Promise.all(['aa', 'ab', 'ac', 'ad'].map(async (name) => (await runs(name)).join()))
    expect(last).toEqual(['KIND', 'INPUT', 'TIMING', 'STARTED'].map((word) => `06-01T03:00 SCHEDULED ${word}`))
    expect(await schedules.service.effectiveZone((await schedules.service.list(admin))[2] ?? expect.fail())).toBeNull()
    expect((await schedules.changes.update(admin, 'ac', { rules: { timeZone: 'Europe/Berlin' } })).nextRunAt).toEqual(
      new Date('2026-06-02T01:00:00Z'),
    )
  })

  test('a clock that was wrong by years, and one that is put back over a due time, start nothing twice', async () => {
    const schedules = await startProcess()
    await create(schedules, { timing: { everySeconds: 3_600 } })
    await create(schedules, {}, 'bb')
    await at(schedules, '2026-06-01T03:00:00Z')
    await schedules.finish()
    await at(schedules, '2026-06-01T02:00:00Z')
    await at(schedules, '2026-06-01T03:00:00Z')
    await schedules.finish()
    expect(await runs('bb')).toEqual(['06-01T03:00 SCHEDULED STARTED'])
    await at(schedules, '2031-01-01T00:00:00Z')
    await schedules.finish()
    await at(schedules, '2026-06-01T12:00:00Z')
    await at(schedules, '2026-06-01T13:00:00Z')
    await schedules.finish()
    await at(schedules, '2026-06-02T03:00:00Z')
    expect((await runs()).filter((run) => run.includes('06-01T13:00'))).toEqual(['06-01T13:00 SCHEDULED STARTED'])
    expect((await runs('bb')).filter((run) => run.includes('06-02T03:00'))).toEqual(['06-02T03:00 SCHEDULED STARTED'])
  })

  test('run now starts a job of its own and moves no due time; beside an open run it is refused', async () => {
    const schedules = await startProcess(daily)
    const before = await database.schedule.findUniqueOrThrow({ where: { name: 'aa' } })
    const job = await schedules.changes.run(admin, 'aa')
    expect(job).toMatchObject({ kind: 'test_resume', scheduleName: 'aa', actorId: null, actorName: 'system' })
    await expect(schedules.changes.run(admin, 'aa')).rejects.toMatchObject({ code: 'SCHEDULE_RUNNING' })
    await schedules.finish()
    await schedules.changes.pause(admin, 'aa')
    await schedules.changes.run(admin, 'aa')
    expect(await runs()).toEqual(['06-01T00:00 MANUAL STARTED', '06-01T00:00 MANUAL STARTED'])
    await schedules.changes.resume(admin, 'aa')
    expect(await database.schedule.findUniqueOrThrow({ where: { name: 'aa' } })).toMatchObject({
      anchorAt: before.anchorAt,
      nextRunAt: before.nextRunAt,
    })
    const many = await Promise.allSettled(
      Array.from({ length: 5 }, () => schedules.finish().then(() => schedules.changes.run(admin, 'aa'))),
    )
    expect(many.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(new Set((await database.scheduleRun.findMany()).map(({ dueAt }) => dueAt.getTime())).size).toBe(
      await database.scheduleRun.count(),
    )
  })

  test('a change of the times starts nothing by itself, and an interval goes on from its last due time', async () => {
    const schedules = await startProcess()
    await create(schedules, { timing: { everySeconds: 86_400 } })
    await at(schedules, '2026-06-02T00:00:00Z')
    await schedules.finish()
    clock.set('2026-06-02T10:30:00Z')
    expect((await schedules.changes.update(admin, 'aa', { rules: { timing: { everySeconds: 3_600 } } })).nextRunAt).toEqual(
      new Date('2026-06-02T11:00:00Z'),
    )
    expect((await schedules.changes.update(admin, 'aa', { rules: { timing: { cron: '0 10 * * *' } } })).nextRunAt).toEqual(
      new Date('2026-06-03T10:00:00Z'),
    )
    await schedules.tick()
    expect(await runs()).toEqual(['06-02T00:00 SCHEDULED STARTED'])
  })

  test('what the server brings: an upgrade adds, changes and removes it, and leaves changed times alone', async () => {
    const declaration = (name: string, everySeconds: number, steps = 0) =>
      defineSchedule({ name, title: name, kind: 'test_resume', input: { name, steps }, timing: { everySeconds } })
    let schedules = await startProcess(declaration('gone', 3_600), declaration('kept', 3_600), declaration('adjusted', 3_600))
    await create(schedules, {}, 'mine')
    await schedules.changes.update(admin, 'adjusted', { rules: { timing: { everySeconds: 600 } } })
    await expect(schedules.changes.update(admin, 'kept', { title: 'x', rules: {} })).rejects.toMatchObject({ code: 'SCHEDULE_BUILT_IN' })
    await expect(schedules.changes.update(admin, 'kept', { action: () => nothing, rules: {} })).rejects.toMatchObject({
      code: 'SCHEDULE_BUILT_IN',
    })
    await expect(schedules.changes.delete(admin, 'kept')).rejects.toMatchObject({ code: 'SCHEDULE_BUILT_IN' })
    await at(schedules, '2026-06-01T01:00:00Z')
    await schedules.stop()
    await schedules.finish()
    schedules = await startProcess(
      declaration('kept', 7_200, 2),
      declaration('adjusted', 7_200, 3),
      declaration('added', 60),
      declaration('mine', 60),
    )
    const rows = await database.schedule.findMany({ orderBy: { name: 'asc' } })
    expect(rows.map(({ name, everySeconds, builtIn, adjusted }) => [name, everySeconds, builtIn, adjusted])).toEqual([
      ['added', 60, true, false],
      ['adjusted', 600, true, true],
      ['kept', 7_200, true, false],
      ['mine', 60, true, false],
      ['mine_2', null, false, false],
    ])
    expect(rows.map(({ input }) => (input as { steps: number }).steps)).toEqual([0, 3, 2, 0, 0])
    expect(await runs('gone')).toEqual(['06-01T01:00 SCHEDULED STARTED'])
  })

  test('what is asked for wrongly is refused by name', async () => {
    const schedules = await startProcess()
    await create(schedules)
    const codes = await Promise.all(
      [
        create(schedules),
        create(schedules, {}, 'A b'),
        create(schedules, { timing: { cron: '0 0 31 2 *' } }, 'bb'),
        create(schedules, { window: { from: '04:00', to: '05:00' } }, 'bb'),
        schedules.changes.create(admin, { name: 'bb', title: ' ', action: () => nothing, rules: plain }),
        schedules.changes.create(admin, { name: 'bb', title: 'B', action: () => ({ kind: 'none', input: {} }), rules: plain }),
        schedules.changes.create(admin, {
          name: 'bb',
          title: 'B',
          action: () => ({ kind: 'test_parent', input: { parts: [] } }),
          rules: plain,
        }),
        schedules.changes.create(admin, { name: 'bb', title: 'B', action: () => ({ kind: 'test_resume', input: {} }), rules: plain }),
        schedules.changes.pause(admin, 'none'),
        schedules.changes.run(admin, 'no ne'),
        schedules.changes.delete(system, 'aa'),
      ].map((change) =>
        change.then(
          () => 'done',
          (error: { code: string }) => error.code,
        ),
      ),
    )
    expect(codes).toEqual([
      'SCHEDULE_NAME_TAKEN',
      'INVALID_INPUT',
      'CRON_NEVER_DUE',
      'WINDOW_NEVER_MET',
      'INVALID_INPUT',
      'JOB_KIND_UNKNOWN',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'SCHEDULE_NOT_FOUND',
      'SCHEDULE_NOT_FOUND',
      'UNAUTHENTICATED',
    ])
    expect(await database.schedule.count()).toBe(1)
  })

  test.runIf(provider === 'postgresql')('processes that share the database start each due time once', async () => {
    const declarations = Array.from({ length: 8 }, (_, at) => defineSchedule({ ...daily, name: `s${at}`, timing: { everySeconds: 3_600 } }))
    const processes = await Promise.all([1, 2, 3].map(() => startProcess(...declarations)))
    const change = create(processes[0] ?? expect.fail(), { timing: { cron: '0 * * * *' } }, 'own')
    await change
    for (let due = 1; due <= 12; due++) {
      clock.turn(hour)
      await Promise.all(processes.flatMap((schedules) => [schedules.tick(), schedules.tick()]))
      await processes[0]?.finish()
    }
    expect(await database.job.count()).toBe(9 * 12)
    expect(await database.scheduleRun.count({ where: { outcome: 'STARTED', trigger: 'SCHEDULED' } })).toBe(9 * 12)
    const jobs = await database.job.findMany({ select: { scheduleName: true, dueAt: true } })
    expect(new Set(jobs.map(({ scheduleName, dueAt }) => `${scheduleName} ${dueAt?.toISOString()}`)).size).toBe(9 * 12)
  })
})
