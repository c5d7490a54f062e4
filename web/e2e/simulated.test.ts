import { expect } from 'vitest'
import { Api, demo } from './harness/api.ts'
import { test, until } from './harness/flow.ts'

test('pretend disks are named on every page, and the array shows its check as it goes', async ({ flow }) => {
  // Of its own: how far the check has come depends on when the server began.
  const server = await flow.server({ env: { BALUHOST_DEMO: 'true' } })
  const as = await new Api(server.address).signIn(demo.username, demo.password)
  const { page } = await flow.open({ address: server.address, as })
  const banner = page.getByText('Simulated hardware: the disks and arrays shown here are pretend.')
  for (const place of ['Files', 'People', 'Overview', 'Storage']) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click()
    await until(
      () => page.title(),
      (title) => title.startsWith(place),
    )
    await banner.waitFor()
    expect(await banner.isVisible()).toBe(true)
  }
  const array = page.getByRole('region', { name: 'md0' })
  await array.waitFor()
  // The demo begins a check ten seconds after its start.
  const progress = array.getByRole('progressbar')
  await progress.waitFor({ timeout: 25_000 })
  const value = () => progress.getAttribute('aria-valuetext')
  const before = await value()
  await until(value, (now) => now !== before)
  await array.getByText('Checking').waitFor()
  expect(await array.getByRole('row').count()).toBeGreaterThan(2)

  // The same on the overview, in one sentence.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('heading', { level: 1, name: /md0 is being checked/ }).waitFor()
  await page.getByRole('link', { name: 'Look at the arrays' }).first().click()
  await array.waitFor()
})
