import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { server } from '../../../test/server'
import { DevicesSection, MySessionsDocument } from './devices-section'
import { EndOtherSessionsDocument, EndSessionDocument } from './end-sessions-dialog'
import { ProfileWords } from './profile-words'

const now = new Date().toISOString()
const session = (id: string, more: object = {}) => ({
  __typename: 'Session' as const,
  id,
  isCurrent: false,
  method: 'PASSWORD' as const,
  createdAt: now,
  lastUsedAt: now,
  address: '192.168.1.20',
  client: 'curl/8.5.0',
  ...more,
})
const here = session('s1', { isCurrent: true, client: 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0' })

function open(...sessions: object[]) {
  const app = renderApp(
    <ProfileWords>
      <DevicesSection />
    </ProfileWords>,
  )
  act(() => app.live.push(MySessionsDocument, { mySessionsChanged: sessions }))
  return app
}

test('this browser comes first and cannot be ended here; the others can', async () => {
  open(session('s2'), here)
  const [first, second] = await screen.findAllByRole('listitem')
  expect(first?.textContent).toContain('Firefox on Linux')
  expect(first?.textContent).toContain('This browser')
  expect(within(first as HTMLElement).queryByRole('button')).toBeNull()
  expect(second?.textContent).toContain('curl')
  expect(second?.textContent).toContain('192.168.1.20')
})

test('what ends goes from the list by itself', async () => {
  const { live } = open(here, session('s2'), session('s3'))
  expect(await screen.findByRole('button', { name: 'Sign out the 2 others' })).toBeTruthy()
  act(() => live.push(MySessionsDocument, { mySessionsChanged: [here, session('s3')] }))
  expect(await screen.findByRole('button', { name: 'Sign out the other one' })).toBeTruthy()
  act(() => live.push(MySessionsDocument, { mySessionsChanged: [here] }))
  expect(await screen.findByText('You are signed in nowhere else.')).toBeTruthy()
})

test('asks before it ends one, and takes an end from elsewhere for the same', async () => {
  server.use(
    answers(EndSessionDocument, { endSession: { __typename: 'SessionNotFound', code: 'SESSION_NOT_FOUND', message: 'server words' } }),
  )
  open(here, session('s2'))
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Sign out: curl' }))
  const dialog = await screen.findByRole('dialog', { name: 'Sign out curl?' })
  await user.click(within(dialog).getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('asks before it ends all others, and says what failed', async () => {
  server.use(
    answers(
      EndOtherSessionsDocument,
      { endOtherSessions: { __typename: 'Forbidden', code: 'FORBIDDEN', message: 'server words' } },
      { endOtherSessions: { __typename: 'OtherSessionsEnded', count: 2 } },
    ),
  )
  open(here, session('s2'), session('s3'))
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Sign out the 2 others' }))
  const dialog = await screen.findByRole('dialog')
  const run = within(dialog).getByRole('button', { name: 'Sign out the 2 others' })
  await user.click(run)
  expect((await within(dialog).findByRole('alert')).textContent).toContain('Your account may not do this.')
  await user.click(run)
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})
