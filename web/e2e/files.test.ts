import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { newUser, shared, test, until } from './harness/flow.ts'

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
const names = async (page: Page) => page.getByRole('grid').getByRole('link').allTextContents()

async function act(page: Page, name: string, action: string) {
  await row(page, name).click({ button: 'right' })
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

test('folders are made, renamed, moved and deleted; a second browser and the disk are seen at once', async ({ flow }) => {
  const user = await newUser('mowgli')
  const home = `${shared.storageDir}/mowgli`
  const path = '/browse?path=/mowgli'
  const [first, second] = [
    await flow.open({ address: shared.address, as: user, path }),
    await flow.open({ address: shared.address, as: user, path }),
  ]
  const { page } = first
  await page.getByText('Nothing here yet').waitFor()
  await second.page.getByText('Nothing here yet').waitFor()
  const arrives = (name: string) => row(second.page, name).waitFor({ timeout: 2_000 })
  const leaves = (name: string) => row(second.page, name).waitFor({ state: 'detached', timeout: 2_000 })

  await page.getByRole('button', { name: 'New folder' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Den')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await arrives('Den')
  expect(readdirSync(home)).toEqual(['Den'])
  // Whoever makes a folder wants to be in it.
  await page.getByRole('heading', { level: 1, name: 'Den', exact: true }).waitFor()
  await page.goBack()
  await row(page, 'Den').waitFor()

  // A taken name is said at the field.
  await page.getByRole('button', { name: 'New folder' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Den')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByText('There is already something with this name.').waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('Jungle')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await arrives('Jungle')
  await page.getByRole('heading', { level: 1, name: 'Jungle', exact: true }).waitFor()
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'mowgli' }).click()
  await row(page, 'Den').waitFor()

  await act(page, 'Den', 'Rename')
  await page.getByRole('textbox', { name: 'Name' }).fill('Cave')
  await page.getByRole('button', { name: 'Rename' }).click()
  await Promise.all([row(page, 'Cave').waitFor(), arrives('Cave'), leaves('Den')])

  // Written past the server, as Samba would.
  writeFileSync(`${home}/from-the-disk.txt`, 'hello')
  await Promise.all([row(page, 'from-the-disk.txt').waitFor({ timeout: 2_000 }), arrives('from-the-disk.txt')])

  await act(page, 'from-the-disk.txt', 'Move to …')
  const picker = page.getByRole('dialog')
  await picker.getByRole('button', { name: 'Cave' }).click()
  await picker.getByRole('button', { name: 'Move here' }).click()
  await leaves('from-the-disk.txt')
  expect(existsSync(`${home}/Cave/from-the-disk.txt`)).toBe(true)

  // A folder goes only with its name typed.
  await act(page, 'Cave', 'Delete permanently …')
  const forGood = page.getByRole('button', { name: 'Delete for good' })
  expect(await forGood.isDisabled()).toBe(true)
  await page.getByLabel('Type “Cave” to confirm').fill('cav')
  expect(await forGood.isDisabled()).toBe(true)
  await page.getByLabel('Type “Cave” to confirm').fill('Cave')
  await forGood.click()
  await Promise.all([leaves('Cave'), row(page, 'Cave').waitFor({ state: 'detached' })])
  expect(readdirSync(home)).toEqual(['Jungle'])
})

test('the address says the folder: deep links, back and forward', async ({ flow }) => {
  const user = await newUser('bagheera')
  await user.createFolder('/bagheera/a')
  await user.createFolder('/bagheera/a/b c')
  mkdirSync(`${shared.storageDir}/bagheera/a/b c/ä & ö`)
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/bagheera/a/b%20c' })
  const title = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await title('b c')
  await row(page, 'ä & ö').getByRole('link').click()
  await title('ä & ö')
  expect(new URL(page.url()).searchParams.get('path')).toBe('/bagheera/a/b c/ä & ö')
  await page.reload()
  await title('ä & ö')
  await page.goBack()
  await title('b c')
  await page.goForward()
  await title('ä & ö')
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'bagheera' }).click()
  await title('bagheera')
  await until(
    () => names(page),
    (shown) => shown.join() === 'a',
  )
  await page.goto('/browse?path=/bagheera/nowhere')
  await page.getByText('There is no such folder').waitFor()
  // The folder one looks at goes away under one's feet.
  await page.goto('/browse?path=/bagheera/a')
  await row(page, 'b c').waitFor()
  rmSync(`${shared.storageDir}/bagheera/a`, { recursive: true })
  await page.getByText(/This folder is gone|There is no such folder/).waitFor()
})

test('the list is used by the keyboard alone', async ({ flow }) => {
  const user = await newUser('akela')
  await user.createFolder('/akela/one')
  await user.createFolder('/akela/two')
  writeFileSync(`${shared.storageDir}/akela/zz.txt`, 'howl')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/akela' })
  await row(page, 'zz.txt').waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'two', exact: true }).waitFor()
  await page.getByText('Nothing here yet').waitFor()
  await page.goBack()
  await row(page, 'zz.txt').waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('End')
  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: 'Name' }).fill('aa.txt')
  await page.keyboard.press('Enter')
  await row(page, 'aa.txt').waitFor()
  await until(
    () => names(page),
    (shown) => shown.join() === 'one,two,aa.txt',
  )
  await until(() => page.getByRole('grid').evaluate((grid) => grid === document.activeElement), Boolean)
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByText('2 chosen', { exact: true }).waitFor()
  await page.keyboard.press('Shift+Delete')
  await page.getByLabel('Type “delete” to confirm').fill('delete')
  await page.keyboard.press('Enter')
  await until(
    () => names(page),
    (shown) => shown.join() === 'aa.txt',
  )
  await until(() => page.getByRole('grid').evaluate((grid) => grid === document.activeElement), Boolean)
  await page.keyboard.press('Backspace')
  await page.getByRole('heading', { level: 1, name: 'Files', exact: true }).waitFor()
})
