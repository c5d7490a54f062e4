import { act, screen, waitFor } from '@testing-library/react'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { setConnectionStatus } from '../../graphql/connection'
import { SessionGate } from '../auth/session'
import { type Sample, TelemetryChangedDocument, TelemetryRingDocument } from '../telemetry/use-telemetry'
import { Overview, OverviewArraysDocument, OverviewDocument, OverviewServiceChangedDocument, OverviewServicesDocument } from './overview'

const start = Date.parse('2026-11-20T10:00:00Z')

function sample(second: number, cpuPercent: number): Sample {
  return {
    __typename: 'TelemetrySample',
    at: new Date(start + second * 1000).toISOString(),
    cpuPercent,
    cpuCorePercents: [cpuPercent, cpuPercent],
    loadAverage1m: 0.5,
    memoryUsed: 4e9,
    memoryTotal: 16e9,
    swapUsed: 0,
    swapTotal: 0,
    diskReadBytesPerSecond: 0,
    diskWriteBytesPerSecond: 1_000,
    networkReceiveBytesPerSecond: 2_000_000,
    networkSendBytesPerSecond: 3_000,
    unavailable: [],
  }
}

const ring = (...recent: Sample[]) => answers(TelemetryRingDocument, { telemetry: { __typename: 'Telemetry', recent } })

const overview = answers(OverviewDocument, {
  storage: { __typename: 'Storage', used: 1e12, total: 4e12, free: 2.1e12 },
  server: { __typename: 'Server', hostname: 'cellar', version: '1.2.3', startedAt: new Date(Date.now() - 3_600_000).toISOString() },
})

const arrays = (...raidArrays: { name: string; state: 'CLEAN' | 'DEGRADED' }[]) =>
  answers(OverviewArraysDocument, {
    raidArrays: raidArrays.map((each) => ({ __typename: 'RaidArray' as const, ...each, size: 5e9, sync: null })),
  })

const services = (...states: ('RUNNING' | 'FAILED')[]) =>
  answers(OverviewServicesDocument, {
    services: states.map((state, index) => ({ __typename: 'Service' as const, id: `s${index}`, state, required: index === 0 })),
  })

/** As an administrator sees it, unless a test says otherwise. */
function open(role: 'ADMIN' | 'USER' = 'ADMIN') {
  server.use(sessionIs({ me: { ...balu, role } }))
  return renderApp(
    <SessionGate waiting={null}>
      <Overview />
    </SessionGate>,
  )
}

const chart = (title: string) => screen.findByRole('slider', { name: `${title}, last five minutes` })

const noJobs = () => {
  const pageInfo = { __typename: 'PageInfo', endCursor: null, hasNextPage: false }
  const none = { __typename: 'JobConnection', nodes: [], pageInfo, totalCount: 0 }
  return graph.query('Jobs', () => HttpResponse.json({ data: { jobs: none } }))
}
beforeEach(() => server.use(noJobs(), services('RUNNING', 'RUNNING')))

test('says first that all is well, with the space that is left', async () => {
  server.use(overview, arrays({ name: 'md0', state: 'CLEAN' }), ring(sample(0, 10)))
  open()
  expect(await screen.findByRole('heading', { level: 1, name: 'Everything is fine\u00a0· 2.1 TB free' })).toBeTruthy()
})

test('a degraded array changes the sentence', async () => {
  server.use(overview, arrays({ name: 'md0', state: 'DEGRADED' }), ring(sample(0, 10)))
  open()
  expect(await screen.findByRole('heading', { level: 1, name: /^md0 is degraded/ })).toBeTruthy()
})

test('a service that fails changes the sentence as it happens, and leads to where it stands', async () => {
  server.use(overview, arrays(), ring(sample(0, 10)))
  const { live } = open()
  await screen.findByRole('heading', { level: 1, name: /^Everything is fine/ })
  const state = (id: string, required: boolean, now: 'FAILED' | 'RUNNING') =>
    act(() => live.push(OverviewServiceChangedDocument, { serviceChanged: { __typename: 'Service', id, state: now, required } }))
  state('s1', false, 'FAILED')
  expect(await screen.findByRole('heading', { level: 1, name: 'A service does not work.' })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Look at the services' }).getAttribute('href')).toBe('/services')
  state('s0', true, 'FAILED')
  expect(await screen.findByRole('heading', { level: 1, name: /cannot do without/ })).toBeTruthy()
  state('s0', true, 'RUNNING')
  state('s1', false, 'RUNNING')
  expect(await screen.findByRole('heading', { level: 1, name: /^Everything is fine/ })).toBeTruthy()
})

test('who is no administrator is not asked about services', async () => {
  // No answer stands ready: asking for them would fail the test.
  server.resetHandlers()
  server.use(noJobs(), overview, arrays(), ring(sample(0, 10)))
  open('USER')
  expect(await screen.findByRole('heading', { level: 1, name: /^Everything is fine/ })).toBeTruthy()
})

test('arrays that cannot be read do not take the rest of the page with them', async () => {
  server.use(overview, failsWith(OverviewArraysDocument, 'UNAVAILABLE'), ring(sample(0, 10)))
  open()
  expect(await screen.findByText('This machine has no RAID driver, so there are no arrays here.')).toBeTruthy()
  expect(screen.getByText('2.1 TB free')).toBeTruthy()
})

test('draws the ring at once, then each frame as it comes', async () => {
  server.use(overview, arrays(), ring(sample(0, 10), sample(1, 20)))
  const { live } = open()
  expect((await chart('Processor')).getAttribute('aria-description')).toBe(
    'Processor: now 20.0%, lowest 10.0%, highest 20.0%, average 15.0%.',
  )
  act(() => live.push(TelemetryChangedDocument, { telemetryChanged: sample(2, 90) }))
  await waitFor(async () =>
    expect((await chart('Processor')).getAttribute('aria-description')).toBe(
      'Processor: now 90.0%, lowest 10.0%, highest 90.0%, average 40.0%.',
    ),
  )
  expect((await chart('Network')).getAttribute('aria-valuetext')).toMatch(/Receive 2\.0 MB\/s, Send 3\.0 kB\/s$/)
})

test('a lost connection keeps the values and tells their age', async () => {
  server.use(overview, arrays(), ring(sample(0, 10)))
  open()
  await chart('Processor')
  expect(screen.queryByText(/^as of/)).toBeNull()
  act(() => setConnectionStatus('lost'))
  expect(await screen.findByText('as of now')).toBeTruthy()
  expect(await screen.findByText('as of 1 second ago', {}, { timeout: 2_500 })).toBeTruthy()
  expect(await chart('Processor')).toBeTruthy()
  act(() => setConnectionStatus('live'))
  await waitFor(() => expect(screen.queryByText(/^as of/)).toBeNull())
})

test('a failure can be tried again and names its code and request', async () => {
  server.use(overview, arrays(), failsWith(TelemetryRingDocument, 'UNAVAILABLE', 'req-42'))
  open()
  expect(await screen.findByText('Code UNAVAILABLE · request req-42')).toBeTruthy()
  server.use(ring(sample(0, 10)))
  act(() => screen.getByRole('button', { name: 'Try again' }).click())
  expect(await chart('Processor')).toBeTruthy()
})
