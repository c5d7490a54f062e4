import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { type Me, SessionGate } from '../auth/session'
import { RestartServiceDocument } from './restart-dialog'
import type { ServiceRow } from './service-row'
import { ServicesPage } from './services-page'
import { ServiceChangedDocument, ServicesDocument } from './use-live-services'

function service(name: string, rest: Partial<ServiceRow> = {}): ServiceRow {
  return {
    __typename: 'Service',
    id: name,
    name,
    title: `The ${name}`,
    kind: 'INTERNAL',
    state: 'RUNNING',
    since: '2026-11-20T10:00:00Z',
    required: false,
    restartable: false,
    notRestartableBecause: 'It cannot be.',
    restarts: 0,
    changesLastHour: 0,
    dependsOn: [],
    neededBy: [],
    failedDependencies: [],
    reason: null,
    lastError: null,
    counters: [],
    details: [],
    ...rest,
  }
}

const storage = service('storage', {
  required: true,
  neededBy: ['watcher'],
  details: [{ __typename: 'ServiceDetail', name: 'free', value: '2100000000000', unit: 'BYTES' }],
})
const watcher = service('watcher', { restartable: true, notRestartableBecause: null, dependsOn: ['storage'] })
const redis = service('redis', { state: 'DISABLED', reason: { __typename: 'ServiceReason', code: 'NOT_CONFIGURED', message: 'No.' } })
const list = (...services: ServiceRow[]) => answers(ServicesDocument, { services })

function open(me: Me = balu) {
  server.use(sessionIs({ me }))
  return renderApp(
    <SessionGate waiting={null}>
      <ServicesPage />
    </SessionGate>,
  )
}

const item = (name: string) => screen.getByRole('article', { name })

test('what works stands together, what is not set up apart, and details open on demand', async () => {
  server.use(list(storage, watcher, redis))
  open()
  expect(await screen.findByText('Everything that is set up works.')).toBeTruthy()
  expect(within(screen.getByRole('region', { name: 'At work' })).getAllByRole('article')).toHaveLength(2)
  expect(within(screen.getByRole('region', { name: 'Not set up' })).getByText('Nobody has set it up, and nothing is missing.')).toBeTruthy()
  const details = screen.getByRole('button', { name: 'Details of Storage folder' })
  expect(details.getAttribute('aria-expanded')).toBe('false')
  await userEvent.click(details)
  expect(details.getAttribute('aria-expanded')).toBe('true')
  expect(within(item('Storage folder')).getByText('2.1 TB')).toBeTruthy()
  expect(within(item('Storage folder')).getByText('File watcher')).toBeTruthy()
})

test('what fails moves to the top as it happens, says why, and whom it takes along', async () => {
  server.use(list(storage, watcher))
  const { live } = open()
  await screen.findByText('Everything that is set up works.')
  act(() =>
    live.push(ServiceChangedDocument, {
      serviceChanged: {
        ...storage,
        state: 'FAILED',
        reason: { __typename: 'ServiceReason', code: 'STORAGE_GONE', message: 'Gone.' },
        lastError: { __typename: 'ServiceError', message: 'ENOENT: no such file or directory', at: '2026-11-20T10:00:01Z' },
      },
    }),
  )
  act(() =>
    live.push(ServiceChangedDocument, {
      serviceChanged: {
        ...watcher,
        state: 'DEGRADED',
        failedDependencies: ['storage'],
        reason: { __typename: 'ServiceReason', code: 'DEPENDENCY_FAILED', message: 'It needs storage.' },
      },
    }),
  )
  const trouble = await screen.findByRole('region', { name: 'Needs attention' })
  await waitFor(() => expect(within(trouble).getAllByRole('article')).toHaveLength(2))
  expect(within(trouble).getAllByRole('heading', { level: 3 })[0]?.textContent).toBe('Storage folder')
  expect(within(trouble).getByText('The folder is gone from its place. Mount its disk again.')).toBeTruthy()
  expect(within(trouble).getByText('ENOENT: no such file or directory')).toBeTruthy()
  expect(within(trouble).getByText('It needs something that does not work: Storage folder.')).toBeTruthy()
  expect(within(trouble).getByText('Storage folder (Failed)')).toBeTruthy()
  expect(screen.queryByText('Everything that is set up works.')).toBeNull()
})

test('one that joins while the page is open is shown, in the server’s words where there are no others', async () => {
  server.use(list(watcher))
  const { live } = open()
  await screen.findByRole('article', { name: 'File watcher' })
  const reason = { __typename: 'ServiceReason' as const, code: 'LAMP_DARK', message: 'The lamp is dark.' }
  act(() => live.push(ServiceChangedDocument, { serviceChanged: service('lamp', { state: 'DEGRADED', reason }) }))
  expect(await screen.findByText('The lamp is dark.')).toBeTruthy()
  expect(item('The lamp')).toBeTruthy()
})

test('a restart is asked for first, and what it failed with is said', async () => {
  server.use(list(storage, watcher))
  open()
  await userEvent.click(await screen.findByRole('button', { name: 'Restart File watcher' }))
  const dialog = await screen.findByRole('dialog', { name: 'Restart File watcher?' })
  server.use(
    answers(RestartServiceDocument, {
      restartService: { __typename: 'Unavailable', code: 'UNAVAILABLE', message: 'It could not.' },
    } as never),
  )
  await userEvent.click(within(dialog).getByRole('button', { name: 'Restart' }))
  expect(await within(dialog).findByText('It could not be restarted. Its last error says why.')).toBeTruthy()
  server.use(answers(RestartServiceDocument, { restartService: { ...watcher, restarts: 1 } }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Restart' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  await userEvent.click(screen.getByRole('button', { name: 'Details of File watcher' }))
  expect(within(item('File watcher')).getByText('1 time')).toBeTruthy()
})

test('what did not load can be tried again, and others than administrators see nothing', async () => {
  server.use(failsWith(ServicesDocument, 'INTERNAL'))
  const { unmount } = open()
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
  unmount()
  open({ ...balu, role: 'USER' })
  expect(await screen.findByText('Not for your account')).toBeTruthy()
})
