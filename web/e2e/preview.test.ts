import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect } from 'vitest'
import { newUser, shared, test, until } from './harness/flow.ts'
import { makePdf, makePng, makeWav, recordWebm } from './harness/media.ts'

test('image, text, PDF, sound and film are shown, the players ask for parts; a download is the file', async ({ flow }) => {
  const user = await newUser('kaa')
  const home = `${shared.storageDir}/kaa`
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/kaa' })
  await page.getByText('Nothing here yet').waitFor()
  const binary = randomBytes(300_000)
  writeFileSync(`${home}/a-picture.png`, makePng(320))
  writeFileSync(`${home}/b-text.md`, '# Jungle law\n\n<script>alert(1)</script>\n')
  writeFileSync(`${home}/c-paper.pdf`, makePdf('Jungle book'))
  writeFileSync(`${home}/d-song.wav`, makeWav(20))
  writeFileSync(`${home}/e-film.webm`, await recordWebm(page))
  writeFileSync(`${home}/f-thing.xyz`, binary)
  const answers = new Map<string, Set<number>>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (!pathname.startsWith('/files/')) return
    const name = pathname.split('/').at(-1) ?? ''
    answers.set(name, (answers.get(name) ?? new Set()).add(response.status()))
  })

  await page.getByRole('link', { name: 'a-picture.png' }).click()
  const dialog = page.getByRole('dialog')
  const picture = dialog.getByRole('img', { name: 'a-picture.png' })
  await until(
    () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth),
    (width) => width === 320,
  )
  expect(new URL(page.url()).searchParams.get('preview')).toBe('a-picture.png')

  await page.keyboard.press('ArrowRight')
  const text = dialog.getByLabel('b-text.md')
  await until(
    () => text.textContent(),
    (shown) => shown?.includes('<script>alert(1)</script>') === true,
  )

  await dialog.getByRole('button', { name: 'Next file' }).click()
  await dialog.locator('iframe[title="c-paper.pdf"]').waitFor()
  await until(
    () => answers.get('c-paper.pdf')?.size ?? 0,
    (size) => size > 0,
  )
  // The browser's own viewer took it: it puts a page of its own into the frame.
  await until(
    () => page.frames().some((frame) => frame.url().startsWith('chrome-extension:') || frame.url().endsWith('c-paper.pdf')),
    Boolean,
  )

  await dialog.getByRole('button', { name: 'Next file' }).click()
  const song = dialog.locator('audio')
  await until(
    () => song.evaluate((audio: HTMLAudioElement) => audio.duration),
    (seconds) => Math.round(seconds) === 20,
  )
  await song.evaluate((audio: HTMLAudioElement) => {
    audio.currentTime = 15
  })
  await until(() => song.evaluate((audio: HTMLAudioElement) => audio.readyState >= 2 && Math.round(audio.currentTime) === 15), Boolean)
  expect([...(answers.get('d-song.wav') ?? [])]).toContain(206)

  await dialog.getByRole('button', { name: 'Next file' }).click()
  const film = dialog.locator('video')
  await until(
    () => film.evaluate((video: HTMLVideoElement) => video.readyState >= 2 && video.videoWidth),
    (width) => width === 320,
  )
  expect([...(answers.get('e-film.webm') ?? [])]).toContain(206)

  await dialog.getByRole('button', { name: 'Next file' }).click()
  await dialog.getByText('This kind of file has no preview.').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name: 'Download' }).last().click()])
  const saved = `${tmpdir()}/baluhost-e2e-download-${process.pid}`
  try {
    await download.saveAs(saved)
    expect(download.suggestedFilename()).toBe('f-thing.xyz')
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(sha256(readFileSync(saved))).toBe(sha256(binary))
  } finally {
    rmSync(saved, { force: true })
  }

  // The address of a file leads to it, and it may go while it is looked at.
  await page.goto('/browse?path=/kaa/a-picture.png')
  // The list behind it is read as well, and the picture is whole: what is asked for afterwards is not there.
  await page.waitForLoadState('networkidle')
  await until(
    () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth),
    (width) => width === 320,
  )
  rmSync(`${home}/a-picture.png`)
  await dialog.getByText('This file is not here').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(new URL(page.url()).searchParams.get('preview')).toBeNull()
})
