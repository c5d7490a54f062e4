import { existsSync } from 'node:fs'
import { expect } from 'vitest'
import { Api } from './harness/api.ts'
import { test, until } from './harness/flow.ts'

const chart = (title: string) => `${title}, last five minutes`

test('the overview lives from the server: the ring at once, one socket, no polling, and it survives a crash', async ({ flow }) => {
  const server = await flow.server({ hardware: 'real' })
  const api = await Api.setUp(server)
  const ringLength = async () => {
    const { telemetry } = await api.ask<{ telemetry: { recent: { at: string }[] } }>('{ telemetry { recent(seconds: 300) { at } } }')
    return telemetry.recent.length
  }
  await until(ringLength, (length) => length >= 3)

  const watched = await flow.open({ address: server.address, as: api })
  const { page } = watched
  const processor = page.getByRole('slider', { name: chart('Processor') })
  const newest = () => processor.getAttribute('aria-valuetext')
  await processor.waitFor()
  await page.getByText('Live', { exact: true }).waitFor()

  // Nothing simulated is claimed on a real machine, and what it lacks is said.
  expect(await page.getByRole('region', { name: 'Simulated hardware' }).count()).toBe(0)
  const memory = await api.ask<{ telemetry: { recent: { memoryTotal: number }[] } }>('{ telemetry { recent(seconds: 5) { memoryTotal } } }')
  const total = `${((memory.telemetry.recent[0]?.memoryTotal ?? 0) / 1e9).toFixed(1)} GB`
  await page.getByText(new RegExp(`of ${total.replace('.', '\\.')}`)).waitFor()

  // Five minutes are there at once after a reload, from the server's ring and not from this page's memory.
  await until(ringLength, (length) => length >= 6)
  const samplesShown = async () => {
    const drawn = await processor.locator('path').first().getAttribute('d')
    return (drawn?.match(/[LC]/g)?.length ?? 0) + 1
  }
  const started = Date.now()
  await page.reload()
  await processor.waitFor()
  console.log(`first page usable (first live value after navigation, warm): ${Date.now() - started} ms`)
  await until(samplesShown, (shown) => shown >= 6, 1_000)

  // A value moves by itself.
  const before = await newest()
  await until(newest, (now) => now !== before, 3_000)
  expect(await watched.openSockets()).toBe(1)

  // Nothing is asked while the page stands: what changes comes over the socket.
  const asked = watched.operations.length
  const from = await newest()
  const seen = new Set<string | null>()
  await until(
    async () => seen.add(await newest()).size,
    (size) => size >= 6,
    10_000,
  )
  expect(from).not.toBe(await newest())
  expect(watched.operations.slice(asked)).toEqual([])
  expect(await watched.openSockets()).toBe(1)

  // A crash shows, with its age; values stay and are greyed.
  const forbid = watched.allow(/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /WebSocket connection to/, /ERR_EMPTY_RESPONSE/)
  const loadedAt = await page.evaluate(() => performance.timeOrigin)
  await server.kill()
  await page.getByRole('status').filter({ hasText: 'No connection' }).waitFor()
  await page.getByText(/as of \d+ seconds? ago/).waitFor()
  expect(await page.locator('main').getAttribute('data-connection')).toBe('lost')
  expect(await processor.isVisible()).toBe(true)
  const lastKnown = await newest()

  // It recovers by itself, without a reload, and goes on.
  await server.start()
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 25_000 })
  await until(newest, (now) => now !== lastKnown)
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loadedAt)
  expect(await page.getByText(/as of/).count()).toBe(0)
  expect(await watched.openSockets()).toBe(1)
  await until(
    () => page.getByRole('heading', { name: /Everything is fine/ }).count(),
    (count) => count === 1,
  )
  forbid()

  // Where the kernel has no RAID driver, the page says so instead of showing nothing.
  await page.getByRole('link', { name: 'Storage' }).click()
  await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor()
  await page
    .getByRole('heading', { name: existsSync('/proc/mdstat') ? /No arrays on this machine|md\d/ : 'No RAID on this machine' })
    .waitFor()
  expect(await page.getByRole('region', { name: 'Simulated hardware' }).count()).toBe(0)
})
