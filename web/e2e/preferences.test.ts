import { expect } from 'vitest'
import { shared, test, until } from './harness/flow.ts'

test('language and theme are chosen and stay; a second tab follows', async ({ flow }) => {
  const watched = await flow.open({ address: shared.address, as: shared.admin })
  const { page } = watched
  const beside = await watched.sibling('/storage')
  await beside.page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor()
  await page.bringToFront()
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme'])
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await until(theme, (now) => now === 'dark')
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
  const navigation = page.getByRole('navigation', { name: 'Hauptnavigation' })
  await navigation.getByRole('link', { name: 'Übersicht' }).waitFor()
  await beside.page.getByRole('heading', { level: 1, name: 'Speicher' }).waitFor()
  await until(
    () => beside.page.evaluate(() => document.documentElement.dataset['theme']),
    (now) => now === 'dark',
  )
  await page.reload()
  await navigation.getByRole('link', { name: 'Dateien' }).waitFor()
  expect(await theme()).toBe('dark')
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  await navigation.getByRole('link', { name: 'Personen' }).click()
  await page.getByRole('heading', { level: 1, name: 'Personen' }).waitFor()
  await page.getByRole('button', { name: 'Darstellung' }).click()
  await page.getByRole('menuitemradio', { name: 'Wie das System' }).click()
  await until(theme, (now) => now === 'light')
})

test('the browser says the first language and theme', async ({ flow }) => {
  const { page } = await flow.open({ address: shared.address, path: '/sign-in', locale: 'de-AT', colorScheme: 'dark' })
  await page.getByRole('heading', { level: 1, name: 'Anmelden' }).waitFor()
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
})

test('the palette goes and does, by the keyboard alone', async ({ flow }) => {
  const { page } = await flow.open({ address: shared.address, as: shared.admin })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Commands' })
  await palette.getByRole('combobox').waitFor()
  await page.keyboard.type('peop')
  await palette.getByRole('option', { name: 'People' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
  await palette.waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await palette.getByRole('combobox').waitFor()
  await page.keyboard.type('dark')
  await palette.getByRole('option', { name: 'Theme: Dark' }).waitFor()
  await page.keyboard.press('Enter')
  await until(
    () => page.evaluate(() => document.documentElement.dataset['theme']),
    (now) => now === 'dark',
  )
  await page.keyboard.press('Control+k')
  await palette.waitFor()
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })

  // From the address bar into the page: the first stop jumps over the navigation.
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
})
