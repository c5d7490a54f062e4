import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { server } from '../../../test/server'
import * as sessionEnd from '../../graphql/session-end'
import { SignOutDocument, useSignOut } from './use-sign-out'

function SignOutButton() {
  const { signOut } = useSignOut()
  return (
    <button type="button" onClick={() => void signOut()}>
      out
    </button>
  )
}

test('ends the live socket with the session, then leaves without a way back', async () => {
  const leave = vi.spyOn(sessionEnd, 'goToSignIn').mockImplementation(() => {})
  server.use(answers(SignOutDocument, { signOut: { __typename: 'SignedOut', at: '2026-11-20T10:00:00Z' } }))
  const { live } = renderApp(<SignOutButton />)
  await userEvent.click(screen.getByRole('button', { name: 'out' }))
  await waitFor(() => expect(leave).toHaveBeenCalledWith({ remember: false }))
  expect(live.disposed).toBe(true)
})
