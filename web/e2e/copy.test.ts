import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
const toast = (page: Page, words: string) => page.getByRole('listitem').filter({ hasText: words })

async function copyTo(page: Page, name: string, folder: string) {
  await row(page, name).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy to …' }).click()
  const picker = page.getByRole('dialog')
  await picker.getByRole('button', { name: folder }).click()
  await picker.getByRole('button', { name: 'Copy here' }).click()
}

test('a folder is copied, with its progress to be seen; one that takes long is stopped and leaves nothing', async ({ flow }) => {
  const user = await newUser('limmershin')
  const home = `${shared.storageDir}/limmershin`
  mkdirSync(`${home}/Den/deep`, { recursive: true })
  mkdirSync(`${home}/Cave`)
  for (let index = 0; index < 20; index++) writeFileSync(`${home}/Den/deep/${index}.txt`, `cub ${index}`)
  writeFileSync(`${home}/long.bin`, '')
  // Without a byte on the disk, and long enough to be stopped.
  truncateSync(`${home}/long.bin`, 40_000_000_000)
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/limmershin' })

  await copyTo(page, 'Den', 'Cave')
  await toast(page, 'Den is copied.').waitFor()
  expect(readFileSync(`${home}/Cave/Den/deep/7.txt`, 'utf8')).toBe('cub 7')
  await toast(page, 'Den is copied.').getByRole('link', { name: 'Show' }).click()
  await page.getByRole('heading', { level: 1, name: 'Den', exact: true }).waitFor()
  await row(page, 'deep').waitFor()
  await page.goBack()

  await copyTo(page, 'long.bin', 'Cave')
  const running = toast(page, 'Copying long.bin')
  const bar = running.getByRole('progressbar')
  await bar.waitFor()
  const first = await bar.getAttribute('aria-valuetext')
  await until(
    () => bar.getAttribute('aria-valuetext'),
    (now) => now !== first,
  )
  expect(await findBarriers(page)).toEqual([])
  // It goes on, and is to be seen, on another page.
  await page.getByRole('link', { name: 'Overview' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await running.getByRole('button', { name: 'Stop copying' }).click()
  await toast(page, 'Copying was stopped.').waitFor({ timeout: 3_000 })
  expect(existsSync(`${home}/Cave/long.bin`)).toBe(false)
  expect(readdirSync(`${shared.storageDir}/.baluhost/copying`)).toEqual([])
})

test('Ctrl+C and Ctrl+V copy into the folder one is in; a taken name is asked about, and what is refused is said', async ({ flow }) => {
  const user = await newUser('leela')
  const home = `${shared.storageDir}/leela`
  mkdirSync(`${home}/Rock`)
  writeFileSync(`${home}/howl.txt`, 'the first')
  writeFileSync(`${home}/Rock/howl.txt`, 'another')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/leela' })

  await row(page, 'howl.txt').click()
  await page.keyboard.press('Control+c')
  await page.getByText('1 entry taken.').waitFor()
  // In its own folder the copy gets the next name.
  await page.keyboard.press('Control+v')
  await row(page, 'howl (2).txt').waitFor()

  await row(page, 'Rock').getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Rock', exact: true }).waitFor()
  await row(page, 'howl.txt').click()
  await page.keyboard.press('Control+v')
  await page.getByRole('dialog', { name: 'This name is taken' }).getByRole('button', { name: 'Replace' }).click()
  await until(
    async () => readFileSync(`${home}/Rock/howl.txt`, 'utf8'),
    (text) => text === 'the first',
  )

  // A folder into itself: said, and nothing begun.
  await page.goBack()
  await row(page, 'Rock').click()
  await page.keyboard.press('Control+c')
  await page.getByText('1 entry taken.').first().waitFor()
  await row(page, 'Rock').getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Rock', exact: true }).waitFor()
  await row(page, 'howl.txt').click()
  await page.keyboard.press('Control+v')
  await page.getByText('Rock was not copied.').waitFor()
  expect(readdirSync(`${home}/Rock`)).toEqual(['howl.txt'])
})
