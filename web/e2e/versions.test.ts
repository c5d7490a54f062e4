import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
const version = (page: Page, number: number) =>
  page
    .getByRole('list', { name: /^Versions/ })
    .getByRole('listitem')
    .filter({ hasText: `Version ${number}` })

test('what is replaced by an upload is a version: looked at, compared, restored and deleted', async ({ flow }) => {
  const user = await newUser('kotuko')
  const home = `${shared.storageDir}/kotuko`
  mkdirSync(`${home}/Quills`)
  const text = (word: string) => Array.from({ length: 40 }, (_, index) => (index === 20 ? word : `line ${index}`)).join('\n')
  writeFileSync(`${home}/Quills/note.txt`, text('the first'))
  const watched = await flow.open({ address: shared.address, as: user, path: '/browse?path=/kotuko/Quills' })
  const { page } = watched

  await row(page, 'note.txt').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Versions …' }).click()
  await page.getByText('No older versions').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.keyboard.press('Escape')

  // Whether to replace is asked once the server has said that the name is taken.
  const forbid = watched.allow(/409/)
  for (const word of ['the second', 'the third']) {
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from(text(word)) })
    await page.getByRole('dialog', { name: 'This name is taken' }).getByRole('button', { name: 'Replace' }).click()
    await until(
      () => readFileSync(`${home}/Quills/note.txt`, 'utf8'),
      (now) => now.includes(word),
    )
  }
  forbid()

  await row(page, 'note.txt').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Versions …' }).click()
  await page.getByText('2 versions', { exact: false }).waitFor()
  await version(page, 2).getByText('by kotuko', { exact: false }).waitFor()
  expect(await findBarriers(page)).toEqual([])

  const href = await page.getByRole('link', { name: 'Look at version 1' }).getAttribute('href')
  expect(await page.evaluate(async (url) => (await fetch(url ?? '')).text(), href)).toBe(text('the first'))

  await page.getByRole('button', { name: /^Compare version 1/ }).click()
  const comparison = page.getByRole('region', { name: /^Version 1 and the file/ })
  await comparison.locator('del').getByText('the first').waitFor()
  await comparison.locator('ins').getByText('the third').waitFor()
  expect(await comparison.getByText('line 2', { exact: true }).count()).toBe(0)
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', { name: 'All versions' }).click()

  // By the keyboard alone.
  await page.getByRole('button', { name: 'Restore version 1' }).focus()
  await page.keyboard.press('Enter')
  await until(
    () => readFileSync(`${home}/Quills/note.txt`, 'utf8'),
    (now) => now === text('the first'),
  )
  await version(page, 3).waitFor()
  await version(page, 1).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Delete version 2' }).click()
  await page.getByRole('dialog', { name: 'Delete version 2' }).getByRole('button', { name: 'Delete' }).click()
  await version(page, 2).waitFor({ state: 'detached' })
  await page.getByText('1 version', { exact: false }).first().waitFor()
})

test('whoever may not write only looks; an administrator says what is kept and sees the space', async ({ flow }) => {
  const viewer = await newUser('nagina', 'VIEWER')
  mkdirSync(`${shared.storageDir}/Shared/Nest`, { recursive: true })
  for (const name of ['new.txt', 'song.txt']) writeFileSync(`${shared.storageDir}/Shared/Nest/${name}`, name)
  await shared.admin.ask(
    'mutation { moveFile(input: { from: "/Shared/Nest/new.txt", to: "/Shared/Nest/song.txt", replace: true }) { __typename ... on Problem { code } } }',
  )
  const phone = { width: 390, height: 844 }
  const { page } = await flow.open({ address: shared.address, as: viewer, path: '/browse?path=/Shared/Nest', viewport: phone })
  await row(page, 'song.txt').getByRole('button', { name: 'Actions for song.txt' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Versions …' }).click()
  await version(page, 1).waitFor()
  expect(await page.getByRole('button', { name: /Restore|Delete/ }).count()).toBe(0)
  expect(await findBarriers(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)

  const other = await flow.open({ address: shared.address, as: shared.admin, path: '/settings?section=versions' })
  await other.page.getByText(/versions? takes?/).waitFor()
  await other.page.getByLabel('The newest so many').fill('12')
  await other.page.getByRole('button', { name: 'Save' }).click()
  await other.page.getByText('Saved.').waitFor()
  expect(await findBarriers(other.page)).toEqual([])
  await other.page.reload()
  await until(
    () => other.page.getByLabel('The newest so many').inputValue(),
    (value) => value === '12',
  )
})
