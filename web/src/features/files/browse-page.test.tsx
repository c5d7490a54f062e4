import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import type { Me } from '../auth/session'
import { SessionGate } from '../auth/session'
import { BrowsePage, FolderDocument } from './browse-page'
import { DeleteFileDocument } from './dialogs/delete-file'
import type { Entry } from './listing/entry'
import { FolderChangedDocument } from './listing/use-entries'

beforeAll(() => {
  // jsdom lays nothing out: the list is given the height of a screen.
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 600 })
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, value: 900 })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 600 })
})
beforeEach(() => window.history.replaceState(null, '', '/browse?path=/alice'))

function entry(name: string, rest: Partial<Entry> = {}): Entry {
  return {
    __typename: 'File',
    id: name,
    name,
    path: `/alice/${name}`,
    isFolder: false,
    size: 1_000,
    modifiedAt: '2026-11-20T10:00:00Z',
    mimeType: null,
    downloadUrl: `/files/alice/${name}`,
    thumbnailUrl: null,
    mayWrite: true,
    owner: { __typename: 'User', id: 'u1', username: 'alice' },
    ...rest,
  }
}

interface Asked {
  offset: number
  first: number
  orderBy: { field: string; direction: string }
}

/** A folder of these entries, and what was asked of it. */
function folderOf(entries: () => Entry[]) {
  const asked: Asked[] = []
  const handler = graph.query('FolderEntries', ({ variables }) => {
    const { offset, first, orderBy } = variables as Asked
    asked.push({ offset, first, orderBy })
    const all = entries()
    return HttpResponse.json({
      data: { files: { __typename: 'FileConnection', totalCount: all.length, nodes: all.slice(offset, offset + first) } },
    })
  })
  return { asked, handler }
}

const here = (mayWrite = true) =>
  answers(FolderDocument, { file: { __typename: 'File', id: 'f', path: '/alice', isFolder: true, mayWrite } })

function show(me: Me = balu) {
  server.use(sessionIs({ me }))
  const view = renderApp(
    <SessionGate waiting={null}>
      <BrowsePage />
    </SessionGate>,
  )
  return { ...view, user: userEvent.setup() }
}

const rowOf = async (name: string) => (await screen.findByRole('link', { name })).closest<HTMLElement>('[role="row"]') as HTMLElement

test('a long folder is asked for by windows, and only the rows in view are in the page', async () => {
  const many = Array.from({ length: 5_000 }, (_, index) => entry(`f${String(index).padStart(4, '0')}`))
  const { asked, handler } = folderOf(() => many)
  server.use(here(), handler)
  show()
  await screen.findByRole('link', { name: 'f0000' })
  expect(asked).toEqual([{ offset: 0, first: 200, orderBy: { field: 'NAME', direction: 'ASC' } }])
  expect(screen.getAllByRole('row').length).toBeLessThan(60)
  expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('5001')
})

test('a change in the folder changes the row; one that is new appears', async () => {
  let entries = [entry('a.txt'), entry('b.txt')]
  const { asked, handler } = folderOf(() => entries)
  server.use(here(), handler)
  const { live } = show()
  await rowOf('a.txt')
  const frame = { __typename: 'FolderChange', path: '/alice', at: '2026-11-20T11:00:00Z', removed: [], reset: false, gone: false }
  act(() => live.push(FolderChangedDocument, { folderChanged: { ...frame, changed: [entry('a.txt', { size: 7_000_000 })] } }))
  expect(within(await rowOf('a.txt')).getAllByText(/7\.0 MB/).length).toBeGreaterThan(0)
  expect(asked.length).toBe(1)
  entries = [entry('a.txt'), entry('aa.txt'), entry('b.txt')]
  act(() => live.push(FolderChangedDocument, { folderChanged: { ...frame, changed: [entry('aa.txt')] } }))
  await rowOf('aa.txt')
  expect(screen.getByText('3 entries')).toBeTruthy()
})

test('a folder that is gone says so and leads up', async () => {
  server.use(here(), folderOf(() => [entry('a.txt')]).handler)
  const { live, user } = show()
  await rowOf('a.txt')
  act(() =>
    live.push(FolderChangedDocument, {
      folderChanged: { __typename: 'FolderChange', path: '/alice', at: '', changed: [], removed: [], reset: false, gone: true },
    }),
  )
  await screen.findByText('This folder is gone')
  server.use(answers(FolderDocument, { file: null }))
  await user.click(screen.getByRole('button', { name: 'Up' }))
  expect(window.location.search).toBe('')
})

test('a click on a head sorts on the server and says so in the address', async () => {
  const { asked, handler } = folderOf(() => [entry('a.txt')])
  server.use(here(), handler)
  const { user } = show()
  await rowOf('a.txt')
  await user.click(screen.getByRole('button', { name: 'Size' }))
  await waitFor(() => expect(asked.at(-1)?.orderBy).toEqual({ field: 'SIZE', direction: 'DESC' }))
  expect(window.location.search).toBe('?path=/alice&sort=size.desc')
  expect((await screen.findByRole('columnheader', { name: 'Size' })).getAttribute('aria-sort')).toBe('descending')
})

test('deleting a folder for good takes its name, typed', async () => {
  const deleted: unknown[] = []
  server.use(
    here(),
    folderOf(() => [entry('trip', { isFolder: true })]).handler,
    graph.mutation('DeleteFile', ({ variables }) => {
      deleted.push(variables)
      return HttpResponse.json({ data: { deleteFile: { __typename: 'File', id: 'trip', path: '/alice/trip', trashItemId: null } } })
    }),
  )
  const { user } = show()
  await user.click(await rowOf('trip'))
  screen.getByRole('grid').focus()
  await user.keyboard('{Shift>}{Delete}{/Shift}')
  const confirm = await screen.findByRole('button', { name: 'Delete for good' })
  expect((confirm as HTMLButtonElement).disabled).toBe(true)
  await user.type(screen.getByLabelText(/Type .trip. to confirm/), 'tri{Enter}')
  expect(deleted).toEqual([])
  await user.type(screen.getByLabelText(/Type .trip. to confirm/), 'p')
  await user.click(confirm)
  await waitFor(() => expect(deleted).toEqual([{ input: { path: '/alice/trip', permanently: true } }]))
})

test('what is deleted goes to the trash without a question, and Ctrl+Z brings it back', async () => {
  const asked: unknown[] = []
  server.use(
    here(),
    folderOf(() => [entry('a.txt')]).handler,
    graph.mutation('DeleteFile', ({ variables }) => {
      asked.push(variables)
      return HttpResponse.json({ data: { deleteFile: { __typename: 'File', id: 'a.txt', path: '/alice/a.txt', trashItemId: 'item' } } })
    }),
    graph.mutation('RestoreFromTrash', ({ variables }) => {
      asked.push(variables)
      return HttpResponse.json({ data: { restoreFromTrash: { __typename: 'File', id: 'a.txt', name: 'a.txt', path: '/alice/a.txt' } } })
    }),
  )
  const { user } = show()
  await user.click(await rowOf('a.txt'))
  screen.getByRole('grid').focus()
  await user.keyboard('{Delete}')
  await waitFor(() => expect(asked).toEqual([{ input: { path: '/alice/a.txt' } }]))
  await waitFor(async () => {
    await user.keyboard('{Control>}z{/Control}')
    expect(asked.slice(1)).toEqual([{ input: { id: 'item' } }])
  })
})

test('what the server has against deleting stays on the screen', async () => {
  server.use(
    here(),
    folderOf(() => [entry('a.txt')]).handler,
    answers(DeleteFileDocument, { deleteFile: { __typename: 'Forbidden', code: 'FORBIDDEN', field: null, message: '' } }),
  )
  const { user } = show()
  await user.click(await rowOf('a.txt'))
  screen.getByRole('grid').focus()
  await user.keyboard('{Shift>}{Delete}{/Shift}')
  await user.click(await screen.findByRole('button', { name: 'Delete for good' }))
  expect(await screen.findByText('a.txt was not deleted. Your account may not do this.')).toBeTruthy()
})

test('who only looks is offered nothing that writes', async () => {
  server.use(here(false), folderOf(() => [entry('a.txt', { mayWrite: false })]).handler)
  const { user } = show({ ...balu, role: 'VIEWER' })
  await user.click(await rowOf('a.txt'))
  await screen.findByText('1 chosen')
  expect(screen.getByRole('button', { name: 'Download' })).toBeTruthy()
  for (const name of ['Delete', 'Rename', 'Upload', 'New folder']) expect(screen.queryByRole('button', { name })).toBeNull()
})

test('what is denied, missing or failed says so', async () => {
  server.use(failsWith(FolderDocument, 'FORBIDDEN'), folderOf(() => []).handler)
  show().unmount()
  server.use(failsWith(FolderDocument, 'FORBIDDEN'))
  const denied = show()
  expect(await screen.findByText('Not for your account')).toBeTruthy()
  denied.unmount()
  server.use(answers(FolderDocument, { file: null }))
  const missing = show()
  expect(await screen.findByText('There is no such folder')).toBeTruthy()
  missing.unmount()
  server.use(
    here(),
    graph.query('FolderEntries', () =>
      HttpResponse.json({ errors: [{ message: 'x', extensions: { code: 'UNAVAILABLE', requestId: 'req-9' } }] }),
    ),
  )
  show()
  expect(await screen.findByText(/req-9/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
})
