import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp, router } from '../../../test/render-app'
import { server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { SetUp } from './set-up'
import { CompleteSetupDocument } from './setup-form'

beforeEach(() => {
  router.replace.mockClear()
  window.history.replaceState(null, '', '/setup#token=from-the-link')
})

async function fillIn() {
  const user = userEvent.setup()
  await user.type(await screen.findByLabelText('Name'), 'balu')
  await user.type(screen.getByLabelText('Password'), 'short')
  await user.click(screen.getByRole('button', { name: 'Create administrator' }))
  return user
}

test('takes the token from the link', async () => {
  server.use(sessionIs({ me: null, setupRequired: true }))
  renderApp(<SetUp />)
  expect(await screen.findByLabelText('Setup token')).toHaveProperty('value', 'from-the-link')
  expect(window.location.href).toMatch(/\/setup$/)
})

test('takes it from a link of an older release, too', async () => {
  window.history.replaceState(null, '', '/setup?token=from-the-query')
  server.use(sessionIs({ me: null, setupRequired: true }))
  renderApp(<SetUp />)
  expect(await screen.findByLabelText('Setup token')).toHaveProperty('value', 'from-the-query')
  expect(window.location.href).toMatch(/\/setup$/)
})

test('says at the field what is wrong with it, in our words for a code we know', async () => {
  server.use(
    sessionIs({ me: null, setupRequired: true }),
    answers(
      CompleteSetupDocument,
      { completeSetup: { __typename: 'SetupTokenWrong', code: 'SETUP_TOKEN_WRONG', field: 'setupToken', message: 'server words' } },
      { completeSetup: { __typename: 'WeakPassword', code: 'WEAK_PASSWORD', field: null, message: 'server words' } },
      { completeSetup: { __typename: 'InvalidInput', code: 'INVALID_INPUT', field: 'username', message: 'A name has 1 to 32 letters.' } },
    ),
  )
  renderApp(<SetUp />)
  const user = await fillIn()
  const token = screen.getByLabelText('Setup token')
  await waitFor(() => expect(token.getAttribute('aria-invalid')).toBe('true'))
  expect(describedBy(token)).toContain('This is not the token that the server printed.')
  expect(document.activeElement).toBe(token)

  const password = screen.getByLabelText('Password')
  await user.click(screen.getByRole('button', { name: 'Create administrator' }))
  await waitFor(() => expect(describedBy(password)).toContain('too easy to guess'))

  const name = screen.getByLabelText('Name')
  await user.click(screen.getByRole('button', { name: 'Create administrator' }))
  await waitFor(() => expect(describedBy(name)).toContain('A name has 1 to 32 letters.'))
  expect(router.replace).not.toHaveBeenCalled()
})

test('goes to the overview once the administrator exists', async () => {
  server.use(
    sessionIs({ me: null, setupRequired: true }),
    answers(CompleteSetupDocument, { completeSetup: { __typename: 'Session', id: 's1' } }),
  )
  renderApp(<SetUp />)
  await fillIn()
  await waitFor(() => expect(router.replace).toHaveBeenCalledWith('/'))
})

test('sends away who comes after setup was done', async () => {
  server.use(sessionIs({ me: balu }))
  renderApp(<SetUp />)
  await waitFor(() => expect(router.replace).toHaveBeenCalledWith('/'))
})

function describedBy(field: HTMLElement): string {
  const ids = field.getAttribute('aria-describedby')?.split(' ') ?? []
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
}
