// The pictures of the README, taken from the real dashboard of a demo server: docs/screenshots/<page>-<theme>[-phone].png.
import { mkdirSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { Api, demo } from '../web/e2e/harness/api.ts'
import { chromiumArgs, findChromium } from '../web/e2e/harness/chromium.ts'
import { Server } from '../web/e2e/harness/server.ts'
import { root } from './paths.mjs'

const folder = `${root}/docs/screenshots`
const largest = 250_000
/** The charts show five minutes; with fewer there would be more gap than line. */
const seconds = 300

const screen = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }
const pages = {
  storage: { path: '/storage', seen: (page) => page.getByRole('region', { name: 'md0' }).getByRole('progressbar') },
  people: { path: '/people', seen: (page) => page.getByRole('cell', { name: /anna/ }).first() },
  files: { path: '/browse?path=/Shared/Photos/2026 Summer', seen: (page) => page.getByRole('link', { name: 'Ridge.png' }) },
  overview: { path: '/', seen: (page) => page.getByRole('slider').nth(3) },
}
const alsoOnPhone = new Set(['overview', 'files'])

const executablePath = findChromium()
if (!executablePath) {
  console.error('No Chromium: install chromium or set BALUHOST_TEST_CHROMIUM.')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
await using server = await new Server({ env: { BALUHOST_DEMO: 'true' } }).start()
const startedAt = Date.now()
const api = await new Api(server.address).signIn(demo.username, demo.password)
const browser = await chromium.launch({ executablePath, args: chromiumArgs })
try {
  for (const [name, { path, seen }] of Object.entries(pages)) {
    if (name === 'overview') await waitForCharts()
    for (const theme of ['light', 'dark']) {
      await take(`${name}-${theme}`, { path, seen, theme, viewport: screen })
      if (alsoOnPhone.has(name)) await take(`${name}-${theme}-phone`, { path, seen, theme, viewport: phone })
    }
  }
} finally {
  await browser.close()
}

async function waitForCharts() {
  const left = seconds * 1000 - (Date.now() - startedAt)
  console.log(`Waiting ${Math.round(left / 1000)} s for charts that hold five minutes …`)
  await sleep(Math.max(0, left))
}

async function take(name, { path, seen, theme, viewport }) {
  const context = await browser.newContext({
    baseURL: server.address,
    locale: 'en-GB',
    colorScheme: theme,
    viewport,
    reducedMotion: 'reduce',
    hasTouch: viewport === phone,
    isMobile: viewport === phone,
  })
  await context.addCookies(api.cookies)
  const page = await context.newPage()
  // Whose machine the pictures were taken on is nobody's business.
  await page.route('**/graphql', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replace(/"hostname":"[^"]*"/, '"hostname":"baluhost"') })
  })
  await page.goto(path)
  await seen(page).waitFor()
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor({ state: 'attached' })
  await page.evaluate(() => document.fonts.ready)
  const file = `${folder}/${name}.png`
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
  await page.unrouteAll({ behavior: 'wait' })
  await context.close()
  const { size } = statSync(file)
  console.log(`${name}.png ${Math.round(size / 1000)} kB`)
  if (size > largest) throw new Error(`${name}.png is larger than ${largest} bytes.`)
}
