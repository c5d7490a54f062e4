import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { Api, demo } from './api.ts'
import { chromiumArgs, findChromium } from './chromium.ts'
import { Server } from './server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the browser listens; null without Chromium. */
    browserEndpoint: string | null
    /** A demo server that flows share when they do not harm each other: everyone works in folders of their own. */
    shared: { address: string; storageDir: string; cookie: string }
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium()
  if (!executablePath) {
    console.error(
      '\n!!! NO CHROMIUM: the whole-flow tests of the dashboard are SKIPPED. Install chromium or set BALUHOST_TEST_CHROMIUM. !!!\n',
    )
    project.provide('browserEndpoint', null)
    project.provide('shared', { address: '', storageDir: '', cookie: '' })
    return undefined
  }
  const server = new Server({ env: { BALUHOST_DEMO: 'true' } })
  const browser = await chromium.launchServer({ executablePath, args: chromiumArgs })
  const stop = async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
  }
  try {
    await server.start()
    const { cookie } = await new Api(server.address).signIn(demo.username, demo.password)
    project.provide('browserEndpoint', browser.wsEndpoint())
    project.provide('shared', { address: server.address, storageDir: server.storageDir, cookie })
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
