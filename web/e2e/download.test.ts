import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test } from './harness/flow.ts'

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

/** What the browser saved: its name, and the names in it. */
async function archiveBy(page: Page, begin: () => Promise<void>) {
  const saved = page.waitForEvent('download')
  await begin()
  const download = await saved
  const file = `${mkdtempSync(`${tmpdir()}/baluhost-zip-`)}/saved.zip`
  await download.saveAs(file)
  execFileSync('unzip', ['-tqq', file])
  const names = execFileSync('unzip', ['-Z1', '-UU', file], { encoding: 'utf8' }).trim().split('\n').sort()
  return { name: download.suggestedFilename(), names }
}

test('a folder and a selection come as one archive; a single file as it is', async ({ flow }) => {
  const user = await newUser('petersen')
  const home = `${shared.storageDir}/petersen`
  mkdirSync(`${home}/Urlaub/leer`, { recursive: true })
  writeFileSync(`${home}/Urlaub/berg.txt`, 'hoch')
  writeFileSync(`${home}/a.txt`, 'a')
  writeFileSync(`${home}/b.txt`, 'b')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/petersen' })

  await row(page, 'Urlaub').click({ button: 'right' })
  const folder = await archiveBy(page, () => page.getByRole('menuitem', { name: 'Download' }).click())
  expect(folder).toEqual({ name: 'Urlaub.zip', names: ['Urlaub/', 'Urlaub/berg.txt', 'Urlaub/leer/'] })

  await row(page, 'Urlaub').click()
  await row(page, 'a.txt').click({ modifiers: ['Control'] })
  const selection = await archiveBy(page, () => page.getByRole('button', { name: 'Download' }).click())
  expect(selection).toEqual({ name: 'petersen.zip', names: ['Urlaub/', 'Urlaub/berg.txt', 'Urlaub/leer/', 'a.txt'] })

  await row(page, 'b.txt').click({ button: 'right' })
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Download' }).click()
  expect((await saved).suggestedFilename()).toBe('b.txt')
})

test('a link for a player opens the file for whoever has it, until its maker signs out', async ({ flow }) => {
  const user = await newUser('oo')
  writeFileSync(`${shared.storageDir}/oo/song.mp3`, 'not really a song')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/oo' })
  await row(page, 'song.mp3').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Link for a player' }).click()
  const dialog = page.getByRole('dialog', { name: 'Link for a player' })
  await dialog.getByLabel('Valid for').selectOption('1')
  expect(await findBarriers(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const address = await dialog.getByLabel('Link', { exact: true }).inputValue()
  expect(new URL(address).origin).toBe(new URL(shared.address).origin)
  expect(await findBarriers(page)).toEqual([])
  // Another program: no cookie, nothing but the address.
  const answer = await fetch(address, { headers: { range: 'bytes=4-9' } })
  expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([206, 'really', 'audio/mpeg'])
  await page.evaluate(async () => {
    const body = JSON.stringify({ query: 'mutation { signOut { __typename } }' })
    await fetch('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1' } })
  })
  const after = await fetch(address)
  expect([after.status, (await after.json()).code]).toEqual([410, 'DOWNLOAD_LINK_EXPIRED'])
})
