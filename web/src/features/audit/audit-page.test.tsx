import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import type { AuditFaultKind } from '../../graphql/generated/graphql'
import { type Me, SessionGate } from '../auth/session'
import { JobChangedDocument, JobDocument, type JobWhole } from '../jobs/use-job'
import { AuditPage } from './audit-page'
import { AuditStateDocument, VerifyAuditLogDocument } from './chain-state'
import { AuditEntryAddedDocument, type Entry } from './use-audit-log'

beforeAll(() => {
  // jsdom lays nothing out: the list is given the height of a screen.
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 600 })
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, value: 900 })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 600 })
})
beforeEach(() => window.history.replaceState(null, '', '/audit'))

const entry = (sequence: number, rest: Partial<Entry> = {}): Entry => ({
  __typename: 'AuditEntry',
  id: `e${sequence}`,
  sequence,
  at: '2026-11-20T10:00:00Z',
  actorId: 'u2',
  actorName: 'anna',
  address: '192.0.2.1',
  action: 'files.delete',
  target: `/anna/${sequence}`,
  result: 'ok',
  ...rest,
})

interface AuditFault {
  readonly __typename: 'AuditFault'
  readonly kind: AuditFaultKind
  readonly sequence: number
  readonly until: number
}

/** A log of so many entries, and what was asked of it. */
function logOf(total: number) {
  const asked: Record<string, unknown>[] = []
  const handler = graph.query('AuditLog', ({ variables }) => {
    asked.push(variables)
    const top = typeof variables['after'] === 'string' ? Number(variables['after']) - 1 : total
    const first = Number(variables['first'])
    const nodes = Array.from({ length: Math.min(first, top) }, (_, index) => entry(top - index))
    const last = nodes.at(-1)?.sequence ?? 1
    return HttpResponse.json({
      data: {
        auditLog: {
          __typename: 'AuditConnection',
          nodes,
          pageInfo: { __typename: 'PageInfo', endCursor: String(last), hasNextPage: last > 1 },
        },
      },
    })
  })
  return { asked, handler }
}

const state = (faults: AuditFault[] = []) =>
  answers(AuditStateDocument, {
    auditState: {
      __typename: 'AuditState',
      entryCount: 3,
      firstSequence: 1,
      lastSequence: 3,
      lastCheck: { __typename: 'AuditCheck', at: '2026-11-20T09:00:00Z', checked: 3, intact: faults.length === 0, faults },
    },
  })

function show(me: Me = balu) {
  server.use(sessionIs({ me }))
  const view = renderApp(
    <SessionGate waiting={null}>
      <AuditPage />
    </SessionGate>,
  )
  const push = (added: Entry | null) => act(() => view.live.push(AuditEntryAddedDocument, { auditEntryAdded: added }))
  return { ...view, push, user: userEvent.setup() }
}

test('nobody but administrators reads it', async () => {
  show({ ...balu, role: 'USER' })
  expect(await screen.findByText('Not for your account')).toBeTruthy()
})

test('only the rows in view are in the page, however long the log; older ones come before the end is reached', async () => {
  const { asked, handler } = logOf(100_000)
  server.use(state(), handler)
  const { push } = show()
  await screen.findByText('All entries are as they were written.')
  await push(entry(100_000))
  expect(await screen.findByText('/anna/100000')).toBeTruthy()
  expect(screen.getAllByRole('row').length).toBeLessThan(60)
  expect(asked[0]).toEqual({ first: 200, after: null, filter: {} })
})

test('what is added comes in at the top; while one holds the list it waits behind a button', async () => {
  const { handler } = logOf(3)
  server.use(state(), handler)
  const { push, user } = show()
  await screen.findByText('All entries are as they were written.')
  await push(entry(3))
  await screen.findByText('/anna/3')
  await push(entry(4))
  expect(await screen.findByText('/anna/4')).toBeTruthy()
  await user.hover(screen.getByRole('grid'))
  await push(entry(5))
  await push(entry(6))
  const button = await screen.findByRole('button', { name: '2 new entries' })
  expect(screen.queryByText('/anna/5')).toBeNull()
  await user.click(button)
  expect(await screen.findByText('/anna/6')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /new entr/ })).toBeNull()
})

test('a filter stands in the address and is asked of the server', async () => {
  const { asked, handler } = logOf(0)
  server.use(state(), handler)
  const { push, user } = show()
  await user.selectOptions(await screen.findByLabelText('Action'), 'files')
  await user.type(screen.getByLabelText('Person'), 'anna')
  await waitFor(() => expect(window.location.search).toBe('?actor=anna&action=files'))
  await push(null)
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ filter: { actor: 'anna', actions: ['files.'] } }))
  expect(await screen.findByText('No entry is like that')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'CSV' }).getAttribute('href')).toBe('/audit/export?format=csv&actor=anna&actions=files.')
})

test('a check is watched until it has ended, says where the log is not as it was written, and leads there', async () => {
  const { handler } = logOf(3)
  const job = (rest: Partial<JobWhole>): JobWhole => ({ ...checkJob, ...rest })
  server.use(
    state(),
    handler,
    answers(VerifyAuditLogDocument, { verifyAuditLog: { __typename: 'Job', id: 'j1' } }),
    answers(JobDocument, { job: job({ state: 'RUNNING' }) }),
    graph.query('AuditEntry', () => HttpResponse.json({ data: { auditLog: { __typename: 'AuditConnection', nodes: [] } } })),
  )
  const { user, live } = show()
  await screen.findByText('All entries are as they were written.')
  await user.click(screen.getByRole('button', { name: 'Check now' }))
  expect(await screen.findByText('Just begun')).toBeTruthy()
  server.use(state([{ __typename: 'AuditFault', kind: 'EDITED', sequence: 2, until: 2 }]))
  await act(() => live.push(JobChangedDocument, { jobChanged: job({ state: 'FAILED', endedAt: '2026-11-20T10:00:02Z' }) }))
  expect(await screen.findByText('The log is not as it was written.')).toBeTruthy()
  expect(screen.queryByText('Just begun')).toBeNull()
  expect(screen.getByText(/was changed after it was written/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Entry 2' }))
  await waitFor(() => expect(window.location.search).toBe('?entry=2'))
})

const checkJob: JobWhole = {
  __typename: 'Job',
  id: 'j1',
  kind: 'audit_verify',
  kindKnown: true,
  state: 'QUEUED',
  waitingFor: null,
  subject: null,
  actorId: 'u1',
  actorName: 'balu',
  scheduleName: null,
  parentId: null,
  attempts: 1,
  maxAttempts: 3,
  runAfter: '2026-11-20T10:00:00Z',
  cancelRequestedAt: null,
  cancelledByName: null,
  cancellable: true,
  notCancellableReason: null,
  createdAt: '2026-11-20T10:00:00Z',
  startedAt: '2026-11-20T10:00:00Z',
  endedAt: null,
  dueAt: null,
  error: null,
  progress: null,
  input: {},
  result: null,
  locks: [],
}
