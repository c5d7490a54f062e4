import { expect } from 'vitest'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

test('a key made in the browser lets a program in, within what was chosen, until it is revoked', async ({ flow }) => {
  const user = await newUser('darzee')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/profile?section=keys' })
  await page.getByText('No keys yet').waitFor()
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = page.getByRole('dialog', { name: 'New key' })
  await dialog.getByRole('textbox', { name: 'What it is for' }).fill('Pictures of the garden')
  expect(await dialog.getByRole('checkbox', { name: /users:manage/ }).count()).toBe(0)

  // Nothing chosen, and an address that is none: said where it is.
  await dialog.getByRole('button', { name: 'Make key' }).click()
  await dialog.getByText('Choose at least one.').waitFor()
  await dialog.getByRole('checkbox', { name: /files:read/ }).check()
  await dialog.getByRole('textbox', { name: 'From where' }).fill('the garden')
  await dialog.getByRole('button', { name: 'Make key' }).click()
  await dialog.getByText(/is neither an address nor a network/).waitFor()
  await dialog.getByRole('textbox', { name: 'From where' }).fill('127.0.0.0/8, ::1')

  const preview = dialog.getByRole('region', { name: 'This key' })
  await preview.getByText(/^\d+ fields of the graph$/).click()
  await preview.getByText('Query.files').waitFor()
  await dialog.getByRole('button', { name: 'Make key' }).click()

  const made = page.getByRole('dialog', { name: 'Your new key' })
  const key = (await made.getByRole('status', { name: 'API key' }).textContent()) ?? ''
  expect(key).toMatch(/^balu_[0-9a-z]{59}$/)
  await made.getByRole('button', { name: 'I have it' }).click()
  const item = page.getByRole('list', { name: 'API keys' }).getByRole('listitem').filter({ hasText: 'Pictures of the garden' }).first()
  await item.getByText('never used').waitFor()
  expect(await page.content()).not.toContain(key.slice(0, 20))

  const ask = async (query: string) => {
    const response = await fetch(`${shared.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query }),
    })
    const { data, errors } = (await response.json()) as { data?: object; errors?: { extensions: { code: string } }[] }
    return errors?.[0]?.extensions.code ?? JSON.stringify(data)
  }
  expect(await ask('{ files(path: "/") { nodes { name } } }')).toContain('darzee')
  expect(await ask('{ server { version } }')).toBe('FORBIDDEN')
  expect(await ask('{ me { email } }')).toBe('{"me":{"email":null}}')

  // Changed to something else: said at its field what cannot be, and then another program may do what it may.
  await item.getByRole('button', { name: 'Change Pictures of the garden' }).click()
  const change = page.getByRole('dialog', { name: 'Change Pictures of the garden' })
  expect(await change.getByRole('checkbox', { name: /files:read/ }).isChecked()).toBe(true)
  expect(await change.getByRole('radio', { name: /^As it is: until/ }).isChecked()).toBe(true)
  expect(await change.getByRole('textbox', { name: 'From where' }).inputValue()).toBe('127.0.0.0/8\n::1')
  await change.getByRole('textbox', { name: 'From where' }).fill('the shed')
  await change.getByRole('button', { name: 'Save' }).click()
  await change.getByText(/is neither an address nor a network/).waitFor()
  await change.getByRole('textbox', { name: 'From where' }).fill('127.0.0.0/8')
  await change.getByRole('textbox', { name: 'What it is for' }).fill('Watching the garden')
  await change.getByRole('checkbox', { name: /files:read/ }).uncheck()
  await change.getByRole('checkbox', { name: /telemetry:read/ }).check()
  await change.getByRole('radio', { name: 'Without end' }).check()
  expect(await findBarriers(page)).toEqual([])
  await change.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Watching the garden is changed.').waitFor()
  await change.waitFor({ state: 'hidden' })
  const changed = page.getByRole('list', { name: 'API keys' }).getByRole('listitem').filter({ hasText: 'Watching the garden' }).first()
  await changed.getByText('without end').waitFor()
  expect(await ask('{ files(path: "/") { nodes { name } } }')).toBe('FORBIDDEN')

  await page.reload()
  await changed.getByText(/from 127\.0\.0\.1/).waitFor()
  await changed.getByRole('button', { name: 'Revoke Watching the garden' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No keys yet').waitFor()
  await until(
    () => ask('{ files(path: "/") { nodes { name } } }'),
    (answer) => answer === 'UNAUTHENTICATED',
  )
})
