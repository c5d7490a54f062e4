import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { answers } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { DeletePersonDialog, DeletionPreviewDocument } from './delete-person-dialog'
import { PeopleWords } from './people-words'
import { FindPeopleDocument } from './person-picker'

const found = answers(FindPeopleDocument, {
  users: {
    __typename: 'UserConnection',
    totalCount: 2,
    nodes: [
      { __typename: 'User', id: 'u1', username: 'anna', avatarUrl: null },
      { __typename: 'User', id: 'u2', username: 'bert', avatarUrl: null },
    ],
    pageInfo: { __typename: 'PageInfo', endCursor: null, hasNextPage: false },
  },
})
const preview = (filesPath: string | null, files = 3) => ({
  userDeletionPreview: {
    __typename: 'UserDeletionPreview' as const,
    username: 'anna',
    filesPath,
    sessions: 2,
    keys: 0,
    uploads: 1,
    home: { __typename: 'FolderMeasure' as const, files, folders: 1, bytes: 4_000, isComplete: true },
  },
})

test('it says what will be where, wants the name, and only then deletes', async () => {
  const sent: unknown[] = []
  server.use(
    found,
    graph.query('DeletionPreview', ({ variables }) =>
      HttpResponse.json({
        data: preview(variables['files'] === 'DELETE' ? null : variables['transferTo'] ? '/bert/From anna' : '/Archive/anna'),
      }),
    ),
    graph.mutation('DeleteUser', ({ variables }) => {
      sent.push(variables['input'])
      return HttpResponse.json({ data: { deleteUser: { __typename: 'DeletedUser', id: 'u1', filesPath: '/bert/From anna' } } })
    }),
  )
  const onDeleted = vi.fn()
  renderApp(
    <PeopleWords>
      <DeletePersonDialog id="u1" username="anna" onClose={() => {}} onDeleted={onDeleted} />
    </PeopleWords>,
  )
  const user = userEvent.setup()
  const confirm = await screen.findByRole('button', { name: 'Delete account' })
  await user.type(screen.getByLabelText('Type anna to confirm'), 'anna')
  // Nobody is chosen yet, and the account itself is not offered.
  expect((confirm as HTMLButtonElement).disabled).toBe(true)
  await user.click(await screen.findByRole('radio', { name: 'bert' }))
  expect(screen.queryByRole('radio', { name: 'anna' })).toBeNull()
  expect(await screen.findByText('Will be at /bert/From anna')).toBeTruthy()
  expect(screen.getByText(/3 files in 1 folder/)).toBeTruthy()
  expect(screen.getByText('Ends 2 sessions, no API key, 1 upload')).toBeTruthy()
  await user.click(screen.getByRole('radio', { name: /Delete them/ }))
  expect(await screen.findByText('Will be gone for good')).toBeTruthy()
  await user.click(screen.getByRole('radio', { name: /Give them to somebody/ }))
  await user.type(screen.getByLabelText('Type anna to confirm'), 'x')
  expect((confirm as HTMLButtonElement).disabled).toBe(true)
  expect(sent).toEqual([])
  await user.type(screen.getByLabelText('Type anna to confirm'), '{Backspace}')
  await user.click(confirm)
  await waitFor(() => expect(onDeleted).toHaveBeenCalledOnce())
  expect(sent).toEqual([{ id: 'u1', files: 'TRANSFER', transferTo: 'u2' }])
})

test('a refusal is said in the dialog, which stays', async () => {
  server.use(
    found,
    answers(DeletionPreviewDocument, preview('/Archive/anna')),
    graph.mutation('DeleteUser', () =>
      HttpResponse.json({ data: { deleteUser: { __typename: 'LastAdmin', code: 'LAST_ADMIN', message: 'server words' } } }),
    ),
  )
  const onDeleted = vi.fn()
  renderApp(
    <PeopleWords>
      <DeletePersonDialog id="u1" username="anna" onClose={() => {}} onDeleted={onDeleted} />
    </PeopleWords>,
  )
  const user = userEvent.setup()
  await user.click(await screen.findByRole('radio', { name: /Keep them in the archive/ }))
  await user.type(screen.getByLabelText('Type anna to confirm'), 'anna')
  await user.click(screen.getByRole('button', { name: 'Delete account' }))
  expect(await screen.findByText(/This is the last administrator who can sign in/)).toBeTruthy()
  expect(onDeleted).not.toHaveBeenCalled()
})
