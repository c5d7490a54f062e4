import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { Api, admin } from './harness/api.ts'
import { newUser, shared, test } from './harness/flow.ts'

const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor()

/** When the page leaves for the sign-in. */
function leaving(page: Page): Promise<number> {
  return page
    .waitForRequest((request) => request.isNavigationRequest() && new URL(request.url()).pathname === '/sign-in')
    .then(() => performance.now())
}

/** When the operation is answered. */
function answered(page: Page, operation: string): Promise<number> {
  return page.waitForResponse((response) => response.request().postData()?.includes(operation) ?? false).then(() => performance.now())
}

test('a new password signs the other browser out within a second, and this one stays', async ({ flow }) => {
  const here = await newUser('hathi')
  const there = await new Api(shared.address).signIn('hathi', admin.password)
  const own = await flow.open({ address: shared.address, as: here, path: '/profile?section=password' })
  const beside = await own.sibling('/browse?path=/hathi')
  const other = await flow.open({ address: shared.address, as: there, path: '/browse?path=/hathi' })
  for (const { page } of [own, beside, other]) await live(page)

  const { page } = own
  await page.getByLabel('Present password', { exact: true }).fill('not the present one')
  await page.getByLabel('New password', { exact: true }).fill('nine tall violet kettles')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('That is not your present password.').waitFor()
  await page.getByLabel('Present password', { exact: true }).fill(admin.password)
  await page.getByLabel('New password', { exact: true }).fill('password1234')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('This password is too easy to guess').waitFor()

  await page.getByLabel('New password', { exact: true }).fill('nine tall violet kettles')
  const [left, done] = [leaving(other.page), answered(page, 'ChangePassword')]
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The new password holds.').waitFor()
  const time = (await left) - (await done)
  console.log(`a new password: the other browser leaves ${Math.round(time)} ms after the answer`)
  expect(time).toBeLessThan(1_000)
  await other.page.waitForURL('**/sign-in?next=*')

  // Here it goes on, live, also in the tab beside; its stream has come back under the new token.
  await live(page)
  await page.getByRole('link', { name: 'Devices' }).click()
  await page.getByText('You are signed in nowhere else.').waitFor()
  await beside.page.waitForURL('**/browse?path=/hathi')
  await live(beside.page)
  await page.reload()
  await page.getByText('This browser').waitFor()
})

test('a device that is ended leaves within a second, and goes from the list by itself', async ({ flow }) => {
  const here = await newUser('ikki')
  const there = await new Api(shared.address).signIn('ikki', admin.password)
  const own = await flow.open({ address: shared.address, as: here, path: '/profile?section=devices' })
  const other = await flow.open({ address: shared.address, as: there, path: '/browse?path=/ikki' })
  for (const { page } of [own, other]) await live(page)
  const { page } = own
  const items = page.getByRole('list').filter({ hasText: 'This browser' }).getByRole('listitem')
  await expect.poll(() => items.count()).toBe(2)
  expect(await items.first().textContent()).toContain('This browser')

  // Somebody signs in elsewhere: the list says so without being asked.
  await new Api(shared.address).signIn('ikki', admin.password)
  await expect.poll(() => items.count()).toBe(3)

  // The one whose browser is open was begun second.
  const target = (await page.getByRole('button', { name: /^Sign out: / }).all()).at(-1)
  await target?.click()
  const dialog = page.getByRole('dialog')
  const [left, done] = [leaving(other.page), answered(page, 'EndSession')]
  await dialog.getByRole('button', { name: 'Sign out' }).click()
  const time = (await left) - (await done)
  console.log(`a device that is ended leaves ${Math.round(time)} ms after the answer`)
  expect(time).toBeLessThan(1_000)
  await expect.poll(() => items.count()).toBe(2)
  await page.getByRole('button', { name: 'Sign out the other one' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out the other one' }).click()
  await page.getByText('You are signed in nowhere else.').waitFor()
  expect(await items.count()).toBe(1)
})
