import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { SessionGate } from '../auth/session'
import { CreateUserDocument } from './create-user-form'
import { PeopleDocument, PeoplePage } from './people-page'

const person = (id: string, username: string) => ({
  __typename: 'User' as const,
  id,
  username,
  email: null,
  role: 'USER' as const,
  createdAt: '2026-11-01T00:00:00Z',
})

const people = (names: string[], totalCount = names.length, hasNextPage = false) => ({
  users: {
    __typename: 'UserConnection' as const,
    totalCount,
    nodes: names.map((name) => person(name, name)),
    pageInfo: { __typename: 'PageInfo' as const, endCursor: names.at(-1) ?? null, hasNextPage },
  },
})

const page = (
  <SessionGate waiting={null}>
    <PeoplePage />
  </SessionGate>
)

test('who may not see it is told so, and is offered nothing', async () => {
  server.use(sessionIs({ me: { ...balu, role: 'USER' } }), failsWith(PeopleDocument, 'FORBIDDEN'))
  renderApp(page)
  expect(await screen.findByText('Not for your account')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Add a person' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

test('the next page joins the end of the list', async () => {
  server.use(sessionIs({ me: balu }), answers(PeopleDocument, people(['anna', 'bert'], 3, true), people(['cora'], 3)))
  renderApp(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }))
  expect(await screen.findByRole('cell', { name: /cora/ })).toBeTruthy()
  expect(screen.getByRole('cell', { name: /anna/ })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
})

test('a taken name is said at the name; a created person appears', async () => {
  server.use(
    sessionIs({ me: balu }),
    answers(PeopleDocument, people(['balu']), people(['balu', 'anna'])),
    answers(
      CreateUserDocument,
      { createUser: { __typename: 'UsernameTaken', code: 'USERNAME_TAKEN', field: 'username', message: 'server words' } },
      { createUser: { __typename: 'User', id: 'u2', username: 'anna' } },
    ),
  )
  renderApp(page)
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Add a person' }))
  const name = await screen.findByLabelText('Name')
  await user.type(name, 'anna')
  await user.type(screen.getByLabelText('Password'), 'a long password')
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  expect((await screen.findByText('This name is already in use.')).id).toBe(name.getAttribute('aria-describedby'))
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(await screen.findByRole('cell', { name: /anna/ })).toBeTruthy()
})
