import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp, router } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { SessionGate } from '../auth/session'
import { CreateUserDocument } from './create-user-form'
import { GroupNamesDocument } from './group-names'
import { PeoplePage } from './people-page'
import { PeopleDocument } from './people-section'

const person = (id: string, username: string) => ({
  __typename: 'User' as const,
  id,
  username,
  email: null,
  role: 'USER' as const,
  avatarUrl: null,
  lastSignInAt: null,
  disabledAt: null,
  isBeingDeleted: false,
})

const people = (names: string[], totalCount = names.length, hasNextPage = false) => ({
  userCounts: { __typename: 'UserCounts' as const, total: totalCount, disabled: 0, admins: 1, users: totalCount - 1, viewers: 0 },
  users: {
    __typename: 'UserConnection' as const,
    totalCount,
    nodes: names.map((name) => person(name, name)),
    pageInfo: { __typename: 'PageInfo' as const, endCursor: names.at(-1) ?? null, hasNextPage },
  },
})

const groups = answers(GroupNamesDocument, {
  groups: {
    __typename: 'GroupConnection',
    totalCount: 1,
    nodes: [{ __typename: 'Group', id: 'g1', name: 'Family', description: null, memberCount: 2 }],
    pageInfo: { __typename: 'PageInfo', endCursor: null, hasNextPage: false },
  },
})

const page = (
  <SessionGate waiting={null}>
    <PeoplePage />
  </SessionGate>
)

beforeEach(() => {
  window.history.replaceState(null, '', '/people')
  router.replace.mockImplementation((address: string) => window.history.replaceState(null, '', address))
  server.use(groups)
})

test('who may not see it is told so, and nothing is asked for', async () => {
  server.use(sessionIs({ me: { ...balu, role: 'USER' } }))
  renderApp(page)
  expect(await screen.findByText('Not for your account')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Add a person' })).toBeNull()
})

test('what failed can be tried again', async () => {
  server.use(sessionIs({ me: balu }), failsWith(PeopleDocument, 'INTERNAL'))
  renderApp(page)
  const retry = await screen.findByRole('button', { name: 'Try again' })
  server.use(answers(PeopleDocument, people(['anna'])))
  await userEvent.click(retry)
  expect(await screen.findByRole('cell', { name: /anna/ })).toBeTruthy()
})

test('the next page joins the end of the list', async () => {
  server.use(sessionIs({ me: balu }), answers(PeopleDocument, people(['anna', 'bert'], 3, true), people(['cora'], 3)))
  renderApp(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }))
  expect(await screen.findByRole('cell', { name: /cora/ })).toBeTruthy()
  expect(screen.getByRole('cell', { name: /anna/ })).toBeTruthy()
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull())
})

test('search, filters and order stand in the address and are what is asked for', async () => {
  const asked: Record<string, unknown>[] = []
  server.use(
    sessionIs({ me: balu }),
    graph.query('People', ({ variables }) => {
      asked.push(variables)
      return HttpResponse.json({ data: variables['filter'].search === 'zz' ? people([], 0) : people(['anna', 'bert'], 30) })
    }),
  )
  renderApp(page)
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Last sign-in' }))
  await waitFor(() => expect(asked.at(-1)?.['orderBy']).toEqual({ field: 'LAST_SIGN_IN_AT', direction: 'DESC' }))
  expect(screen.getByRole('columnheader', { name: /Last sign-in/ }).getAttribute('aria-sort')).toBe('descending')
  await user.selectOptions(screen.getByLabelText('Role'), 'ADMIN')
  await user.selectOptions(screen.getByLabelText('State'), 'disabled')
  await user.selectOptions(await screen.findByLabelText('Group'), 'g1')
  await waitFor(() => expect(asked.at(-1)?.['filter']).toEqual({ search: null, role: 'ADMIN', disabled: true, groupId: 'g1' }))
  await user.type(screen.getByRole('searchbox'), 'zz')
  expect(await screen.findByRole('heading', { name: 'Nobody matches' })).toBeTruthy()
  expect(window.location.search).toBe('?q=zz&role=ADMIN&state=disabled&group=g1&sort=LAST_SIGN_IN_AT')
  await user.click(screen.getByRole('button', { name: 'Show everybody' }))
  expect(await screen.findByRole('cell', { name: /bert/ })).toBeTruthy()
  expect(window.location.search).toBe('?sort=LAST_SIGN_IN_AT')
  expect((screen.getByRole('searchbox') as HTMLInputElement).value).toBe('')
})

test('a taken name is said at the name; a created person appears', async () => {
  server.use(
    sessionIs({ me: balu }),
    answers(PeopleDocument, people(['balu']), people(['balu', 'anna'])),
    answers(
      CreateUserDocument,
      { createUser: { __typename: 'UsernameTaken', code: 'USERNAME_TAKEN', field: 'username', message: 'server words' } },
      { createUser: { __typename: 'HomeNameTaken', code: 'HOME_NAME_TAKEN', field: 'username', message: 'server words' } },
      { createUser: { __typename: 'User', id: 'u2', username: 'anna' } },
    ),
  )
  renderApp(page)
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Add a person' }))
  const dialog = within(await screen.findByRole('dialog'))
  const name = dialog.getByLabelText('Name')
  await user.type(name, 'anna')
  await user.type(dialog.getByLabelText('Password'), 'a long password')
  await user.click(dialog.getByRole('button', { name: 'Create account' }))
  expect((await dialog.findByText('This name is already in use.')).id).toBe(name.getAttribute('aria-describedby'))
  await user.click(dialog.getByRole('button', { name: 'Create account' }))
  const inTheWay = 'The storage has a folder with this name already. Choose another name.'
  expect((await dialog.findByText(inTheWay)).id).toBe(name.getAttribute('aria-describedby'))
  await user.click(dialog.getByRole('button', { name: 'Create account' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(await screen.findByRole('cell', { name: /anna/ })).toBeTruthy()
})
