import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp, router } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { VerifyTwoFactorDocument } from './second-step'
import { SignIn } from './sign-in'
import { SignInDocument } from './sign-in-form'

beforeEach(() => {
  router.replace.mockClear()
  window.history.replaceState(null, '', '/sign-in?next=%2Fstorage')
})

async function firstHalf() {
  server.use(
    sessionIs({ me: null }),
    answers(SignInDocument, { signIn: { __typename: 'TwoFactorRequired', challenge: 'half', methods: ['TOTP', 'RECOVERY_CODE'] } }),
  )
  renderApp(<SignIn />)
  const user = userEvent.setup()
  await user.type(await screen.findByLabelText('Name'), 'balu')
  await user.type(screen.getByLabelText('Password'), 'a long password')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  return { user, code: await screen.findByRole('textbox', { name: 'Code' }) }
}

test('asks for the code where the password is not enough; a phone may offer it', async () => {
  const { code } = await firstHalf()
  expect(code.getAttribute('autocomplete')).toBe('one-time-code')
  expect(document.activeElement).toBe(code)
  expect(router.replace).not.toHaveBeenCalled()
})

test('sends what was typed with the challenge, and goes on', async () => {
  const sent: unknown[] = []
  const { user, code } = await firstHalf()
  server.use(
    graph.mutation('VerifyTwoFactor', ({ variables }) => {
      sent.push(variables)
      return HttpResponse.json({ data: { verifyTwoFactor: { __typename: 'Session', id: 's1' } } })
    }),
  )
  await user.type(code, '123 456')
  await user.click(screen.getByRole('checkbox', { name: /30 days/ }))
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(router.replace).toHaveBeenCalledWith('/storage'))
  expect(sent).toEqual([{ input: { challenge: 'half', code: '123 456', rememberBrowser: true } }])
})

test('a wrong code is said at its field, and another way is open', async () => {
  const { user, code } = await firstHalf()
  server.use(
    answers(VerifyTwoFactorDocument, {
      verifyTwoFactor: { __typename: 'CodeWrong', code: 'CODE_WRONG', field: 'code', message: 'server words' },
    }),
  )
  await user.type(code, '000000')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect((await screen.findByText(/This code is not right/)).id).toBe(code.getAttribute('aria-describedby'))
  await user.click(screen.getByRole('button', { name: 'Use a recovery code' }))
  expect(screen.queryByText(/This code is not right/)).toBeNull()
  expect((screen.getByRole('textbox', { name: 'Recovery code' }) as HTMLInputElement).value).toBe('')
  expect(screen.queryByRole('button', { name: 'Use a passkey' })).toBeNull()
})

test('when it took too long, the password is asked for again, and why is said', async () => {
  const { user, code } = await firstHalf()
  server.use(
    answers(VerifyTwoFactorDocument, {
      verifyTwoFactor: { __typename: 'ChallengeOver', code: 'CHALLENGE_OVER', field: null, message: 'server words' },
    }),
  )
  await user.type(code, '000000')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  await screen.findByText('This took too long. Type your password again.')
  expect(screen.getByLabelText('Password')).toBeTruthy()
})

test('who must set up a second factor is led there', async () => {
  server.use(sessionIs({ me: { ...balu, mustEnrol: true } }))
  renderApp(<SignIn />)
  await waitFor(() => expect(router.replace).toHaveBeenCalledWith('/enrol?next=%2Fstorage'))
})
