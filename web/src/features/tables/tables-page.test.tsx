import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { type Me, SessionGate } from '../auth/session'
import { DatabaseHealthDocument } from './health-line'
import { DatabaseTablesDocument } from './table-list'
import { type Column, DatabaseTableDocument } from './table-view'
import { TablesPage } from './tables-page'

beforeAll(() => {
  // jsdom lays nothing out: the list is given the height of a screen.
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 600 })
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, value: 900 })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 600 })
})
beforeEach(() => window.history.replaceState(null, '', '/settings/database'))

const column = (name: string, rest: Partial<Column> = {}): Column => ({
  __typename: 'DatabaseColumn',
  name,
  type: 'TEXT',
  hidden: false,
  inKey: false,
  sortable: true,
  operators: ['CONTAINS', 'EQUALS'],
  choices: [],
  ...rest,
})

const sessions = answers(DatabaseTableDocument, {
  databaseTable: {
    __typename: 'DatabaseTable',
    name: 'Session',
    rowCount: 100_000,
    rowCountExact: false,
    size: 8_192,
    columns: [
      column('id', { type: 'ID', inKey: true }),
      column('tokenHash', { type: null, hidden: true, sortable: false, operators: [] }),
      column('address'),
      column('method', { type: 'CHOICE', operators: ['EQUALS'], choices: ['PASSWORD', 'PASSKEY'], sortable: false }),
    ],
  },
})

/** A table of so many rows, and what was asked of it. `short` pages end early. */
function rowsOf(total: number, { short = false } = {}) {
  const asked: Record<string, unknown>[] = []
  const handler = graph.query('DatabaseRows', ({ variables }) => {
    asked.push(variables)
    const from = Number(variables['after'] ?? 0)
    const until = short ? from : Math.min(total, from + 100)
    const nodes = Array.from({ length: until - from }, (_, index) => ({
      __typename: 'DatabaseRow',
      values: { id: `s${from + index}`, address: '192.0.2.1', method: null },
    }))
    const rows = {
      nodes,
      scannedAll: !short,
      pageInfo: { __typename: 'PageInfo', endCursor: String(until), hasNextPage: short || until < total },
    }
    return HttpResponse.json({
      data: { databaseTable: { __typename: 'DatabaseTable', name: 'Session', rows: { __typename: 'DatabaseRowConnection', ...rows } } },
    })
  })
  return { asked, handler }
}

function show(me: Me = balu) {
  server.use(sessionIs({ me }))
  renderApp(
    <SessionGate waiting={null}>
      <TablesPage />
    </SessionGate>,
  )
  return userEvent.setup()
}

test('nobody but administrators looks into it', async () => {
  show({ ...balu, role: 'USER' })
  expect(await screen.findByText('Not for your account')).toBeTruthy()
})

test('tables stand under what they are about, with how much is in them', async () => {
  server.use(
    answers(DatabaseHealthDocument, {
      databaseHealth: {
        __typename: 'DatabaseHealth',
        provider: 'SQLITE',
        version: '3.45.1',
        size: 4_096,
        sound: false,
        finding: 'row 3 missing from index',
        checkedAt: '2026-11-20T09:00:00Z',
        connections: null,
        mostConnections: null,
      },
    }),
    answers(DatabaseTablesDocument, {
      databaseTables: [
        {
          __typename: 'DatabaseTable',
          name: 'Session',
          category: 'SECURITY',
          rowCount: 100_000,
          rowCountExact: false,
          size: null,
          columns: [
            { __typename: 'DatabaseColumn', name: 'id', hidden: false },
            { __typename: 'DatabaseColumn', name: 'tokenHash', hidden: true },
          ],
        },
        { __typename: 'DatabaseTable', name: 'NewTable', category: 'FILES', rowCount: 0, rowCountExact: true, size: 8_192, columns: [] },
      ],
    }),
  )
  show()
  const link = await screen.findByRole('link', { name: /^Sessions/ })
  expect(link.textContent).toContain('2 columns · 1 hidden')
  expect(link.textContent).toContain('more than 100,000 rows')
  expect(link.getAttribute('href')).toBe('/settings/database?table=Session')
  expect(screen.getByRole('link', { name: /^NewTable/ }).textContent).toContain('no rows')
  expect(await screen.findByText('The file is damaged')).toBeTruthy()
  expect(screen.getByText(/row 3 missing from index/)).toBeTruthy()
})

test('only the rows in view are in the page; a row shows all of itself, and what is hidden by name', async () => {
  window.history.replaceState(null, '', '/settings/database?table=Session')
  const { asked, handler } = rowsOf(100_000)
  server.use(sessions, handler)
  const user = show()
  await user.click(await screen.findByText('s0'))
  expect(asked[0]).toEqual({ table: 'Session', filters: [], search: null, orderBy: { column: 'id', direction: 'DESC' }, after: null })
  expect(screen.getAllByRole('row').length).toBeLessThan(60)
  const panel = screen.getByRole('complementary', { name: 'The row in full' })
  expect(panel.textContent).toContain('tokenHashhidden')
  expect(panel.textContent).toContain('"id": "s0"')
  expect(screen.queryByRole('columnheader', { name: 'tokenHash' })).toBeNull()
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('complementary', { name: 'The row in full' })).toBeNull()
})

test('heads sort, filters stand as chips, and both stand in the address', async () => {
  window.history.replaceState(null, '', '/settings/database?table=Session')
  const { asked, handler } = rowsOf(3)
  server.use(sessions, handler)
  const user = show()
  await user.click(await screen.findByRole('button', { name: 'address' }))
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ orderBy: { column: 'address', direction: 'ASC' } }))
  expect(screen.getByRole('columnheader', { name: 'address' }).getAttribute('aria-sort')).toBe('ascending')
  expect(screen.queryByRole('button', { name: 'method' })).toBeNull()

  await user.click(screen.getByRole('button', { name: 'Filter' }))
  const offered = (await screen.findByLabelText<HTMLSelectElement>('Column')).options
  expect([...offered].map(({ value }) => value)).toEqual(['id', 'address', 'method'])
  await user.selectOptions(screen.getByLabelText('Column'), 'address')
  await user.click(screen.getByRole('button', { name: 'Add filter' }))
  expect(await screen.findByText('Say what to look for.')).toBeTruthy()
  await user.type(screen.getByLabelText('Value'), '192')
  await user.click(screen.getByRole('button', { name: 'Add filter' }))
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ filters: [{ column: 'address', operator: 'CONTAINS', value: '192' }] }))
  expect(window.location.search).toBe('?table=Session&filter=address%7ECONTAINS%7E192&sort=address')
  await user.click(screen.getByRole('button', { name: 'Remove the filter address contains 192' }))
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ filters: [] }))
})

test('columns can be left out; those with secrets are named and cannot be chosen', async () => {
  window.history.replaceState(null, '', '/settings/database?table=Session')
  const { handler } = rowsOf(3)
  server.use(sessions, handler)
  const user = show()
  await user.click(await screen.findByRole('button', { name: 'Columns' }))
  expect(screen.queryByRole('checkbox', { name: 'tokenHash' })).toBeNull()
  await user.click(screen.getByRole('checkbox', { name: 'address' }))
  await waitFor(() => expect(window.location.search).toBe('?table=Session&without=address'))
  await user.click(screen.getByRole('button', { name: 'Close' }))
  expect(screen.queryByRole('columnheader', { name: 'address' })).toBeNull()
  expect(screen.getByRole('columnheader', { name: 'method' })).toBeTruthy()
})

test('a search that ended early goes on when the reader says so', async () => {
  window.history.replaceState(null, '', '/settings/database?table=Session&search=nothing')
  const { asked, handler } = rowsOf(100, { short: true })
  server.use(sessions, handler)
  const user = show()
  const button = await screen.findByRole('button', { name: /Look further/ })
  expect(asked).toHaveLength(1)
  await user.click(button)
  await waitFor(() => expect(asked).toHaveLength(2))
})

test('what cannot be read says why; nothing found offers to look for less', async () => {
  window.history.replaceState(null, '', '/settings/database?table=Nothing')
  server.use(failsWith(DatabaseTableDocument, 'TABLE_NOT_FOUND'))
  show()
  expect(await screen.findByText('There is no such table.')).toBeTruthy()
})

test('an empty answer to a filter can be undone', async () => {
  window.history.replaceState(null, '', '/settings/database?table=Session&search=x')
  const { handler } = rowsOf(0)
  server.use(sessions, handler)
  const user = show()
  expect(await screen.findByText('No row is like that')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Clear all' }))
  expect(await screen.findByText('This table is empty')).toBeTruthy()
})
