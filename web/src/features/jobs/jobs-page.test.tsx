import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { type Me, SessionGate } from '../auth/session'
import { JobsChangedDocument } from './job-feed'
import { JobKindsDocument, JobPeopleDocument } from './job-filters'
import type { JobLine } from './job-line'
import { JobsPage } from './jobs-page'

beforeAll(() => {
  // jsdom lays nothing out: the list is given the height of a screen.
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 600 })
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, value: 900 })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 600 })
})
beforeEach(() => window.history.replaceState(null, '', '/jobs'))

const job = (number: number, rest: Partial<JobLine> = {}): JobLine => ({
  __typename: 'Job',
  id: String(number).padStart(26, '0'),
  kind: 'session_cleanup',
  state: 'RUNNING',
  waitingFor: null,
  subject: `about ${number}`,
  actorId: 'u2',
  actorName: 'anna',
  scheduleName: null,
  parentId: null,
  attempts: 1,
  maxAttempts: 3,
  runAfter: '2026-11-20T10:00:00Z',
  cancelRequestedAt: null,
  cancellable: true,
  createdAt: '2026-11-20T10:00:00Z',
  startedAt: '2026-11-20T10:00:01Z',
  endedAt: null,
  error: null,
  progress: null,
  ...rest,
})

/** So many jobs that all ended well, newest first, and what was asked. */
function jobsUpTo(total: number) {
  const asked: Record<string, unknown>[] = []
  const handler = graph.query('Jobs', ({ variables }) => {
    asked.push(variables)
    const top = typeof variables['after'] === 'string' ? Number(variables['after']) - 1 : total
    const length = Math.min(Number(variables['first']), top)
    const nodes = Array.from({ length }, (_, index) => job(top - index, { state: 'SUCCEEDED', endedAt: '2026-11-20T10:00:05Z' }))
    const last = nodes.at(-1)?.id ?? '1'
    const pageInfo = { __typename: 'PageInfo', endCursor: last, hasNextPage: Number(last) > 1 }
    return HttpResponse.json({ data: { jobs: { __typename: 'JobConnection', nodes, pageInfo, totalCount: total } } })
  })
  return { asked, handler }
}

function show(me: Me = balu) {
  server.use(
    sessionIs({ me }),
    answers(JobKindsDocument, { jobKinds: [{ __typename: 'JobKind', name: 'session_cleanup' }] }),
    answers(JobPeopleDocument, {
      users: { __typename: 'UserConnection', nodes: [{ __typename: 'User', id: 'u2', username: 'anna' }] },
    }),
  )
  const view = renderApp(
    <SessionGate waiting={null}>
      <JobsPage />
    </SessionGate>,
  )
  const push = (changed: JobLine) => act(() => view.live.push(JobsChangedDocument, { jobChanged: changed }))
  return { ...view, push, user: userEvent.setup() }
}

test('only the rows in view are in the page, however many jobs there are', async () => {
  const { asked, handler } = jobsUpTo(100_000)
  server.use(handler)
  show()
  expect(await screen.findByText('about 100000')).toBeTruthy()
  expect(screen.getByText('100,000 jobs')).toBeTruthy()
  expect(screen.getAllByRole('row').length).toBeLessThan(50)
  expect(asked[0]).toEqual({ first: 200, after: null, filter: {}, counted: true })
})

test('a new job comes in at the top, goes on where it stands, and ends there', async () => {
  const { handler } = jobsUpTo(2)
  server.use(handler)
  const { push } = show()
  await screen.findByText('about 2')
  const progress = {
    __typename: 'JobProgress',
    done: 5,
    total: 10,
    unit: 'ITEMS',
    percent: 50,
    unitsPerSecond: 2,
    etaSeconds: 2,
    item: null,
  } as const
  push(job(3, { progress }))
  // One for wide screens and one for phones: the sheet shows one of them.
  expect((await screen.findAllByRole('progressbar'))[0]?.getAttribute('aria-valuetext')).toBe('50%, 5 of 10 items')
  expect(screen.getAllByRole('row')[1]?.textContent).toContain('about 3')
  push(
    job(3, { state: 'FAILED', endedAt: '2026-11-20T10:00:09Z', error: { __typename: 'JobError', code: 'STORAGE_FULL', message: 'full' } }),
  )
  expect(await screen.findByText('There is not enough free space. Delete something, then try again.')).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('while one holds the list new jobs wait behind a button', async () => {
  const { handler } = jobsUpTo(2)
  server.use(handler)
  const { push, user } = show()
  await screen.findByText('about 2')
  await user.hover(screen.getByRole('grid'))
  push(job(3))
  push(job(4))
  await user.click(await screen.findByRole('button', { name: '2 new jobs' }))
  expect(await screen.findByText('about 4')).toBeTruthy()
})

test('a filter stands in the address, is asked of the server, and decides what comes in', async () => {
  const { asked, handler } = jobsUpTo(0)
  server.use(handler)
  const { push, user } = show()
  await user.selectOptions(await screen.findByLabelText('State'), 'failed')
  await waitFor(() => expect(screen.getByRole('option', { name: 'anna' })).toBeTruthy())
  await user.selectOptions(screen.getByLabelText('Started by'), 'anna')
  await waitFor(() => expect(window.location.search).toBe('?state=failed&who=u2'))
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ filter: { states: ['FAILED', 'INTERRUPTED'], actorId: 'u2' } }))
  expect(await screen.findByText('No job is like that')).toBeTruthy()
  push(job(7))
  push(job(8, { state: 'FAILED', endedAt: '2026-11-20T10:00:09Z' }))
  expect(await screen.findByText('about 8')).toBeTruthy()
  expect(screen.queryByText('about 7')).toBeNull()
})

test('who is no administrator is not asked whose jobs', async () => {
  const { handler } = jobsUpTo(0)
  server.use(handler)
  show({ ...balu, role: 'USER' })
  expect(await screen.findByText('Nothing has been done yet')).toBeTruthy()
  expect(screen.queryByLabelText('Started by')).toBeNull()
})

test('a failure can be tried again', async () => {
  server.use(
    graph.query('Jobs', () => HttpResponse.json({ errors: [{ message: 'no', extensions: { code: 'UNAVAILABLE', requestId: 'r' } }] })),
  )
  const { user } = show()
  const retry = await screen.findByRole('button', { name: 'Try again' })
  server.use(jobsUpTo(1).handler)
  await user.click(retry)
  expect(await screen.findByText('about 1')).toBeTruthy()
})
