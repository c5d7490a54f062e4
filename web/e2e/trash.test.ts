import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
const toast = (page: Page, words: string) => page.getByRole('listitem').filter({ hasText: words })
const item = (page: Page, name: string) =>
  page
    .getByRole('list', { name: /^In the trash/ })
    .getByRole('listitem')
    .filter({ hasText: name })
const gone = (page: Page, name: string) => row(page, name).waitFor({ state: 'detached' })

test('what is deleted is out of the folder at once, and back with one click or key; so is a move and a new name', async ({ flow }) => {
  const user = await newUser('rama')
  const home = `${shared.storageDir}/rama`
  mkdirSync(`${home}/Den`)
  for (const name of ['a.txt', 'b.txt', 'c.txt']) writeFileSync(`${home}/${name}`, name)
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/rama' })

  await row(page, 'a.txt').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Delete', exact: true }).click()
  await gone(page, 'a.txt')
  expect(existsSync(`${home}/a.txt`)).toBe(false)
  expect(await findBarriers(page)).toEqual([])
  await toast(page, 'a.txt is in the trash.').getByRole('button', { name: 'Undo' }).click()
  await row(page, 'a.txt').waitFor()
  await toast(page, 'a.txt is back.').waitFor()
  expect(readFileSync(`${home}/a.txt`, 'utf8')).toBe('a.txt')

  await row(page, 'a.txt').click()
  await row(page, 'c.txt').click({ modifiers: ['Shift'] })
  await page.getByRole('grid').focus()
  await page.keyboard.press('Delete')
  await toast(page, '3 entries are in the trash.').waitFor()
  expect(readdirSync(home)).toEqual(['Den'])
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+z')
  await toast(page, '3 entries are back.').waitFor()
  await row(page, 'b.txt').waitFor()

  await row(page, 'a.txt').click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: 'Name' }).fill('z.txt')
  await page.keyboard.press('Enter')
  await row(page, 'z.txt').waitFor()
  await toast(page, 'Renamed to z.txt.').getByRole('button', { name: 'Undo' }).click()
  await row(page, 'a.txt').waitFor()

  await row(page, 'b.txt').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Move to …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Den' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Move here' }).click()
  await gone(page, 'b.txt')
  await toast(page, 'Moved to Den.').getByRole('button', { name: 'Undo' }).click()
  await row(page, 'b.txt').waitFor()
  expect(existsSync(`${home}/b.txt`)).toBe(true)
})

test('the trash shows what lies in it as it comes; things go back, beside what has their name, or for good', async ({ flow }) => {
  const user = await newUser('shiva')
  const home = `${shared.storageDir}/shiva`
  mkdirSync(`${home}/Nest/deep`, { recursive: true })
  writeFileSync(`${home}/Nest/deep/egg.txt`, 'an egg')
  for (const name of ['old.txt', 'one.txt', 'two.txt']) writeFileSync(`${home}/${name}`, name)
  const { page } = await flow.open({ address: shared.address, as: user, path: '/trash' })
  await page.getByText('Nothing in the trash').waitFor()
  expect(await findBarriers(page)).toEqual([])

  for (const path of ['/shiva/Nest/deep/egg.txt', '/shiva/Nest', '/shiva/old.txt', '/shiva/one.txt', '/shiva/two.txt'])
    await user.moveToTrash(path)
  await item(page, 'two.txt').waitFor({ timeout: 2_000 })
  await page.getByText('5 items', { exact: false }).waitFor()
  await item(page, 'egg.txt').getByText('in 30 days').waitFor()
  await item(page, 'egg.txt').getByRole('link', { name: '/shiva/Nest/deep' }).waitFor()
  expect(await findBarriers(page)).toEqual([])

  // Its folder is gone: it is made again.
  await page.getByRole('button', { name: 'Restore egg.txt' }).click()
  await toast(page, 'egg.txt is back in deep.').getByRole('link', { name: 'Show' }).waitFor()
  await item(page, 'egg.txt').waitFor({ state: 'detached' })
  expect(readFileSync(`${home}/Nest/deep/egg.txt`, 'utf8')).toBe('an egg')

  writeFileSync(`${home}/old.txt`, 'new')
  await page.getByRole('button', { name: 'Restore old.txt' }).click()
  const taken = page.getByRole('dialog', { name: 'This name is taken' })
  await taken.waitFor()
  expect(await findBarriers(page)).toEqual([])
  await taken.getByRole('button', { name: 'Keep both' }).click()
  await toast(page, 'old (2).txt is back in shiva.').waitFor()
  expect([readFileSync(`${home}/old.txt`, 'utf8'), readFileSync(`${home}/old (2).txt`, 'utf8')]).toEqual(['new', 'old.txt'])

  // By the keyboard alone.
  await page.getByRole('button', { name: 'Delete for good: one.txt' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Delete one.txt for good?' }).getByRole('button', { name: 'Delete for good' }).focus()
  await page.keyboard.press('Enter')
  await item(page, 'one.txt').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Empty trash' }).click()
  await page.getByText('2 items with', { exact: false }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Empty trash' }).click()
  await page.getByText('Nothing in the trash').waitFor()
  await until(
    () => readdirSync(`${shared.storageDir}/.baluhost/removing`),
    (left) => left.length === 0,
  )
  await page
    .getByRole('navigation', { name: 'Places' })
    .or(page.getByRole('navigation').first())
    .getByRole('link', { name: 'Files' })
    .click()
  await page.getByRole('heading', { level: 1, name: 'Files', exact: true }).waitFor()
})

test('an administrator sees everybody’s trash and says how long it is kept; a viewer only looks', async ({ flow }) => {
  const user = await newUser('purun')
  writeFileSync(`${shared.storageDir}/purun/bone.txt`, 'a bone')
  await user.moveToTrash('/purun/bone.txt')
  const phone = { width: 390, height: 844 }
  const { page } = await flow.open({ address: shared.address, as: shared.admin, path: '/trash', viewport: phone })
  await page.getByRole('link', { name: 'Everybody’s' }).click()
  await item(page, 'bone.txt').getByText('in the trash of purun').waitFor()
  expect(await findBarriers(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)

  await page.goto('/settings?section=trash')
  await page.getByLabel('Days').fill('14')
  await page.getByText('What is more than that goes', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.goto('/trash?of=everybody')
  await item(page, 'bone.txt').getByText('in 14 days').waitFor()
  await shared.admin.ask('mutation { changeTrashSettings(input: { days: 30 }) { __typename } }')

  const viewer = await newUser('bhagat', 'VIEWER')
  const other = await flow.open({ address: shared.address, as: viewer, path: '/trash' })
  await other.page.getByText('Nothing in the trash').waitFor()
  expect(await other.page.getByRole('button', { name: 'Empty trash' }).count()).toBe(0)
  expect(await other.page.getByRole('link', { name: 'Everybody’s' }).count()).toBe(0)
})
