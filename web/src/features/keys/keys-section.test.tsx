import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { answers, failsWith } from '../../../test/answer'
import { renderApp } from '../../../test/render-app'
import { graph, server } from '../../../test/server'
import { balu, sessionIs } from '../../../test/session'
import { SessionGate } from '../auth/session'
import { CreateKeyDocument } from './create-key-form'
import { UpdateKeyDocument } from './edit-key-dialog'
import { KeysSection, OwnKeysDocument } from './keys-section'
import { RevokeKeyDocument } from './revoke-key-dialog'
import { ScopesDocument } from './use-scopes'

const key = (id: string, more: object = {}) => ({
  __typename: 'ApiKey' as const,
  id,
  name: `Key ${id}`,
  prefix: 'balu_abc123',
  scopes: ['files:read'],
  addresses: [],
  createdAt: '2026-11-01T00:00:00Z',
  expiresAt: null,
  lastUsedAt: null,
  lastUsedAddress: null,
  ...more,
})
const scope = (name: string, administratorsOnly = false, fields: string[] = ['Query.x']) => ({
  __typename: 'Scope' as const,
  name,
  description: `words of the server for ${name}`,
  administratorsOnly,
  fields: fields.map((field) => ({ __typename: 'ScopeField' as const, name: field, administratorsOnly })),
})
const user = { ...balu, role: 'USER' as const }
const view = (
  <SessionGate waiting={null}>
    <KeysSection />
  </SessionGate>
)

test('each key says what it may, from where, until when, and that it is over', async () => {
  const used = { lastUsedAt: '2026-11-02T00:00:00Z', lastUsedAddress: '10.0.0.7', addresses: ['10.0.0.0/8'] }
  server.use(
    sessionIs({ me: user }),
    answers(OwnKeysDocument, { apiKeys: [key('1', used), key('2', { expiresAt: '2020-01-01T00:00:00Z' })] }),
  )
  renderApp(view)
  const [first, second] = await screen.findAllByRole('heading', { level: 3 })
  expect(first?.closest('li')?.textContent).toMatch(/balu_abc123….*files:read.*from 10\.0\.0\.7.*without end.*only from 10\.0\.0\.0\/8/)
  expect(second?.closest('li')?.textContent).toMatch(/Expired.*never used.*from anywhere/)
})

test('what it may and may not is said while it is chosen; only what this person can give is offered', async () => {
  server.use(
    sessionIs({ me: user }),
    answers(OwnKeysDocument, { apiKeys: [] }, { apiKeys: [key('1')] }),
    answers(ScopesDocument, { scopes: [scope('files:read'), scope('moon:land'), scope('users:manage', true)] }),
    answers(CreateKeyDocument, {
      createApiKey: { __typename: 'ApiKeyCreated', key: 'balu_whole', apiKey: { __typename: 'ApiKey', id: '1' } },
    }),
  )
  renderApp(view)
  await userEvent.click(await screen.findByRole('button', { name: 'New key' }))
  const preview = await screen.findByRole('region', { name: 'This key' })
  expect(within(preview).getByText('Nothing yet.')).toBeTruthy()
  expect(screen.queryByRole('checkbox', { name: /users:manage/ })).toBeNull()
  // A scope that this page has no words for is told in the server's.
  await userEvent.click(screen.getByRole('checkbox', { name: /words of the server for moon:land/ }))
  expect(within(preview).queryByText('Nothing yet.')).toBeNull()
  expect(within(preview).getByText('1 field of the graph')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'What it is for' }), 'Moon')
  await userEvent.click(screen.getByRole('button', { name: 'Make key' }))
  expect((await screen.findByRole('status', { name: 'API key' })).textContent).toBe('balu_whole')
  await userEvent.click(screen.getByRole('button', { name: 'I have it' }))
  expect(await screen.findByText('Key 1')).toBeTruthy()
  expect(document.body.textContent).not.toContain('balu_whole')
})

test('what is wrong with a change is said at its field; what stays as it is is not sent', async () => {
  const sent: unknown[] = []
  const refusal = { __typename: 'InvalidInput' as const, code: 'INVALID_INPUT', field: 'expiresAt', message: 'Not that long.' }
  const scopes = answers(ScopesDocument, { scopes: [scope('files:read'), scope('files:write')] })
  server.use(sessionIs({ me: user }), answers(OwnKeysDocument, { apiKeys: [key('1', { addresses: ['10.0.0.0/8'] })] }), scopes)
  const changed = { updateApiKey: key('1', { name: 'Better', addresses: ['10.0.0.0/8'] }) }
  server.use(
    graph.mutation(UpdateKeyDocument, ({ variables }) => {
      sent.push(variables.input)
      return HttpResponse.json({ data: sent.length === 1 ? { updateApiKey: refusal } : changed })
    }),
  )
  renderApp(view)
  await userEvent.click(await screen.findByRole('button', { name: 'Change Key 1' }))
  const dialog = await screen.findByRole('dialog', { name: 'Change Key 1' })
  const name = await within(dialog).findByRole('textbox', { name: 'What it is for' })
  expect((within(dialog).getByRole('radio', { name: 'As it is: without end' }) as HTMLInputElement).checked).toBe(true)
  await userEvent.clear(name)
  await userEvent.type(name, 'Better')
  await userEvent.click(within(dialog).getByRole('radio', { name: 'A year' }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect((await within(dialog).findByText('Not that long.')).closest('form')).toBeTruthy()
  await userEvent.click(within(dialog).getByRole('radio', { name: /^As it is/ }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  const wish = { id: '1', name: 'Better', scopes: ['files:read'], addresses: ['10.0.0.0/8'] }
  expect(sent).toEqual([{ ...wish, expiresAt: expect.stringMatching(/^\d{4}-/) }, wish])
})

test('a key that could not be revoked stays, and why is said; one that was gone already is gone', async () => {
  server.use(
    sessionIs({ me: user }),
    answers(OwnKeysDocument, { apiKeys: [key('1')] }, { apiKeys: [] }),
    answers(
      RevokeKeyDocument,
      { revokeApiKey: { __typename: 'Forbidden', code: 'FORBIDDEN', message: 'server words' } },
      { revokeApiKey: { __typename: 'ApiKeyNotFound', code: 'API_KEY_NOT_FOUND', message: 'server words' } },
    ),
  )
  renderApp(view)
  await userEvent.click(await screen.findByRole('button', { name: 'Revoke Key 1' }))
  const dialog = await screen.findByRole('dialog')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Revoke' }))
  expect(await within(dialog).findByText('Your account may not do this.')).toBeTruthy()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Revoke' }))
  await waitFor(() => expect(screen.getByText('No keys yet')).toBeTruthy())
})

test('what did not load can be tried again', async () => {
  server.use(sessionIs({ me: user }), failsWith(OwnKeysDocument, 'UNAVAILABLE'))
  renderApp(view)
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
})
