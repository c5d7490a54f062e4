import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { SessionGate } from '../auth/session'
import { JobsChangedDocument } from '../jobs/job-feed'
import type { JobLine } from '../jobs/job-line'
import { nightEnd } from './night'
import type { Schedule } from './schedule'
import { SchedulesPage } from './schedules-page'
import { SchedulesDocument } from './use-schedules'

const hour = 3_600_000

// What is shown here is asked for a moment after the page stands; a machine that runs all tests at once takes longer still.
configure({ asyncUtilTimeout: 5_000 })
beforeEach(() => window.history.replaceState(null, '', '/jobs/schedules'))

const job = (id: string, rest: Partial<JobLine> = {}): JobLine => ({
  ...{
    __typename: 'Job',
    id,
    kind: 'database_check',
    state: 'RUNNING',
    waitingFor: null,
    subject: null,
    actorId: null,
    actorName: 'system',
  },
  ...{ scheduleName: 's0', parentId: null, attempts: 1, maxAttempts: 3, runAfter: '2026-11-20T10:00:00Z', cancelRequestedAt: null },
  ...{
    cancellable: true,
    createdAt: '2026-11-20T10:00:00Z',
    startedAt: '2026-11-20T10:00:01Z',
    endedAt: null,
    error: null,
    progress: null,
  },
  ...rest,
})

const schedule = (name: string, rest: Partial<Schedule> = {}): Schedule => ({
  ...{ __typename: 'Schedule', name, title: `Title of ${name}`, kind: 'database_check', input: {}, cron: null, everySeconds: 3_600 },
  ...{ timeZone: 'UTC', effectiveTimeZone: 'UTC', jitterSeconds: 0, window: null, catchUp: 'RUN_ONCE', overlap: 'SKIP', maxAttempts: null },
  ...{ pausedAt: null, pausedByName: null, nextRunAt: new Date(Date.now() + hour).toISOString(), builtIn: false, adjusted: false },
  ...{ createdByName: 'balu', deletedAt: null, lastRun: null },
  ...rest,
})

const failed = (name: string): Schedule =>
  schedule(name, {
    lastRun: {
      ...{ __typename: 'ScheduleRun', id: `run of ${name}`, scheduleName: name, dueAt: '2026-11-20T10:00:00Z', trigger: 'SCHEDULED' },
      ...{ outcome: 'STARTED', reason: null, dueCount: 1, at: '2026-11-20T10:00:00Z' },
      job: job(`job of ${name}`, { state: 'FAILED', endedAt: '2026-11-20T10:00:02Z' }),
    },
  })

interface Asked {
  readonly from: number
  readonly to: number
}

/** The page with these schedules and what comes of them; and which stretches were asked for, by the card and by the picture. */
function show({ schedules, coming = [], truncated = false }: { schedules: Schedule[]; coming?: object[]; truncated?: boolean }) {
  const night: Asked[] = []
  const picture: Asked[] = []
  server.use(
    sessionIs({ me: { ...balu, role: 'ADMIN' } }),
    answers(SchedulesDocument, { schedules }),
    graph.query('ScheduleTimeline', ({ variables }) => {
      const asked = { from: Date.parse(String(variables['from'])), to: Date.parse(String(variables['to'])) }
      const ofCard = asked.to === nightEnd(Date.now())
      ;(ofCard ? night : picture).push(asked)
      const scheduleTimeline = { __typename: 'ScheduleTimeline', truncated, runs: [], coming: ofCard ? coming : [] }
      return HttpResponse.json({ data: { scheduleTimeline } })
    }),
  )
  const view = renderApp(
    <SessionGate waiting={null}>
      <SchedulesPage />
    </SessionGate>,
  )
  const push = (changed: JobLine) => act(() => view.live.push(JobsChangedDocument, { jobChanged: changed }))
  return { ...view, night, picture, push, user: userEvent.setup() }
}

const run = (scheduleName: string, inMs: number) => {
  const at = new Date(Date.now() + inMs).toISOString()
  return { __typename: 'ScheduleComingRun', scheduleName, dueAt: at, startsAt: at, expectedSeconds: null }
}

test('the night ends at eight in the morning, and is eight hours long at least', () => {
  const at = (day: number, hours: number, minutes = 0) => new Date(2026, 10, day, hours, minutes).getTime()
  expect(nightEnd(at(20, 21))).toBe(at(21, 8))
  expect(nightEnd(at(20, 8))).toBe(at(21, 8))
  expect(nightEnd(at(21, 0))).toBe(at(21, 8))
  expect(nightEnd(at(21, 0, 1))).toBe(at(22, 8))
})

test('every run of the coming night is told, not only the next of each schedule', { timeout: 20_000 }, async () => {
  const names = Array.from({ length: 7 }, (_, at) => `s${at}`)
  const coming = [...names.map((name, at) => run(name, (at + 1) * 600_000)), run('s0', 2 * hour), run('s0', 3 * hour)]
  const { night, user } = show({ schedules: names.map((name) => schedule(name)), coming })
  const card = (await screen.findByRole('heading', { name: 'What will run tonight' })).closest('section') ?? document.body
  expect(await within(card).findByText(/^9 runs until /)).toBeTruthy()
  expect(night[0]?.to).toBe(nightEnd(Date.now()))
  expect(Math.abs((night[0]?.from ?? 0) - Date.now())).toBeLessThan(30_000)
  expect(within(card).getAllByRole('listitem')).toHaveLength(4)
  await user.click(within(card).getByRole('button', { name: 'and 5 more' }))
  const links = within(card).getAllByRole('link')
  expect(links.map((link) => link.textContent)).toEqual([...names, 's0', 's0'].map((name) => `Title of ${name}`))
  await user.click(within(card).getByRole('button', { name: 'Show fewer' }))
  expect(within(card).getAllByRole('listitem')).toHaveLength(4)
})

test('it says so when there are more runs than it was told of, and when there are none', { timeout: 20_000 }, async () => {
  const coming = Array.from({ length: 5 }, (_, at) => run('s0', (at + 1) * 60_000))
  const { unmount } = show({ schedules: [schedule('s0')], coming, truncated: true })
  expect(await screen.findByText(/^more than 5 runs until /)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'and more than 1 more' })).toBeTruthy()
  unmount()
  show({ schedules: [schedule('s0')] })
  expect(await screen.findByText('Nothing runs until then.')).toBeTruthy()
})

test('of those that failed none is kept back', async () => {
  const { user } = show({ schedules: Array.from({ length: 6 }, (_, at) => failed(`s${at}`)) })
  const card = (await screen.findByRole('heading', { name: 'Did not work last time' })).closest('section') ?? document.body
  expect(within(card).getByText('6')).toBeTruthy()
  expect(within(card).getAllByRole('listitem')).toHaveLength(4)
  await user.click(within(card).getByRole('button', { name: 'and 2 more' }))
  expect(within(card).getAllByRole('listitem')).toHaveLength(6)
})

test('while a job says how far it is, what started it is read, and nothing more', { timeout: 20_000 }, async () => {
  const { night, picture, push } = show({ schedules: [schedule('s0')] })
  await waitFor(() => expect(picture.length).toBe(1))
  await waitFor(() => expect(night.length).toBe(1))
  const frame = (done: number) => {
    const rest = { unit: 'ITEMS', percent: done, unitsPerSecond: 4, etaSeconds: 20, item: null } as const
    push(job('one', { progress: { __typename: 'JobProgress', done, total: 100, ...rest } }))
  }
  for (let done = 0; done < 8 || (done < 40 && Math.min(picture.length, night.length) < 2); done++) {
    frame(done)
    await act(() => new Promise((resolve) => setTimeout(resolve, 250)))
  }
  // It did begin to run: that was read while it went on.
  expect(picture.length).toBe(2)
  expect(night.length).toBe(2)
  push(job('one', { state: 'SUCCEEDED', endedAt: '2026-11-20T10:00:09Z' }))
  await waitFor(() => expect(picture.length).toBe(3))
})

test('the timeline is zoomed by buttons, keys and the wheel', { timeout: 20_000 }, async () => {
  const { picture, user } = show({ schedules: [schedule('s0')] })
  await waitFor(() => expect(picture.length).toBe(1))
  const group = await screen.findByRole('group', { name: /^Timeline/ })
  const after = async (act: () => unknown) => {
    const before = picture.length
    await act()
    await waitFor(() => expect(picture.length).toBe(before + 1))
    return picture.at(-1) ?? { from: 0, to: 0 }
  }
  const hours = ({ from, to }: Asked) => (to - from) / hour
  const middle = ({ from, to }: Asked) => (from + to) / 2
  const [first = { from: 0, to: 0 }] = picture
  expect(hours(first)).toBe(48)
  const closer = await after(() => user.click(screen.getByRole('button', { name: 'Closer' })))
  expect(hours(closer)).toBe(24)
  expect(middle(closer)).toBeCloseTo(middle(first), -1)
  expect(hours(await after(() => user.click(screen.getByRole('button', { name: 'Farther' }))))).toBe(48)

  // Away from the picture the wheel scrolls the page, as ever.
  expect(fireEvent.wheel(group, { deltaY: -400 })).toBe(true)
  act(() => group.focus())
  expect(hours(await after(() => user.keyboard('+')))).toBe(24)
  expect(hours(await after(() => user.keyboard('-')))).toBe(48)
  const wheeled = await after(() => expect(fireEvent.wheel(group, { deltaY: -400 })).toBe(false))
  expect(hours(wheeled)).toBeCloseTo(48 * 1.0015 ** -400, 3)
  expect(hours(await after(() => fireEvent.wheel(group, { deltaY: 400 })))).toBeCloseTo(48, 3)
  // No closer than an hour, no farther than a quarter of a year.
  expect(hours(await after(() => fireEvent.wheel(group, { deltaY: -100_000 })))).toBe(1)
  expect(hours(await after(() => fireEvent.wheel(group, { deltaY: 100_000 })))).toBe(92 * 24)
})
