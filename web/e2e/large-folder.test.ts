import { writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { newUser, shared, test, until } from './harness/flow.ts'

const count = 100_000

test('a hundred thousand files: seen soon, scrolled to the end, few rows in the page', async ({ flow }) => {
  const user = await newUser('sahi')
  await user.createFolder('/sahi/herd')
  for (let index = 0; index < count; index++)
    writeFileSync(`${shared.storageDir}/sahi/herd/elephant-${String(index).padStart(6, '0')}.txt`, '')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/sahi' })
  await page.getByRole('link', { name: 'herd' }).waitFor()

  const started = Date.now()
  await page.getByRole('link', { name: 'herd' }).click()
  const grid = page.getByRole('grid')
  await grid.and(page.locator('[aria-busy=true]')).waitFor()
  await page.getByRole('link', { name: 'elephant-000000.txt' }).waitFor({ timeout: 30_000 })
  console.log(`first rows of ${count} new files: ${Date.now() - started} ms`)
  await page.getByText('100,000 entries').waitFor()

  const rows = () => grid.getByRole('row').count()
  expect(await rows()).toBeLessThan(80)
  // As the thumb of the scrollbar is pulled: through everything, and at last to the end.
  for (const part of [0.2, 0.55, 0.9]) {
    await grid.evaluate((element, to) => {
      element.scrollTop = element.scrollHeight * to
    }, part)
    await until(
      () => grid.evaluate((element) => element.scrollTop / element.scrollHeight),
      (at) => Math.abs(at - part) < 0.01,
    )
    expect(await rows()).toBeLessThan(80)
  }
  const jumped = Date.now()
  await grid.evaluate((element) => {
    element.scrollTop = element.scrollHeight
  })
  await page.getByRole('link', { name: 'elephant-099999.txt' }).waitFor()
  console.log(`the last row after a jump to the end: ${Date.now() - jumped} ms`)
  expect(await page.getByRole('link', { name: 'elephant-099999.txt' }).isVisible()).toBe(true)
  expect(await rows()).toBeLessThan(80)

  // A known folder is there at once, where one was in it.
  await page.goBack()
  await page.getByRole('link', { name: 'herd' }).waitFor()
  await page.goForward()
  await page.getByRole('link', { name: 'elephant-099999.txt' }).waitFor()
})
