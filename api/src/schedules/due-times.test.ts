import { describe, expect, test } from 'vitest'
import { Problem } from '../platform/errors.ts'
import { CronTimes, parseCron } from './cron.ts'
import type { Rules } from './model.ts'
import { type Coming, jitterOf, Plan } from './plan.ts'
import { requireRules } from './rules.ts'
import { plain } from './test-schedules.ts'

const minute = 60_000
const hour = 60 * minute

/** Local times of the first due times after a moment, and the moments themselves must rise. */
function dues(timing: Rules['timing'], timeZone: string, from: string, count: number): string[] {
  const plan = new Plan({ ...plain, timing, timeZone, name: 'x', anchorAt: new Date(from) })
  const found = plan.upcoming(new Date(from), count).map(({ dueAt }) => dueAt)
  for (const [at, due] of found.entries()) if (at > 0) expect(due.getTime()).toBeGreaterThan(found[at - 1]?.getTime() ?? 0)
  // Backwards they are the same.
  for (const due of found) {
    expect(plan.dueAtOrBefore(due)).toEqual(due)
    expect(plan.dueAtOrBefore(new Date(due.getTime() + 59_000))).toEqual(due)
  }
  expect(plan.count(new Date(from), found.at(-1) ?? new Date(0))).toBe(found.length)
  return found.map((due) => due.toISOString().slice(5, 16))
}

describe('when clocks are put forward or back', () => {
  test('Europe/Berlin: what is jumped over is due right after, what comes twice is due once', () => {
    // At 01:00 UTC the clocks go from 02:00 to 03:00.
    expect(dues({ cron: '30 2 * * *' }, 'Europe/Berlin', '2026-03-27T12:00Z', 3)).toEqual(['03-28T01:30', '03-29T01:00', '03-30T00:30'])
    expect(dues({ cron: '0 * * * *' }, 'Europe/Berlin', '2026-03-28T23:30Z', 3)).toEqual(['03-29T00:00', '03-29T01:00', '03-29T02:00'])
    // At 01:00 UTC from 03:00 back to 02:00.
    expect(dues({ cron: '30 2 * * *' }, 'Europe/Berlin', '2026-10-24T12:00Z', 3)).toEqual(['10-25T00:30', '10-26T01:30', '10-27T01:30'])
    expect(dues({ cron: '0 * * * *' }, 'Europe/Berlin', '2026-10-24T23:30Z', 4)).toEqual([
      '10-25T00:00',
      '10-25T01:00',
      '10-25T02:00',
      '10-25T03:00',
    ])
    expect(dues({ cron: '*/30 2 * * *' }, 'Europe/Berlin', '2026-10-24T12:00Z', 3)).toEqual(['10-25T00:00', '10-25T00:30', '10-26T01:00'])
    expect(dues({ cron: '*/20 2 * * *' }, 'Europe/Berlin', '2026-03-28T12:00Z', 2)).toEqual(['03-29T01:00', '03-30T00:00'])
  })

  test('Australia/Lord_Howe, where it is half an hour', () => {
    // At 15:30 UTC the clocks go from 02:00 to 02:30.
    expect(dues({ cron: '30 2 * * *' }, 'Australia/Lord_Howe', '2026-10-02T18:00Z', 2)).toEqual(['10-03T15:30', '10-04T15:30'])
    expect(dues({ cron: '15 2 * * *' }, 'Australia/Lord_Howe', '2026-10-02T18:00Z', 2)).toEqual(['10-03T15:30', '10-04T15:15'])
    expect(dues({ cron: '0 * * * *' }, 'Australia/Lord_Howe', '2026-10-03T13:45Z', 3)).toEqual([
      '10-03T14:30',
      '10-03T15:30',
      '10-03T16:00',
    ])
    // At 15:00 UTC from 02:00 back to 01:30.
    expect(dues({ cron: '30 2 * * *' }, 'Australia/Lord_Howe', '2026-04-04T12:00Z', 2)).toEqual(['04-04T16:00', '04-05T16:00'])
    expect(dues({ cron: '45 1 * * *' }, 'Australia/Lord_Howe', '2026-04-04T12:00Z', 2)).toEqual(['04-04T14:45', '04-05T15:15'])
    expect(dues({ cron: '0 * * * *' }, 'Australia/Lord_Howe', '2026-04-04T13:45Z', 3)).toEqual([
      '04-04T14:00',
      '04-04T15:30',
      '04-04T16:30',
    ])
    expect(dues({ cron: '45 * * * *' }, 'Australia/Lord_Howe', '2026-04-04T14:00Z', 3)).toEqual([
      '04-04T14:45',
      '04-04T15:15',
      '04-04T16:15',
    ])
  })

  test('an interval does not notice', () => {
    for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe']) {
      for (const from of ['2026-03-28T20:00:00Z', '2026-10-24T20:00:00Z', '2026-10-03T10:00:00Z', '2026-04-04T10:00:00Z']) {
        const plan = new Plan({ ...plain, timing: { everySeconds: 3_600 }, timeZone: zone, name: 'x', anchorAt: new Date(from) })
        const expected = Array.from({ length: 12 }, (_, at) => Date.parse(from) + (at + 1) * hour)
        expect(plan.upcoming(new Date(from), 12).map(({ dueAt }) => dueAt.getTime())).toEqual(expected)
      }
    }
  })

  test('a day that a country leaves out', () => {
    // Samoa went from the end of 29 December 2011 to 31 December.
    expect(dues({ cron: '30 2 * * *' }, 'Pacific/Apia', '2011-12-28T20:00Z', 3)).toEqual(['12-29T12:30', '12-30T10:00', '12-30T12:30'])
  })

  test('over a year in many zones each day has its one due time', () => {
    for (const zone of [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/New_York',
      'Africa/Casablanca',
      'Asia/Kolkata',
      'Antarctica/Troll',
      'UTC',
    ]) {
      const times = new CronTimes('30 2 * * *', zone)
      let due = new Date('2025-12-31T12:00Z')
      const days = new Set<string>()
      for (let day = 0; day < 365; day++) {
        due = times.after(due)
        days.add(new Intl.DateTimeFormat('sv', { timeZone: zone }).format(due))
      }
      expect(days.size).toBe(365)
      expect(times.count(new Date('2025-12-31T12:00Z'), due)).toBe(365)
    }
  })
})

describe('expressions', () => {
  const fault = (text: string) => {
    try {
      parseCron(text)
      return 'fine'
    } catch (error) {
      return error instanceof Problem ? [error.code, error.details['part']].filter(Boolean).join(' ') : String(error)
    }
  }

  test.each([
    ['61 * * * *', 'CRON_INVALID MINUTE'],
    ['* 24 * * *', 'CRON_INVALID HOUR'],
    ['* * 32 * *', 'CRON_INVALID DAY_OF_MONTH'],
    ['* * 1W * *', 'CRON_INVALID DAY_OF_MONTH'],
    ['* * * 13 *', 'CRON_INVALID MONTH'],
    ['* * * * 8', 'CRON_INVALID DAY_OF_WEEK'],
    ['* * * * NEVER', 'CRON_INVALID DAY_OF_WEEK'],
    ['a * * * *', 'CRON_INVALID MINUTE'],
    ['*/0 * * * *', 'CRON_INVALID MINUTE'],
    ['9-5 * * * *', 'CRON_INVALID MINUTE'],
    ['H * * * *', 'CRON_INVALID MINUTE'],
    ['0 H(1-3) * * *', 'CRON_INVALID HOUR'],
    ['', 'CRON_INVALID'],
    ['* * *', 'CRON_INVALID'],
    ['0 * * * * *', 'CRON_INVALID'],
    ['@daily', 'CRON_INVALID'],
    [`${'0,'.repeat(200)}0 * * * *`, 'CRON_INVALID'],
    ['0 0 31 2 *', 'CRON_NEVER_DUE'],
    ['0 0 30 2 *', 'CRON_NEVER_DUE'],
    ['0 0 31 4,6,9,11 *', 'CRON_NEVER_DUE'],
    ['0 0 29 2 *', 'fine'],
    ['0 0 L * *', 'fine'],
    ['0 0 * MAR-OCT THU', 'fine'],
    ['5,35 8-18/2 * * 1-5', 'fine'],
  ])('%s is %s', (text, expected) => {
    expect(fault(text)).toBe(expected)
  })

  test.each([
    [{ timeZone: 'Europe/Atlantis' }, 'TIME_ZONE_UNKNOWN'],
    [{ timeZone: '+02:00' }, 'TIME_ZONE_UNKNOWN'],
    [{ timeZone: '' }, 'TIME_ZONE_UNKNOWN'],
    [{ timing: { everySeconds: 59 } }, 'INTERVAL_TOO_SHORT'],
    [{ timing: { everySeconds: -1 } }, 'INTERVAL_TOO_SHORT'],
    [{ timing: { everySeconds: 367 * 86_400 } }, 'INVALID_INPUT'],
    [{ timing: { everySeconds: 60 }, jitterSeconds: 60 }, 'INVALID_INPUT'],
    [{ jitterSeconds: -1 }, 'INVALID_INPUT'],
    [{ maxAttempts: 0 }, 'INVALID_INPUT'],
    [{ window: { from: '22:00', to: '24:00' } }, 'INVALID_INPUT'],
    [{ window: { from: '22:00', to: '22:00' } }, 'INVALID_INPUT'],
    [{ window: { from: '04:00', to: '22:00' } }, 'WINDOW_NEVER_MET'],
    [{ window: { from: '03:01', to: '03:00' } }, 'WINDOW_NEVER_MET'],
    [{ window: { from: '22:00', to: '04:00' } }, 'fine'],
    [{ timing: { cron: '0 * * * *' }, window: { from: '04:00', to: '22:00' } }, 'fine'],
    [{ timeZone: 'system', timing: { everySeconds: 60 } }, 'fine'],
  ] as const)('%j is %s', (rules, expected) => {
    const look = () => {
      try {
        requireRules({ ...plain, ...rules })
        return 'fine'
      } catch (error) {
        return error instanceof Problem ? error.code : String(error)
      }
    }
    expect(look()).toBe(expected)
  })
})

describe('when a run starts', () => {
  test('jitter is the same for the same due time, another for others, and never more than it may be', () => {
    const due = (at: number) => new Date(Date.parse('2026-01-01T03:00Z') + at * 24 * hour)
    const shaken = Array.from({ length: 400 }, (_, at) => jitterOf('a', due(at), 600))
    expect(shaken).toEqual(Array.from({ length: 400 }, (_, at) => jitterOf('a', due(at), 600)))
    expect(Math.min(...shaken)).toBeLessThan(30)
    expect(Math.max(...shaken)).toBeGreaterThan(570)
    expect(Math.max(...shaken)).toBeLessThanOrEqual(600)
    expect(jitterOf('b', due(0), 600)).not.toBe(jitterOf('a', due(0), 600))
    const plan = new Plan({ ...plain, jitterSeconds: 600, name: 'a', anchorAt: due(0) })
    const [first] = plan.upcoming(due(0), 1)
    expect((first?.startAt.getTime() ?? 0) - (first?.dueAt.getTime() ?? 0)).toBe(jitterOf('a', due(1), 600) * 1_000)
  })

  test('outside of the window it waits, and those that wait become one', () => {
    const window = { from: '02:00', to: '05:00' }
    const anchorAt = new Date('2026-06-01T04:30Z')
    const plan = new Plan({ ...plain, timing: { cron: '0 * * * *' }, window, name: 'a', anchorAt })
    expect(plan.first()).toEqual({ dueAt: new Date('2026-06-01T05:00Z'), startAt: new Date('2026-06-02T02:00Z') })
    expect(plan.decide(new Date('2026-06-02T01:59Z')).kind).toBe('wait')
    expect(plan.decide(new Date('2026-06-02T02:00Z'))).toEqual({
      kind: 'due',
      last: { dueAt: new Date('2026-06-02T02:00Z'), startAt: new Date('2026-06-02T02:00Z') },
      late: false,
      passed: { count: 21, from: new Date('2026-06-01T05:00Z'), until: new Date('2026-06-02T01:00Z'), waited: true },
    })
    // What was missed while it was open waits for it to open again, and there for the run that is due anyway.
    const daily = new Plan({ ...plain, window, name: 'a', anchorAt: new Date('2026-06-01T12:00Z') })
    expect(daily.decide(new Date('2026-06-02T09:00Z'))).toEqual({
      kind: 'wait',
      next: { dueAt: new Date('2026-06-02T03:00Z'), startAt: new Date('2026-06-03T03:00Z') },
    })
    const weekly = new Plan({ ...plain, timing: { cron: '0 3 * * 0' }, window, name: 'a', anchorAt: new Date('2026-06-06T12:00Z') })
    expect(weekly.decide(new Date('2026-06-07T09:00Z'))).toMatchObject({ kind: 'wait', next: { startAt: new Date('2026-06-08T02:00Z') } })
    expect(weekly.decide(new Date('2026-06-08T02:00Z'))).toMatchObject({
      kind: 'due',
      last: { dueAt: new Date('2026-06-07T03:00Z') },
      passed: null,
    })
  })

  test('a window over midnight, in a zone', () => {
    const window = { from: '22:00', to: '06:00' }
    const plan = new Plan({
      ...plain,
      timing: { everySeconds: 7_200 },
      timeZone: 'Europe/Berlin',
      window,
      name: 'a',
      anchorAt: new Date('2026-06-01T02:00Z'),
    })
    // Those that are due by day run once, at its opening.
    const starts = plan.upcoming(new Date('2026-06-01T02:00Z'), 6).map(({ startAt }) => startAt.toISOString().slice(8, 16))
    expect(starts).toEqual(['01T20:00', '01T22:00', '02T00:00', '02T02:00', '02T20:00', '02T22:00'])
  })
})

describe('what is to come', () => {
  const times = (coming: readonly Coming[]) =>
    coming.map(({ dueAt, startAt }) => `${dueAt.toISOString().slice(8, 16)} at ${startAt.toISOString().slice(8, 16)}`)

  test('one that is due already and waits for its window comes first', () => {
    const window = { from: '22:00', to: '06:00' }
    const plan = new Plan({ ...plain, timing: { cron: '0 20 * * *' }, window, name: 'a', anchorAt: new Date('2026-05-31T20:00Z') })
    const now = new Date('2026-06-01T21:00Z')
    const next = plan.first()
    expect(times([next])).toEqual(['01T20:00 at 01T22:00'])
    expect(times(plan.upcoming(now, 2, { next }))).toEqual(['01T20:00 at 01T22:00', '02T20:00 at 02T22:00'])
    const evening = { from: new Date('2026-06-01T21:30Z'), until: new Date('2026-06-01T23:00Z') }
    expect(times(plan.upcoming(now, 5, { ...evening, next }))).toEqual(['01T20:00 at 01T22:00'])
    // Also of a night that is far ahead, and of none that ends before it opens.
    const later = { from: new Date('2030-06-01T21:30Z'), until: new Date('2030-06-01T23:00Z') }
    expect(times(plan.upcoming(now, 5, { ...later, next }))).toEqual(['01T20:00 at 01T22:00'])
    expect(plan.upcoming(now, 5, { ...evening, until: new Date('2026-06-01T22:00Z'), next })).toEqual([])
  })

  test('what could not start yet does so now, or when its window opens again', () => {
    const anchorAt = new Date('2026-05-31T20:00Z')
    const now = new Date('2026-06-01T20:03Z')
    const plan = new Plan({ ...plain, timing: { cron: '0 20 * * *' }, name: 'a', anchorAt })
    expect(times(plan.upcoming(now, 2, { next: plan.first() }))).toEqual(['01T20:00 at 01T20:03', '02T20:00 at 02T20:00'])
    const window = { from: '19:30', to: '20:01' }
    const narrow = new Plan({ ...plain, timing: { cron: '0 20 * * *' }, window, name: 'a', anchorAt })
    expect(times(narrow.upcoming(now, 2, { next: narrow.first() }))).toEqual(['02T20:00 at 02T20:00', '03T20:00 at 03T20:00'])
  })

  // The runs that are told are those that a server that stays on would start.
  test.each([
    { timing: { cron: '*/10 * * * *' }, jitterSeconds: 7_200 },
    { timing: { cron: '0 * * * *' }, jitterSeconds: 3_000, window: { from: '22:00', to: '06:00' } },
    { timing: { everySeconds: 3_600 }, jitterSeconds: 3_599 },
    { timing: { everySeconds: 2_700 }, window: { from: '01:10', to: '03:20' } },
    { timing: { cron: '30 2 * * *' }, timeZone: 'Europe/Berlin', window: { from: '02:15', to: '03:15' }, jitterSeconds: 60 },
  ] as const)('with %j it is what happens then', (rules) => {
    const anchorAt = new Date('2026-10-23T00:00Z')
    const planned = { ...plain, ...rules, name: 'a', anchorAt }
    const told = new Plan(planned).upcoming(new Date('2026-10-23T00:00Z'), 60)
    const happened: Coming[] = []
    for (let plan = new Plan(planned); happened.length < 60; ) {
      const startAt = plan.first().startAt
      const decision = plan.decide(startAt)
      if (decision.kind !== 'due') throw new Error('It was to start at this moment.')
      happened.push({ dueAt: decision.last.dueAt, startAt })
      plan = new Plan({ ...planned, anchorAt: decision.last.dueAt })
    }
    expect(times(told)).toEqual(times(happened))
    expect(new Set(told.map(({ startAt }) => startAt.getTime())).size).toBe(60)
  })

  test('while one is shaken it is told until it starts', () => {
    const plan = new Plan({ ...plain, jitterSeconds: 3_600, name: 'a', anchorAt: new Date('2026-06-01T12:00Z') })
    const next = plan.first()
    expect(next.startAt.getTime()).toBeGreaterThan(next.dueAt.getTime())
    const [first, second] = plan.upcoming(new Date(next.dueAt.getTime() + 1), 2, { next })
    expect(first).toEqual(next)
    expect(second?.dueAt).toEqual(new Date('2026-06-03T03:00Z'))
  })

  test('jitter puts a start off, and a start in between decides nothing', () => {
    const anchorAt = new Date('2026-06-01T12:00Z')
    const plan = new Plan({ ...plain, jitterSeconds: 3_600, name: 'a', anchorAt })
    const { dueAt, startAt } = plan.first()
    expect(plan.decide(dueAt)).toEqual({ kind: 'wait', next: { dueAt, startAt } })
    expect(plan.decide(new Date(startAt.getTime() - 1))).toMatchObject({ kind: 'wait' })
    expect(plan.decide(startAt)).toEqual({ kind: 'due', last: { dueAt, startAt }, late: false, passed: null })
    // Late is counted from the start, not from the due time.
    expect(plan.decide(new Date(startAt.getTime() + 5 * minute))).toMatchObject({ kind: 'due', late: false })
    expect(plan.decide(new Date(startAt.getTime() + 5 * minute + 1))).toMatchObject({ kind: 'due', late: true })
    // Due times whose own start is still to come are left for it.
    const dense = new Plan({ ...plain, timing: { cron: '*/10 * * * *' }, jitterSeconds: 3_600, name: 'a', anchorAt })
    const now = new Date(dense.first().startAt)
    const decision = dense.decide(now)
    if (decision.kind !== 'due') throw new Error('It was to start at this moment.')
    expect(decision.last.startAt.getTime()).toBeLessThanOrEqual(now.getTime())
    const after = new Plan({ ...plain, timing: { cron: '*/10 * * * *' }, jitterSeconds: 3_600, name: 'a', anchorAt: decision.last.dueAt })
    expect(after.first().startAt.getTime()).toBeGreaterThan(now.getTime())
  })
})
