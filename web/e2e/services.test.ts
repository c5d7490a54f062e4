import { renameSync } from 'node:fs'
import { expect } from 'vitest'
import { Api, admin } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { test, until } from './harness/flow.ts'

test('the storage goes away and comes back: the page, the overview and a load balancer learn it by themselves', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const watched = await flow.open({ address: server.address, as: api, path: '/services' })
  const { page } = watched
  const ready = async () => (await fetch(`${server.address}/readyz`)).status
  await page.getByText('Everything that is set up works.').waitFor()
  const storage = page.getByRole('article', { name: 'Storage folder' })
  await storage.getByText('Running').waitFor()
  await page.getByRole('region', { name: 'Not set up' }).getByRole('article', { name: 'Redis' }).waitFor()
  await until(ready, (status) => status === 200)

  const overview = await watched.sibling('/')
  await overview.page.getByRole('heading', { level: 1, name: /^Everything is fine/ }).waitFor()

  renameSync(server.storageDir, `${server.storageDir}.away`)
  const trouble = page.getByRole('region', { name: 'Needs attention' })
  await trouble.getByRole('article', { name: 'Storage folder' }).getByText('Failed').waitFor()
  await trouble.getByText('The folder is gone from its place. Mount its disk again.').waitFor()
  const watcher = trouble.getByRole('article', { name: 'File watcher' })
  await watcher.getByText('It needs something that does not work: Storage folder.').waitFor()
  await watcher.getByText('Storage folder (Failed)').waitFor()
  await until(ready, (status) => status === 503)
  expect((await fetch(`${server.address}/healthz`)).status).toBe(200)
  await overview.page.getByRole('heading', { level: 1, name: /cannot do without does not work/ }).waitFor()
  expect(await findBarriers(page)).toEqual([])
  expect(await findBarriers(overview.page)).toEqual([])
  await overview.page.getByRole('link', { name: 'Look at the services' }).click()
  await overview.page.waitForURL('**/services')

  renameSync(`${server.storageDir}.away`, server.storageDir)
  await page.getByText('Everything that is set up works.').waitFor()
  await page.getByRole('region', { name: 'At work' }).getByRole('article', { name: 'Storage folder' }).waitFor()
  await until(ready, (status) => status === 200)
  await overview.page.goto('/')
  await overview.page.getByRole('heading', { level: 1, name: /^Everything is fine/ }).waitFor()
})

test('a service is restarted with the keyboard alone, and the log says by whom', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const { page } = await flow.open({ address: server.address, as: api, path: '/services' })
  await page.getByText('Everything that is set up works.').waitFor()
  await page.getByRole('button', { name: 'Restart Telemetry sampler' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Restart Telemetry sampler?' })
  await dialog.waitFor()
  expect(await findBarriers(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Restart', exact: true }).focus()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  const details = page.getByRole('button', { name: 'Details of Telemetry sampler' })
  await details.focus()
  await page.keyboard.press('Space')
  await page.getByRole('article', { name: 'Telemetry sampler' }).getByText('1 time').waitFor()
  await page.goto('/audit')
  const row = page.getByRole('row').filter({ hasText: 'Restart a service' })
  await row.filter({ hasText: 'telemetry' }).first().waitFor()

  await api.createUser('gurth', 'USER')
  const gurth = await new Api(server.address).signIn('gurth', admin.password)
  const other = await flow.open({ address: server.address, as: gurth, path: '/services' })
  await other.page.getByText('Not for your account').waitFor()
  expect(await other.page.getByRole('link', { name: 'Services' }).count()).toBe(0)
})

test('in German, dark and on a phone nothing stands in the way of anybody', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const { page } = await flow.open({
    address: server.address,
    as: api,
    locale: 'de-DE',
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
  })
  await page.getByRole('button', { name: 'Mehr' }).click()
  await page.getByRole('menuitem', { name: 'Dienste' }).click()
  await page.getByText('Alles, was eingerichtet ist, funktioniert.').waitFor()
  for (const button of await page.getByRole('button', { name: /^Details zu/ }).all()) await button.click()
  await page.getByRole('article', { name: 'Datenbank' }).getByText('SQLite').waitFor()
  expect(await findBarriers(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
})
