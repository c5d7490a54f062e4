import { mkdirSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { newUser, shared, test, until } from './harness/flow.ts'

test('a file is found from the palette and from its folder, by part of its name, and shown where it is', async ({ flow }) => {
  const user = await newUser('sona')
  await newUser('quiquern')
  for (const folder of ['sona/trips/alps', 'quiquern/trips']) mkdirSync(`${shared.storageDir}/${folder}`, { recursive: true })
  writeFileSync(`${shared.storageDir}/sona/trips/alps/Gipfel über Nacht.txt`, 'up')
  writeFileSync(`${shared.storageDir}/quiquern/trips/Gipfel of somebody else.txt`, 'down')
  // Looked at by the one whom they belong to: known from then on.
  const { page } = await flow.open({ address: shared.address, as: user, path: '/browse?path=/sona/trips/alps' })
  await page.getByRole('link', { name: 'Gipfel über Nacht.txt' }).waitFor()
  await shared.admin.ask('{ files(path: "/quiquern/trips") { totalCount } }')

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').waitFor()
  await page.keyboard.type('uber gipfel')
  await page.getByRole('option', { name: 'Search files for “uber gipfel”' }).click()
  await page.getByRole('heading', { name: 'Search', level: 1 }).waitFor()
  const results = page.getByRole('region', { name: 'What was found' })
  await results.getByRole('link', { name: 'Gipfel über Nacht.txt', exact: true }).waitFor()
  expect(await results.getByRole('listitem').count()).toBe(1)
  expect(new URL(page.url()).searchParams.get('q')).toBe('uber gipfel')

  await page.getByLabel('Kind').selectOption({ label: 'Pictures' })
  await page.getByText('Nothing has a name like that').waitFor()
  await page.getByLabel('Kind').selectOption({ label: 'Documents' })
  await results.getByRole('link', { name: 'Gipfel über Nacht.txt', exact: true }).click()
  await page.getByRole('dialog').getByText('up').waitFor()
  await until(
    () => page.url(),
    (url) => new URL(url).searchParams.get('path') === '/sona/trips/alps',
  )
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Search here' }).click()
  await page.getByRole('button', { name: 'Only in alps' }).waitFor()
  await page.getByRole('searchbox', { name: 'Name of a file or folder' }).fill('gip')
  await results.getByRole('link', { name: 'Gipfel über Nacht.txt', exact: true }).waitFor()
})
