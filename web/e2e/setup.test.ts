import { readdirSync } from 'node:fs'
import { expect } from 'vitest'
import { admin } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { test } from './harness/flow.ts'

test('the first visitor sets the NAS up; what is wrong is said at its field and creates nothing', async ({ flow }) => {
  const server = await flow.server({ hardware: 'real' })
  const { page } = await flow.open({ address: server.address })
  await page.waitForURL('**/setup')
  const token = page.getByLabel('Setup token')
  const name = page.getByLabel('Name')
  const password = page.getByLabel('Password', { exact: true })
  const create = page.getByRole('button', { name: 'Create administrator' })
  const errorAt = async (field: typeof token) => page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`).textContent()
  const homes = () => readdirSync(server.storageDir)
  const before = homes()

  await token.fill('0123456789abcdef0123456789abcdef')
  await name.fill(admin.username)
  await password.fill(admin.password)
  await create.click()
  await page.getByText('This is not the token that the server printed.').waitFor()
  expect(await errorAt(token)).toBe('This is not the token that the server printed.')

  await token.fill(server.setupToken)
  await password.fill('short')
  await create.click()
  await page.getByText('This password is too easy to guess').waitFor()
  expect(await errorAt(password)).toContain('at least 12 characters')
  expect(await password.getAttribute('aria-invalid')).toBe('true')
  expect(homes()).toEqual(before)
  // Nobody was created: the server still asks to be set up.
  const { data } = (await (
    await page.request.post('/graphql', { data: { query: '{ setup { required } me { id } }' }, headers: { 'x-baluhost-csrf': '1' } })
  ).json()) as { data: { setup: { required: boolean }; me: unknown } }
  expect(data).toEqual({ setup: { required: true }, me: null })

  await password.fill(admin.password)
  await create.click()
  await page.getByRole('heading', { level: 1, name: /Everything is fine/ }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  expect(homes()).toContain(admin.username)

  // It is done once: the page sends everybody on, signed in or not.
  await page.goto('/setup')
  await page.waitForURL(`${server.address}/`)
  const stranger = await flow.open({ address: server.address, path: '/setup' })
  await stranger.page.waitForURL('**/sign-in')
})

test('the link that the console prints fills the token in', async ({ flow }) => {
  const server = await flow.server()
  const { page } = await flow.open({ address: server.address, path: `/setup#token=${server.setupToken}` })
  expect(await page.getByLabel('Setup token').inputValue()).toBe(server.setupToken)
  expect(page.url()).toBe(`${server.address}/setup`)
  expect(await findBarriers(page)).toEqual([])
})
