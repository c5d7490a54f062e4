import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { Api } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test } from './harness/flow.ts'

/** So many files of a folder that is not there. */
async function addFiles(dataDir: string, count: number): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(`${dataDir}/baluhost.db`)
  database.exec(`INSERT INTO "FileEntry" ("id", "parentId", "name", "sortKey", "extension", "isFolder", "size", "modifiedMicros", "identity")
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    SELECT 1000000 + i, 999999, printf('picture %04d.png', i), 'p', 'png', 0, i * 10, 0, 'x' || i FROM n`)
  database.close()
}

/** By how many pixels the page is wider than its window. */
function beyondTheEdge(page: Page): Promise<number> {
  const width = (name: string) => page.evaluate((of) => (document.querySelector(of) ?? document.body).scrollWidth, name)
  return Promise.all([width('html'), width('main'), page.evaluate(() => window.innerWidth)]).then(([html, main, window]) =>
    Math.max(0, html - window, main - window),
  )
}

test('an administrator finds a table, filters, sorts, reads on and looks at a row; what is secret is not offered', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  await addFiles(server.dataDir, 450)
  const { page } = await flow.open({ address: server.address, as: api, path: '/settings' })
  await page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link', { name: 'Database' }).click()
  await page.getByText('Its structure is whole').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('link', { name: /^Files and folders/ }).click()
  const grid = page.getByRole('grid', { name: 'Rows of Files and folders' })
  await grid.getByText('picture 0450.png').waitFor()

  // To the end, page by page, by the keyboard.
  await grid.focus()
  const atTheEnd = async () => {
    await page.keyboard.press('End')
    return grid.getByText('picture 0001.png').count()
  }
  // Several pages come one after the other: each is a request of its own.
  await expect.poll(atTheEnd, { timeout: 15_000 }).toBe(1)

  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a filter' })
  await dialog.getByLabel('Column').selectOption('size')
  await dialog.getByLabel('Condition').selectOption({ label: 'is between' })
  await dialog.getByLabel('From').fill('100')
  await dialog.getByLabel('Up to').fill('nothing')
  await dialog.getByRole('button', { name: 'Add filter' }).click()
  await dialog.getByText('A whole number, such as 42.').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await dialog.getByLabel('Up to').fill('130')
  await dialog.getByRole('button', { name: 'Add filter' }).click()
  await grid.getByText('picture 0013.png').waitFor()
  const names = () => grid.getByRole('gridcell', { name: /^picture/ }).allTextContents()
  expect(await names()).toEqual([13, 12, 11, 10].map((count) => `picture 00${count}.png`))
  await page.getByRole('button', { name: 'name', exact: true }).click()
  await expect.poll(names).toEqual([10, 11, 12, 13].map((count) => `picture 00${count}.png`))
  await page.getByRole('searchbox').fill('0012')
  await expect.poll(names).toEqual(['picture 0012.png'])

  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const row = page.getByRole('complementary', { name: 'The row in full' })
  await row.getByText('"sortKey": "p"').waitFor()
  expect(await beyondTheEdge(page)).toBe(0)
  expect(await findBarriers(page)).toEqual([])
  await page.reload()
  await expect.poll(names).toEqual(['picture 0012.png'])
  await page.getByRole('button', { name: 'Clear all' }).click()
  await grid.getByText('picture 0001.png').waitFor()

  await page.getByRole('link', { name: 'All tables' }).click()
  await page.getByRole('link', { name: /^Accounts User/ }).click()
  const accounts = page.getByRole('grid', { name: 'Rows of Accounts' })
  await accounts.getByText('ADMIN').waitFor()
  expect(await accounts.getByRole('columnheader', { name: 'passwordHash' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const offered = await page.getByLabel('Column').locator('option').allTextContents()
  expect(offered).toContain('username')
  expect(offered).not.toContain('passwordHash')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('dialog', { name: 'Columns' }).getByText('passwordHash').waitFor()
  expect(await page.getByRole('checkbox', { name: 'passwordHash' }).count()).toBe(0)
  // Not by hand either.
  await page.goto('/settings/database?table=User&filter=passwordHash~CONTAINS~argon2')
  await page.getByText('This table offers no such column.').waitFor()
  await page.goto('/settings/database?table=User&sort=passwordHash')
  await page.getByText('This table offers no such column.').waitFor()
  expect(await page.content()).not.toContain('$argon2')
  await page.goto('/audit')
  await page.getByRole('row').filter({ hasText: 'Look into a table of the database' }).filter({ hasText: 'User' }).first().waitFor()
})

test('nobody but administrators finds the database', async ({ flow }) => {
  const guy = await newUser('guyofgisborne')
  const { page } = await flow.open({ address: shared.address, as: guy, path: '/settings/database?table=User' })
  await page.getByText('Not for your account').waitFor()
})

test('on a phone, in German, nothing stands beyond the edge', async ({ flow }) => {
  const { page } = await flow.open({
    address: shared.address,
    as: shared.admin,
    path: '/settings/database',
    locale: 'de-DE',
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
  })
  await page.getByText('Ihr Aufbau ist heil').waitFor()
  expect(await beyondTheEdge(page)).toBe(0)
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('link', { name: /^Einträge des Protokolls/ }).click()
  const grid = page.getByRole('grid', { name: 'Zeilen von Einträge des Protokolls' })
  await grid.getByRole('gridcell').first().click()
  await page.getByRole('complementary', { name: 'Die ganze Zeile' }).waitFor()
  expect(await beyondTheEdge(page)).toBe(0)
  expect(await findBarriers(page)).toEqual([])
})
