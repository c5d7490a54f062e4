import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { delay, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import * as sessionEnd from '../../graphql/session-end'
import { SessionGate } from '../auth/session'
import { ChangePasswordDocument } from './password-form'
import { OwnPasswordDocument, PasswordSection } from './password-section'
import { ProfileWords } from './profile-words'

const isSet = { __typename: 'OwnPassword', isSet: true, changedAt: '2026-01-01T00:00:00Z' } as const
const changed = { changePassword: { __typename: 'Session', id: 's2' } } as const
const wrong = { __typename: 'CurrentPasswordWrong', code: 'CURRENT_PASSWORD_WRONG', field: 'current', message: 'server words' } as const
const weak = { __typename: 'WeakPassword', code: 'WEAK_PASSWORD', field: 'new', message: 'server words' } as const

function open() {
  return renderApp(
    <SessionGate waiting={null}>
      <ProfileWords>
        <PasswordSection />
      </ProfileWords>
    </SessionGate>,
  )
}

async function fillIn(next = 'nine tall violet kettles') {
  const user = userEvent.setup()
  await user.type(await screen.findByLabelText('Present password'), 'the present one')
  await user.type(screen.getByLabelText('New password'), next)
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  return user
}

test('says how good the new one is while it is typed, by its length and nothing else', async () => {
  server.use(sessionIs({ me: balu }), answers(OwnPasswordDocument, { myPassword: isSet }))
  open()
  const user = userEvent.setup()
  const field = await screen.findByLabelText('New password')
  expect(describedBy(field)).toContain('At least 12 characters')
  await user.type(field, 'nine tall')
  expect(describedBy(field)).toContain('3 more characters.')
  await user.type(field, ' violet kettles')
  expect(describedBy(field)).toContain('Very good.')
  expect(screen.getByRole('meter', { name: 'How hard it is to guess' }).getAttribute('aria-valuetext')).toBe('Very good.')
})

test('a wrong present one and a weak new one are said at their fields', async () => {
  server.use(
    sessionIs({ me: balu }),
    answers(OwnPasswordDocument, { myPassword: isSet }),
    answers(ChangePasswordDocument, { changePassword: wrong }, { changePassword: weak }, changed),
  )
  open()
  const user = await fillIn()
  const current = screen.getByLabelText('Present password')
  await waitFor(() => expect(describedBy(current)).toContain('That is not your present password.'))
  expect(document.activeElement).toBe(current)
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  const next = screen.getByLabelText('New password')
  await waitFor(() => expect(describedBy(next)).toContain('too easy to guess'))
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  await waitFor(() => expect(next).toHaveProperty('value', ''))
})

test('the end of the old session is no reason to leave while the new one comes', async () => {
  const stays: boolean[] = []
  server.use(
    sessionIs({ me: balu }),
    answers(OwnPasswordDocument, { myPassword: isSet }),
    graph.mutation('ChangePassword', async () => {
      // The socket closes before the answer is there.
      stays.push(sessionEnd.sessionRenewal() !== null)
      await delay(20)
      return HttpResponse.json({ data: changed })
    }),
  )
  open()
  await fillIn()
  await waitFor(() => expect(screen.getByLabelText('New password')).toHaveProperty('value', ''))
  // Or a moment after it.
  stays.push(sessionEnd.sessionRenewal() !== null)
  expect(stays).toEqual([true, true])
})

test('when it was refused, a session that ends is a session that ends', async () => {
  const result = await sessionEnd.renewSession(
    async () => 'refused',
    () => false,
  )
  expect([result, sessionEnd.sessionRenewal()]).toEqual(['refused', null])
  await expect(
    sessionEnd.renewSession(
      () => Promise.reject(new Error('no answer')),
      () => true,
    ),
  ).rejects.toThrow('no answer')
  expect(sessionEnd.sessionRenewal()).toBeNull()
})

test('without a password there is none to give', async () => {
  server.use(
    sessionIs({ me: balu }),
    answers(OwnPasswordDocument, { myPassword: { __typename: 'OwnPassword', isSet: false, changedAt: null } }),
  )
  open()
  expect(await screen.findByRole('button', { name: 'Set password' })).toBeTruthy()
  expect(screen.queryByLabelText('Present password')).toBeNull()
})

function describedBy(field: HTMLElement): string {
  const ids = field.getAttribute('aria-describedby')?.split(' ') ?? []
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
}
