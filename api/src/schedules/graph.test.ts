import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders, turnableClock } from '../../test/nas.ts'

const builtIn = [
  'audit_retention',
  'database_check',
  'database_maintenance',
  'file_index',
  'file_scrub',
  'job_cleanup',
  'session_cleanup',
  'thumbnail_prune',
  'trash_prune',
  'upload_cleanup',
  'version_prune',
]

/** Longer than `untilEnded` waits: what is missing then is what the test says. */
const waitsForJobs = { timeout: 60_000 }

describe.each(await testedProviders())('schedules in the graph on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  const clock = turnableClock()
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
  })
  afterAll(() => nas.close())
  const ask = async (document: string, variables: Record<string, unknown> = {}, client = admin) => {
    const { data, errors } = await client.graphql(document, variables)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const untilEnded = async (id: string) => {
    await expect
      .poll(async () => (await ask('query($id: ID!) { job(id: $id) { endedAt } }', { id })).job.endedAt, { timeout: 30_000 })
      .not.toBeNull()
    return (await ask('query($id: ID!) { job(id: $id) { state result error { code message } } }', { id })).job
  }

  test('the server has its own ones, and knows when they come', async () => {
    const { schedules } = await ask(
      '{ schedules { name builtIn nextRunAt timeZone effectiveTimeZone nextRuns(count: 3) { dueAt startsAt } lastRun { id } } }',
    )
    expect(schedules.map(({ name }: { name: string }) => name)).toEqual(builtIn)
    for (const schedule of schedules) {
      expect(schedule).toMatchObject({ builtIn: true, timeZone: 'system', lastRun: null })
      expect(schedule.nextRuns).toHaveLength(3)
      expect(schedule.nextRuns[0].startsAt).toBe(schedule.nextRunAt)
      expect(Date.parse(schedule.nextRunAt)).toBeGreaterThan(Date.now())
    }
  })

  test.each(builtIn)('%s can be run now, and succeeds', waitsForJobs, async (name) => {
    const { runSchedule } = await ask(
      'mutation($input: RunScheduleInput!) { runSchedule(input: $input) { __typename ... on Job { id scheduleName } ... on Problem { code } } }',
      { input: { name } },
    )
    expect(runSchedule).toMatchObject({ __typename: 'Job', scheduleName: name })
    expect(await untilEnded(runSchedule.id)).toMatchObject({ state: 'SUCCEEDED', error: null })
    const { schedule } = await ask(
      'query($name: String!) { schedule(name: $name) { runs(first: 5) { totalCount edges { node { trigger outcome dueCount job { id state } } } } } }',
      { name },
    )
    expect(schedule.runs).toEqual({
      totalCount: 1,
      edges: [{ node: { trigger: 'MANUAL', outcome: 'STARTED', dueCount: 1, job: { id: runSchedule.id, state: 'SUCCEEDED' } } }],
    })
  })

  test('an administrator makes, changes, pauses and deletes one of their own', waitsForJobs, async () => {
    const fields =
      '{ __typename ... on Schedule { name title kind input cron everySeconds window { from to } catchUp pausedAt nextRunAt deletedAt createdByName } ... on Problem { code field } }'
    const { createSchedule } = await ask(`mutation($input: CreateScheduleInput!) { createSchedule(input: $input) ${fields} }`, {
      input: {
        name: 'nightly',
        title: 'Every night',
        action: { databaseCheck: { thorough: false } },
        timing: { cron: '0 1 * * *' },
        timeZone: 'Europe/Berlin',
        window: { from: '00:00', to: '06:00' },
      },
    })
    expect(createSchedule).toMatchObject({
      __typename: 'Schedule',
      kind: 'database_check',
      input: { thorough: false },
      cron: '0 1 * * *',
      everySeconds: null,
      catchUp: 'RUN_ONCE',
      createdByName: 'ada',
    })
    const { updateSchedule } = await ask(`mutation($input: UpdateScheduleInput!) { updateSchedule(input: $input) ${fields} }`, {
      input: { name: 'nightly', action: { verifyAudit: true }, timing: { everySeconds: 3_600 }, window: null },
    })
    expect(updateSchedule).toMatchObject({ kind: 'audit_verify', cron: null, everySeconds: 3_600, window: null, title: 'Every night' })
    const { runSchedule } = await ask('mutation { runSchedule(input: { name: "nightly" }) { ... on Job { id actorName } } }')
    expect(runSchedule.actorName).toBe('ada')
    expect(await untilEnded(runSchedule.id)).toMatchObject({ state: 'SUCCEEDED' })
    const { pauseSchedule } = await ask(`mutation { pauseSchedule(name: "nightly") ${fields} }`)
    expect(pauseSchedule).toMatchObject({ nextRunAt: null, pausedAt: expect.any(String) })
    expect((await ask(`mutation { resumeSchedule(name: "nightly") ${fields} }`)).resumeSchedule).toMatchObject({ pausedAt: null })
    expect((await ask(`mutation { deleteSchedule(name: "nightly") ${fields} }`)).deleteSchedule).toMatchObject({
      deletedAt: expect.any(String),
    })
    expect((await ask(`mutation { deleteSchedule(name: "nightly") ${fields} }`)).deleteSchedule).toMatchObject({
      code: 'SCHEDULE_NOT_FOUND',
    })
    expect((await ask(`mutation { deleteSchedule(name: "job_cleanup") ${fields} }`)).deleteSchedule).toMatchObject({
      code: 'SCHEDULE_BUILT_IN',
    })
    const actions = await nas.database.auditEntry.findMany({
      where: { action: { startsWith: 'schedules.' }, target: 'nightly' },
      orderBy: { sequence: 'asc' },
    })
    expect(actions.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'schedules.create ok',
      'schedules.update ok',
      'schedules.run ok',
      'schedules.pause ok',
      'schedules.resume ok',
      'schedules.delete ok',
      'schedules.delete SCHEDULE_NOT_FOUND',
    ])
  })

  test('an editor is shown when something would run, or what is wrong', async () => {
    const preview = async (args: string) => {
      const { data, errors } = await admin.graphql(`{ schedulePreview(${args}) { times { startsAt } } }`)
      return errors ? errors[0]?.extensions : data.schedulePreview
    }
    expect((await preview('cron: "30 2 * * *", timeZone: "Europe/Berlin", count: 50')).times).toHaveLength(50)
    expect((await preview('everySeconds: 60')).times).toHaveLength(5)
    expect(await preview('cron: "0 25 * * *"')).toMatchObject({ code: 'CRON_INVALID', part: 'HOUR' })
    expect(await preview('cron: "0 0 31 2 *"')).toMatchObject({ code: 'CRON_NEVER_DUE' })
    expect(await preview('cron: "0 0 * * *", timeZone: "Mars"')).toMatchObject({ code: 'TIME_ZONE_UNKNOWN' })
    expect(await preview('cron: "0 0 * * *", window: { from: "02:00", to: "03:00" }')).toMatchObject({ code: 'WINDOW_NEVER_MET' })
    expect(await preview('everySeconds: 5')).toMatchObject({ code: 'INTERVAL_TOO_SHORT' })
    for (const args of ['count: 5', 'cron: "0 0 * * *", everySeconds: 60', 'everySeconds: 60, count: 51', 'everySeconds: 60, count: 0'])
      expect(await preview(args)).toMatchObject({ code: 'INVALID_INPUT' })
  })

  test('the timeline has what was and what comes', async () => {
    const document = `query($from: DateTime!, $to: DateTime!) { scheduleTimeline(from: $from, to: $to) {
      runs { scheduleName trigger job { startedAt endedAt } } coming { scheduleName dueAt startsAt expectedSeconds } truncated } }`
    const day = 86_400_000
    const range = { from: new Date(Date.now() - day).toISOString(), to: new Date(Date.now() + 7 * day).toISOString() }
    const { scheduleTimeline } = await ask(document, range)
    expect(scheduleTimeline.runs.length).toBeGreaterThanOrEqual(7)
    for (const { job } of scheduleTimeline.runs) expect(Date.parse(job.endedAt)).toBeGreaterThanOrEqual(Date.parse(job.startedAt))
    const hourly = scheduleTimeline.coming.filter(({ scheduleName }: { scheduleName: string }) => scheduleName === 'session_cleanup')
    expect(hourly.length).toBe(7 * 24)
    expect(hourly[0].expectedSeconds).toEqual(expect.any(Number))
    const starts = scheduleTimeline.coming.map(({ startsAt }: { startsAt: string }) => startsAt)
    expect(starts).toEqual([...starts].sort())
    const { errors } = await admin.graphql(document, { ...range, to: new Date(Date.now() + 365 * day).toISOString() })
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
  })

  test('who watches is given what there is, then each change', async () => {
    const live = admin.live()
    const follow = (query: string) => {
      const frames = live.iterate({ query })
      return async () => (await frames.next()).value?.data?.['scheduleChanged']
    }
    const all = follow('subscription { scheduleChanged { name pausedAt } }')
    for (const name of builtIn) expect(await all()).toEqual({ name, pausedAt: null })
    const one = follow('subscription { scheduleChanged(name: "job_cleanup") { name pausedAt } }')
    expect(await one()).toEqual({ name: 'job_cleanup', pausedAt: null })
    await ask('mutation { pauseSchedule(name: "upload_cleanup") { __typename } }')
    await ask('mutation { pauseSchedule(name: "job_cleanup") { __typename } }')
    expect(await one()).toEqual({ name: 'job_cleanup', pausedAt: expect.any(String) })
    expect(await all()).toEqual({ name: 'upload_cleanup', pausedAt: expect.any(String) })
    for (const name of ['upload_cleanup', 'job_cleanup'])
      await ask('mutation($name: String!) { resumeSchedule(name: $name) { __typename } }', { name })
    await live.dispose()
  })

  test('the clock of the server starts what is due, also after a start', waitsForJobs, async () => {
    const before = (await ask('{ schedule(name: "session_cleanup") { nextRunAt } }')).schedule.nextRunAt
    clock.turn(Date.parse(before) + 7 * 3_600_000 + 60_000 - clock.now().getTime())
    nas = await nas.restart()
    const runs = await nas.database.scheduleRun.findMany({
      where: { scheduleName: 'session_cleanup', trigger: { not: 'MANUAL' } },
      orderBy: { id: 'asc' },
    })
    expect(runs.map(({ outcome, reason, dueCount }) => [outcome, reason, dueCount])).toEqual([
      ['SKIPPED', 'MISSED', 7],
      ['STARTED', null, 1],
    ])
    const job = await nas.database.job.findFirstOrThrow({ where: { id: runs[1]?.jobId ?? '' } })
    expect(job.dueAt?.getTime()).toBe(Date.parse(before) + 7 * 3_600_000)
    admin = nas.client()
    await admin.signIn('ada', goodPassword)
    expect(await untilEnded(job.id)).toMatchObject({ state: 'SUCCEEDED' })
  })
})
