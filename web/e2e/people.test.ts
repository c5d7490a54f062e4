import { expect } from 'vitest'
import { Api, admin } from './harness/api.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

test('an administrator makes an account; its owner signs in and sees own home and Shared, and no People', async ({ flow }) => {
  const { page } = await flow.open({ address: shared.address, as: shared.admin, path: '/people' })
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a person' })
  const name = dialog.getByRole('textbox', { name: 'Name' })
  await name.fill('raksha')
  await dialog.getByLabel('Password', { exact: true }).fill('1234567')
  await dialog.getByRole('button', { name: 'Create account' }).click()
  await dialog.getByText('This password is too easy to guess').waitFor()
  expect(await page.getByRole('cell', { name: /raksha/ }).count()).toBe(0)
  await dialog.getByLabel('Password', { exact: true }).fill(admin.password)
  await dialog.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('cell', { name: /raksha/ }).waitFor()
  await page.getByText('raksha can sign in now.').waitFor()

  // In a browser of their own; a wrong password first.
  const watched = await flow.open({ address: shared.address, path: '/browse' })
  const theirs = watched.page
  await theirs.waitForURL('**/sign-in?next=%2Fbrowse')
  await theirs.getByLabel('Name').fill('raksha')
  await theirs.getByLabel('Password', { exact: true }).fill('not the password')
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await theirs.getByText('Name or password is not right.').waitFor()
  await theirs.getByLabel('Password', { exact: true }).fill(admin.password)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await theirs.getByRole('link', { name: 'raksha', exact: true }).waitFor()
  expect(new URL(theirs.url()).pathname).toBe('/browse')
  expect(await theirs.getByRole('grid').getByRole('link').allTextContents()).toEqual(['raksha', 'Shared'])
  const navigation = theirs.getByRole('navigation', { name: 'Main' })
  expect(await navigation.getByRole('link', { name: 'Files' }).count()).toBe(1)
  expect(await navigation.getByRole('link', { name: 'People' }).count()).toBe(0)
  await theirs.goto('/browse?path=/anna')
  await theirs.getByText('There is no such folder').waitFor()
  await theirs.goto('/people')
  await theirs.getByText('Not for your account').waitFor()
})

test('a viewer looks and is offered nothing that changes', async ({ flow }) => {
  await newUser('chil', 'VIEWER')
  const viewer = await new Api(shared.address).signIn('chil', admin.password)
  await shared.admin.createFolder('/Shared/for everyone')
  const { page } = await flow.open({ address: shared.address, as: viewer, path: '/browse?path=/Shared' })
  const row = page.getByRole('row').filter({ hasText: 'for everyone' })
  await row.waitFor()
  expect(await page.getByRole('button', { name: 'New folder' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Upload' }).count()).toBe(0)
  await row.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Open' }).waitFor()
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Open', 'Download'])
})

test('signing out ends the socket, and every other tab goes to sign-in', async ({ flow }) => {
  const user = await newUser('tabaqui')
  const first = await flow.open({ address: shared.address, as: user })
  const second = await first.sibling('/browse?path=/tabaqui')
  await first.page.getByText('Live', { exact: true }).waitFor()
  await second.page.getByText('Nothing here yet').waitFor()
  await until(
    () => second.openSockets(),
    (open) => open === 1,
  )
  const ended = second.page.waitForEvent('framenavigated', (frame) => new URL(frame.url()).pathname === '/sign-in')

  await first.page.getByRole('button', { name: 'Account of tabaqui' }).click()
  await first.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await first.page.waitForURL('**/sign-in')
  await ended
  expect(new URL(second.page.url()).searchParams.get('next')).toBe('/browse?path=/tabaqui')
  for (const tab of [first, second]) {
    await tab.page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await tab.openSockets()).toBe(0)
  }
  const { me } = await user.ask<{ me: unknown }>('{ me { id } }')
  expect(me).toBeNull()

  // Back where one was.
  await second.page.getByLabel('Name').fill('tabaqui')
  await second.page.getByLabel('Password', { exact: true }).fill(admin.password)
  await second.page.keyboard.press('Enter')
  await second.page.getByRole('heading', { level: 1, name: 'tabaqui', exact: true }).waitFor()
})
