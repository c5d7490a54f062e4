import { expect } from 'vitest'
import { Api } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

test('what happens in one browser appears in the log of another, and its details say what changed', async ({ flow }) => {
  const { page } = await flow.open({ address: shared.address, as: shared.admin, path: '/audit' })
  await page.getByText('Live', { exact: true }).waitFor()
  const ferao = await newUser('ferao')
  await page.getByRole('row').filter({ hasText: 'Create an account' }).filter({ hasText: 'ferao' }).waitFor()
  await ferao.createFolder('/ferao/lair')
  const row = page.getByRole('row').filter({ hasText: '/ferao/lair' })
  await row.waitFor()
  await row.click()
  const details = page.getByRole('complementary', { name: 'Details of the entry' })
  await details.getByText('/ferao/lair').waitFor()
  expect(new URL(page.url()).searchParams.get('entry')).toMatch(/^\d+$/)
  // All that this person did, then back.
  await details.getByRole('button', { name: 'ferao', exact: true }).click()
  await page.waitForURL('**/audit?actor=*')
  await page.getByRole('row').filter({ hasText: 'Create an account' }).first().waitFor({ state: 'detached' })
  await page.goBack()
  await details.waitFor()
})

test('how long the log is kept is set in the settings, and stands in the log', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const { page } = await flow.open({ address: server.address, as: api, path: '/settings?section=audit' })
  const days = page.getByRole('textbox', { name: 'Days' })
  expect(await days.inputValue()).toBe('365')
  await days.fill('7')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('A whole number from 30 to 36,500.').waitFor()
  await days.fill('90')
  await page.getByText(/go with the next daily look/).waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.reload()
  expect(await days.inputValue()).toBe('90')
  await page.getByRole('checkbox', { name: 'Keep everything for ever' }).check()
  await days.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Save' }).click()
  await until(
    async () => (await api.ask<{ auditRetention: { days: number } }>('{ auditRetention { days } }')).auditRetention.days,
    (kept) => kept === 0,
  )
  await page.goto('/audit?action=settings.change')
  await page.getByRole('row').filter({ hasText: 'audit.retention' }).nth(1).waitFor()
})

test('nobody but administrators finds the log or what is weak', async ({ flow }) => {
  const gisborne = await newUser('gisborne')
  const { page } = await flow.open({ address: shared.address, as: gisborne })
  const navigation = page.getByRole('navigation', { name: 'Main' })
  await navigation.getByRole('link', { name: 'Files' }).waitFor()
  expect(await navigation.getByRole('link', { name: 'Audit' }).count()).toBe(0)
  for (const path of ['/audit', '/security']) {
    await page.goto(path)
    await page.getByText('Not for your account').waitFor()
  }
})

test('who changes the database from outside is found out by a check, which says where', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  await api.createFolder('/Shared/evidence')
  const { page } = await flow.open({ address: server.address, as: api, path: '/audit' })
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByText('All entries are as they were written.').waitFor()
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(`${server.dataDir}/baluhost.db`)
  database.exec(`UPDATE "AuditEntry" SET "target" = '/Shared/nothing' WHERE "target" = '/Shared/evidence'`)
  const { sequence } = database.prepare(`SELECT "sequence" FROM "AuditEntry" WHERE "target" = '/Shared/nothing'`).get() as {
    sequence: number
  }
  database.close()
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByText('The log is not as it was written.').waitFor()
  await page.getByText('was changed after it was written').waitFor()
  await page.getByRole('button', { name: `Entry ${sequence}`, exact: true }).click()
  await page.getByRole('complementary', { name: 'Details of the entry' }).getByText('/Shared/nothing').waitFor()
  await page.goto('/security')
  await page.getByRole('heading', { name: 'The audit log was tampered with' }).waitFor()
  await page.getByRole('heading', { name: '1 administrator without a second factor' }).waitFor()
})
