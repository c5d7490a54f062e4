import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import { Api, admin } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { test, until } from './harness/flow.ts'
import type { Server } from './harness/server.ts'

interface Row {
  readonly kind?: string
  readonly state?: 'QUEUED' | 'SUCCEEDED' | 'FAILED'
  readonly subject?: string
  readonly actor?: { readonly id: string; readonly name: string } | null
  /** Milliseconds since the epoch. */
  readonly at?: number
  /** Not to be run before. */
  readonly after?: number
}

let count = 0

/** Puts jobs into the table as the server itself writes them; ids grow with time. */
function putJobs(server: Server, rows: readonly Row[]): string[] {
  const database = new DatabaseSync(`${server.dataDir}/baluhost.db`)
  database.exec('PRAGMA busy_timeout = 20000; BEGIN')
  const insert = database.prepare(
    `INSERT INTO "Job" ("id", "kind", "class", "state", "input", "errorCode", "errorMessage", "subject", "actorId", "actorName", "origin", "locks",
      "attempts", "maxAttempts", "runAfter", "createdAt", "startedAt", "endedAt", "changedAt")
     VALUES (?, ?, 'MAINTENANCE', ?, '{}', ?, ?, ?, ?, ?, ?, '[]', ?, 3, ?, ?, ?, ?, ?)`,
  )
  const ids = rows.map(({ kind = 'session_cleanup', state = 'SUCCEEDED', subject = null, actor = null, at = Date.now(), after = at }) => {
    const id = `${at.toString(36).padStart(10, '0')}${(count++).toString(36).padStart(16, '0')}`
    const moment = (ms: number) => new Date(ms).toISOString().replace('Z', '+00:00')
    const isOver = state !== 'QUEUED'
    const error = state === 'FAILED' ? ['STORAGE_FULL', 'There is not enough free space.'] : [null, null]
    const origin = JSON.stringify({ address: '127.0.0.1', client: null, requestId: '', sessionId: '', scopes: null })
    const times = [moment(after), moment(at), isOver ? moment(at) : null, isOver ? moment(at + 2_000) : null, moment(at)]
    insert.run(
      ...([id, kind, state, ...error, subject, actor?.id ?? null, actor?.name ?? 'system', origin, isOver ? 3 : 0, ...times] as (
        | string
        | number
        | null
      )[]),
    )
    return id
  })
  database.exec('COMMIT')
  database.close()
  return ids
}

async function own(api: Api) {
  const { me } = await api.ask<{ me: { id: string; username: string } }>('{ me { id username } }')
  return { id: me.id, name: me.username }
}

test('a job that failed is tried again: it is watched to its end, and its log is seen to grow', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const [failed = ''] = putJobs(server, [{ state: 'FAILED', actor: await own(api) }])
  const { page } = await flow.open({ address: server.address, as: api, path: '/jobs' })
  await page.getByRole('row').filter({ hasText: 'Failed' }).click()
  await page.waitForURL(`**/jobs/job?id=${failed}`)
  await page.getByText('There is not enough free space.').waitFor()
  await page.getByText('It has said nothing.').waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Started again by balu.').waitFor()
  await page.getByRole('status').getByText('Done', { exact: true }).waitFor()
  await page.getByText('Sessions ended').waitFor()
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('link', { name: 'All jobs' }).click()
  await page.getByRole('row').filter({ hasText: 'Done' }).waitFor()
})

test('a job that waits is cancelled from the tray, and every page that shows it says so', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const [waiting = ''] = putJobs(server, [{ state: 'QUEUED', subject: 'tomorrow', actor: await own(api), after: Date.now() + 86_400_000 }])
  const watched = await flow.open({ address: server.address, as: api })
  const { page } = watched
  const other = await watched.sibling(`/jobs/job?id=${waiting}`)
  await other.page.getByRole('status').getByText('Queued', { exact: true }).waitFor()
  await page.getByRole('button', { name: '1 job waits' }).click()
  const tray = page.getByRole('dialog', { name: 'Jobs' })
  await tray.getByText('Now', { exact: true }).waitFor()
  expect(await findBarriers(page)).toEqual([])
  await tray.getByRole('button', { name: 'Cancel Clear away ended sessions: tomorrow' }).click()
  await tray.getByText('Nothing runs.').waitFor()
  await tray.getByText('Cancelled').waitFor()
  await other.page.getByRole('status').getByText('Cancelled', { exact: true }).waitFor()
  expect(await other.page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0)
})

test('who is no administrator sees their own jobs and nobody else’s', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  await api.createUser('much', 'USER')
  const much = await new Api(server.address).signIn('much', admin.password)
  const [theirs = ''] = putJobs(server, [
    { subject: 'of balu', actor: await own(api) },
    { subject: 'of much', actor: await own(much) },
  ])
  const { page } = await flow.open({ address: server.address, as: much, path: '/jobs' })
  await page.getByRole('row').filter({ hasText: 'of much' }).waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'of balu' }).count()).toBe(0)
  await page.getByText('1 job', { exact: true }).waitFor()
  await page.goto(`/jobs/job?id=${theirs}`)
  await page.getByText('There is no such job').waitFor()
})

test('a hundred thousand jobs: seen soon, filtered, few rows in the page, read by keyboard', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const start = Date.now() - 100_000_000
  putJobs(
    server,
    Array.from({ length: 100_000 }, (_, index) => ({
      at: start + index * 1_000,
      subject: `number ${index}`,
      state: index % 1_000 === 7 ? ('FAILED' as const) : ('SUCCEEDED' as const),
    })),
  )
  const begun = Date.now()
  const { page } = await flow.open({ address: server.address, as: api, path: '/jobs' })
  await page.getByText('number 99999', { exact: true }).waitFor()
  console.log(`first rows of 100000 jobs: ${Date.now() - begun} ms`)
  const grid = page.getByRole('grid')
  expect(await grid.getByRole('row').count()).toBeLessThan(60)
  await grid.focus()
  await page.keyboard.press('End')
  await until(
    () => grid.evaluate((element) => element.scrollTop),
    (top) => top > 5_000,
  )
  await page.getByText('number 99800', { exact: true }).waitFor()
  expect(await grid.getByRole('row').count()).toBeLessThan(60)
  await page.getByLabel('State').selectOption('failed')
  await page.waitForURL('**/jobs?state=failed')
  await page.getByText('number 99007', { exact: true }).waitFor()
  await page.getByText('100 jobs', { exact: true }).waitFor()
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/jobs/job?id=*')
  await page.goBack()
  await page.getByText('number 99007', { exact: true }).waitFor()
})
