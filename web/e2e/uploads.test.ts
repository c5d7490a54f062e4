import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Api } from './harness/api.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

const source = mkdtempSync(`${tmpdir()}/baluhost-e2e-source-`)
const large = randomBytes(6_000_000)
const home = `${shared.storageDir}/baloo`
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
let user: Api

beforeAll(async () => {
  if (!shared.address) return
  user = await newUser('baloo')
  writeFileSync(`${source}/large.bin`, large)
  writeFileSync(`${source}/note.txt`, 'first')
  writeFileSync(`${source}/list.txt`, 'second')
  mkdirSync(`${source}/tree/deep/deeper`, { recursive: true })
  writeFileSync(`${source}/tree/top.txt`, 'top')
  writeFileSync(`${source}/tree/deep/deeper/leaf.txt`, 'leaf')
})
afterAll(() => rmSync(source, { recursive: true, force: true }))

const files = (page: Page) => page.getByLabel('Files', { exact: true }).and(page.locator('input'))
const folder = (page: Page) => page.getByLabel('Folder', { exact: true }).and(page.locator('input'))
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
const trayItem = (page: Page, name: string) => page.getByRole('dialog', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: name })

async function atHome(page: Page, name: string) {
  await user.createFolder(`/baloo/${name}`)
  await page.goto(`/browse?path=/baloo/${name}`)
  await page.getByText('Nothing here yet').waitFor()
  return `${home}/${name}`
}

async function slowUpload(page: Page, bytesPerSecond: number) {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  })
  return () =>
    session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
}

async function dropOn(page: Page, paths: readonly string[]) {
  const box = await page.getByRole('grid').boundingBox()
  const at = { x: (box?.x ?? 0) + 200, y: (box?.y ?? 0) + 300 }
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at, data })
}

test('several files, a chosen folder and a dropped folder arrive whole; a taken name is asked once for all', async ({ flow }) => {
  const watched = await flow.open({ address: shared.address, as: user, path: '/browse' })
  const { page } = watched
  const disk = await atHome(page, 'several')
  await files(page).setInputFiles([`${source}/note.txt`, `${source}/list.txt`, `${source}/large.bin`])
  await row(page, 'large.bin').waitFor()
  await page.getByRole('button', { name: '3 uploaded' }).waitFor()
  expect(sha256(readFileSync(`${disk}/large.bin`))).toBe(sha256(large))
  expect(readFileSync(`${disk}/note.txt`, 'utf8')).toBe('first')

  await folder(page).setInputFiles(`${source}/tree`)
  await row(page, 'tree').waitFor()
  await until(() => existsSync(`${disk}/tree/deep/deeper/leaf.txt`) && existsSync(`${disk}/tree/top.txt`), Boolean)
  expect(readFileSync(`${disk}/tree/deep/deeper/leaf.txt`, 'utf8')).toBe('leaf')

  // Dropped on the list, as from a desktop: files, and a folder with what is in it.
  mkdirSync(`${source}/dropped/below`, { recursive: true })
  writeFileSync(`${source}/dropped/below/leaf.txt`, 'leaf')
  writeFileSync(`${source}/dropped.txt`, 'dropped')
  await dropOn(page, [`${source}/dropped`, `${source}/dropped.txt`])
  await Promise.all([row(page, 'dropped').waitFor(), row(page, 'dropped.txt').waitFor()])
  await until(() => existsSync(`${disk}/dropped/below/leaf.txt`), Boolean)

  // Taken names: one question, answered for all that were chosen together.
  watched.allow(/409/)
  writeFileSync(`${source}/note.txt`, 'newer')
  writeFileSync(`${source}/list.txt`, 'newer too')
  await files(page).setInputFiles([`${source}/note.txt`, `${source}/list.txt`])
  const question = page.getByRole('dialog', { name: 'This name is taken' })
  await question.waitFor()
  await question.getByRole('checkbox').check()
  await question.getByRole('button', { name: 'Keep both' }).click()
  await Promise.all([row(page, 'note (2).txt').waitFor(), row(page, 'list (2).txt').waitFor()])
  expect(await question.count()).toBe(0)
  expect(readFileSync(`${disk}/note.txt`, 'utf8')).toBe('first')
  expect(readFileSync(`${disk}/note (2).txt`, 'utf8')).toBe('newer')
  await files(page).setInputFiles([`${source}/note.txt`])
  await question.getByRole('button', { name: 'Replace' }).click()
  await until(
    () => readFileSync(`${disk}/note.txt`, 'utf8'),
    (text) => text === 'newer',
  )
})

test('progress is what the server has; an upload is cancelled, and an interrupted one goes on after a reload', async ({ flow }) => {
  const watched = await flow.open({ address: shared.address, as: user, path: '/browse' })
  const { page } = watched
  const disk = await atHome(page, 'slow')
  const offsetOnServer = async () => {
    const { uploads } = await user.ask<{ uploads: { id: string; offset: number }[] }>('{ uploads { id offset } }')
    return uploads[0]?.offset ?? null
  }
  const shown = async () => {
    const text = await trayItem(page, 'large.bin').getByRole('progressbar').getAttribute('aria-valuetext')
    const [, amount, unit] = /^([\d.]+) ([kM]?B) of /.exec(text ?? '') ?? []
    return Number(amount) * (unit === 'MB' ? 1e6 : unit === 'kB' ? 1e3 : 1)
  }

  // Half a megabyte a second: it would take twelve seconds.
  await slowUpload(page, 500_000)
  await files(page).setInputFiles(`${source}/large.bin`)
  await page.getByRole('button', { name: /1 upload ·/ }).click()
  await until(shown, (amount) => amount > 500_000)
  const [onPage, onServer] = [await shown(), await offsetOnServer()]
  // What the page says was there when it said it, and the browser's own buffers run ahead of it.
  expect(onServer).not.toBeNull()
  expect(onPage).toBeLessThanOrEqual((onServer ?? 0) + 50_000)
  expect(existsSync(`${disk}/large.bin`)).toBe(false)
  await page.getByRole('button', { name: 'Cancel large.bin' }).click()
  await until(offsetOnServer, (offset) => offset === null)
  await trayItem(page, 'large.bin').waitFor({ state: 'detached' })
  expect(existsSync(`${disk}/large.bin`)).toBe(false)

  await files(page).setInputFiles(`${source}/large.bin`)
  await page.getByRole('button', { name: /1 upload ·/ }).click()
  await until(shown, (amount) => amount > 800_000)
  // Who leaves in the middle of an upload is asked by the browser; this one insists.
  page.on('dialog', (dialog) => void dialog.accept())
  await page.reload()
  const before = await until(offsetOnServer, (offset) => (offset ?? 0) > 500_000)
  const sent: number[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH') sent.push(Number(request.headers()['upload-offset']))
  })
  await page.getByRole('button', { name: '1 upload needs you' }).click({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Choose large.bin again' }).waitFor()
  const chooser = page.getByLabel('Choose large.bin again').and(page.locator('input'))
  const faster = await slowUpload(page, -1)
  await faster()
  await chooser.setInputFiles(`${source}/large.bin`)
  await until(() => existsSync(`${disk}/large.bin`), Boolean, 20_000)
  expect(sent.length).toBeGreaterThan(0)
  expect(sent[0]).toBeGreaterThanOrEqual(before ?? 0)
  expect(sha256(readFileSync(`${disk}/large.bin`))).toBe(sha256(large))
  await page.getByRole('button', { name: '1 uploaded' }).waitFor()
})
