import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import { Api } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { newUser, shared, test } from './harness/flow.ts'

test('a schedule is run at once, watched to its end, paused, and its times are changed with a preview', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const watched = await flow.open({ address: server.address, as: api, path: '/jobs/schedules' })
  const { page } = watched
  const row = page.getByRole('row').filter({ hasText: 'Check the database' })
  await row.getByText('At 04:40, only on Sunday').waitFor()
  await row.getByText('Never so far').waitFor()
  expect(await findBarriers(page)).toEqual([])
  const other = await watched.sibling('/jobs/schedule?name=database_check')
  await other.page.getByText('It has not been due yet.').waitFor()

  await page.getByRole('button', { name: 'Run now: Check the database' }).click()
  await row.getByText('Done', { exact: true }).waitFor()
  // The other page, and the timeline of this one, know without being asked.
  await other.page.getByText('By hand').waitFor()
  await other.page.getByText('Done', { exact: true }).waitFor()
  await page.getByText(/^1 run so far and/).waitFor()
  await page.getByRole('button', { name: 'As a table' }).click()
  await page.getByRole('region', { name: 'Timeline' }).getByRole('link', { name: 'Check the database' }).waitFor()
  await page.getByRole('button', { name: 'As a picture' }).click()
  const picture = page.getByRole('group', { name: /^Timeline/ })
  const before = await picture.getAttribute('aria-label')
  await picture.focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => picture.getAttribute('aria-label')).not.toBe(before)

  await page.getByRole('switch', { name: 'Check the database runs at its times' }).click()
  await row.getByText('Paused').waitFor()
  await other.page.getByText('Paused by balu').waitFor()
  await other.page.getByRole('button', { name: 'Go on' }).click()
  await row.getByText('Paused').waitFor({ state: 'detached' })

  await other.page.getByRole('button', { name: 'Change', exact: true }).click()
  const dialog = other.page.getByRole('dialog')
  await dialog.getByLabel('How often').selectOption('daily')
  await dialog.getByLabel('At', { exact: true }).fill('05:15')
  await dialog.getByText('At 05:15, every day').waitFor()
  await dialog.getByRole('listitem').filter({ hasText: '05:15' }).nth(4).waitFor()
  expect(await findBarriers(other.page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await row.getByText('At 05:15, every day').waitFor()
  await row.getByText('Times changed').waitFor()
})

test('a schedule of one’s own is made, found fault with first, and deleted', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const { page } = await flow.open({ address: server.address, as: api, path: '/jobs/schedules' })
  await page.getByRole('button', { name: 'New schedule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('How often').selectOption('cron')
  await dialog.getByLabel('Cron expression').fill('0 0 31 2 *')
  await dialog.getByText('No day is ever like this. Look at the day and the month.').waitFor()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByText('This is needed.').waitFor()
  await dialog.getByLabel('Name').fill('Watch the log')
  await dialog.getByLabel('What it does').selectOption('verifyAudit')
  await dialog.getByLabel('How often').selectOption('interval')
  await dialog.getByText('Every 6 hrs').waitFor()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('row').filter({ hasText: 'Watch the log' }).getByRole('link', { name: 'Watch the log' }).click()
  await page.waitForURL('**/jobs/schedule?name=watch_the_log')
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByText('Done', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Show log' }).click()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.waitForURL('**/jobs/schedules')
  await page.getByRole('row').filter({ hasText: 'Check the database' }).waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'Watch the log' }).count()).toBe(0)
})

test('the log of a run is read in the history, and grows while it is open', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  // The first entry is changed behind the server's back: the check has something to tell.
  const database = new DatabaseSync(`${server.dataDir}/baluhost.db`)
  database.exec(`UPDATE AuditEntry SET target = 'another' WHERE sequence = 1`)
  database.close()
  await api.ask('mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { __typename } }', {
    input: { name: 'watch_the_log', title: 'Watch the log', action: { verifyAudit: true }, timing: { everySeconds: 86_400 } },
  })
  const { page } = await flow.open({ address: server.address, as: api, path: '/jobs/schedule?name=watch_the_log' })
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('button', { name: 'Show log' }).click()
  const lines = page.getByRole('region', { name: 'Log' }).getByRole('listitem')
  await lines.filter({ hasText: 'The audit log is not as it was written, at 1 place.' }).waitFor()
  expect(await lines.count()).toBe(1)
  const { schedule } = await api.ask<{ schedule: { runs: { nodes: { job: { id: string } }[] } } }>(
    '{ schedule(name: "watch_the_log") { runs(first: 1) { nodes { job { id } } } } }',
  )
  await api.ask('mutation ($id: ID!) { retryJob(id: $id) { __typename } }', { id: schedule.runs.nodes[0]?.job.id })
  await lines.filter({ hasText: 'Started again by balu.' }).waitFor()
  await expect.poll(() => lines.count()).toBe(3)
})

test('schedules are for administrators', async ({ flow }) => {
  const wat = await newUser('wat')
  const { page } = await flow.open({ address: shared.address, as: wat, path: '/jobs' })
  await page.getByText('Nothing has been done yet').waitFor()
  expect(await page.getByRole('link', { name: 'Schedules' }).count()).toBe(0)
  for (const path of ['/jobs/schedules', '/jobs/schedule?name=database_check']) {
    await page.goto(path)
    await page.getByText('Not for your account').waitFor()
  }
})
