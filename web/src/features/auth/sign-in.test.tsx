import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp, router } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { sessionIs } from '../../../test/session'
import { setConnectionStatus } from '../../graphql/connection'
import { SignIn } from './sign-in'
import { SignInDocument } from './sign-in-form'

beforeEach(() => {
  router.replace.mockClear()
  window.history.replaceState(null, '', '/sign-in?next=%2Fstorage')
})

async function signIn() {
  const user = userEvent.setup()
  await user.type(await screen.findByLabelText('Name'), 'balu')
  await user.type(screen.getByLabelText('Password'), 'a long password')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('a wrong password is said at the password, nobody is let in', async () => {
  server.use(
    sessionIs({ me: null }),
    answers(SignInDocument, {
      signIn: { __typename: 'SignInFailed', code: 'SIGN_IN_FAILED', field: null, message: 'server words' },
    }),
  )
  renderApp(<SignIn />)
  await signIn()
  expect((await screen.findByText('Name or password is not right.')).id).toBe(
    screen.getByLabelText('Password').getAttribute('aria-describedby'),
  )
  expect(router.replace).not.toHaveBeenCalled()
})

test('goes on to where one wanted to go', async () => {
  server.use(sessionIs({ me: null }), answers(SignInDocument, { signIn: { __typename: 'Session', id: 's1' } }))
  renderApp(<SignIn />)
  await signIn()
  await waitFor(() => expect(router.replace).toHaveBeenCalledWith('/storage'))
})

test('does not follow an address elsewhere', async () => {
  window.history.replaceState(null, '', '/sign-in?next=%2F%2Fevil.example%2Fx')
  server.use(sessionIs({ me: null }), answers(SignInDocument, { signIn: { __typename: 'Session', id: 's1' } }))
  renderApp(<SignIn />)
  await signIn()
  await waitFor(() => expect(router.replace).toHaveBeenCalledWith('/'))
})

test('says that nothing was done when the connection was already gone', async () => {
  server.use(
    sessionIs({ me: null }),
    graph.mutation('SignIn', () => HttpResponse.error()),
  )
  renderApp(<SignIn />)
  await screen.findByLabelText('Name')
  setConnectionStatus('lost')
  await signIn()
  expect(await screen.findByText('There is no connection to the server: this was not done.')).toBeTruthy()
})

test('does not claim that nothing was done when only the answer is missing', async () => {
  server.use(
    sessionIs({ me: null }),
    graph.mutation('SignIn', () => HttpResponse.error()),
  )
  renderApp(<SignIn />)
  await signIn()
  expect(await screen.findByText(/The server did not answer/)).toBeTruthy()
})
