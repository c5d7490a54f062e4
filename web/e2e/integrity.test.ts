import { closeSync, existsSync, openSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { expect } from 'vitest'
import { Api } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { test } from './harness/flow.ts'

test('a byte that flips on the disk is found, put into quarantine and back, and accepted', async ({ flow }) => {
  // Of its own: the shared one has a hundred thousand files by now, and all are read.
  const server = await flow.server()
  const api = await Api.setUp(server)
  await api.createFolder('/Shared/grayscoat')
  const file = `${server.storageDir}/Shared/grayscoat/law.txt`
  writeFileSync(file, 'the law of the jungle')
  utimesSync(file, 1_600_000_000, 1_600_000_000)
  const { page } = await flow.open({ address: server.address, as: api, path: '/storage' })
  await page.getByRole('link', { name: 'Integrity of files' }).click()
  await page.getByRole('heading', { level: 1, name: 'Integrity of files' }).waitFor()
  const state = page.getByRole('region', { name: 'Integrity of files' })
  await page.getByText('No damaged files').waitFor()
  expect(await findBarriers(page)).toEqual([])

  const check = async () => {
    const time = state.locator('time')
    const before = (await time.count()) > 0 ? await time.getAttribute('datetime') : null
    await page.getByRole('button', { name: 'Check now' }).click()
    await expect
      .poll(
        () =>
          state
            .locator('time')
            .getAttribute('datetime', { timeout: 500 })
            .catch(() => before),
        { timeout: 60_000 },
      )
      .not.toBe(before)
  }
  await check()
  await state.getByText('All files are as they were.').waitFor()

  const fd = openSync(file, 'r+')
  writeSync(fd, 'T', 0)
  closeSync(fd)
  utimesSync(file, 1_600_000_000, 1_600_000_000)
  await check()
  await state.getByText('One file is damaged.').waitFor()
  const row = page.getByRole('row').filter({ hasText: '/Shared/grayscoat/law.txt' })
  await row.getByText('Damaged', { exact: true }).waitFor()
  expect(await findBarriers(page)).toEqual([])

  await row.getByRole('button', { name: 'Quarantine' }).click()
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Quarantine' }).click()
  await row.getByText('In quarantine').waitFor()
  expect(existsSync(file)).toBe(false)
  await row.getByRole('button', { name: 'Put back' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put back' }).click()
  await row.getByText('Damaged', { exact: true }).waitFor()
  expect(statSync(file).size).toBe(21)
  await row.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click()
  await row.getByText('Accepted').waitFor()
  await state.getByText('All files are as they were.').waitFor()
})
