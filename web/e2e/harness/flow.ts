import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { test as base, expect, inject } from 'vitest'
import { Api, admin } from './api.ts'
import { Server, type ServerOptions } from './server.ts'
import { WatchedPage } from './watched-page.ts'

const endpoint = inject('browserEndpoint')
let connection: Promise<Browser> | null = null

/** One browser for all files; contexts keep them apart. */
function browser(): Promise<Browser> {
  if (!endpoint) throw new Error('There is no Chromium.')
  connection ??= chromium.connect(endpoint)
  return connection
}

export interface OpenOptions extends BrowserContextOptions {
  readonly address: string
  /** Whose session the browser has; nobody's when not given. */
  readonly as?: Api
  readonly path?: string
}

export interface Flow {
  /** A browser of its own (cookies, storage) with one page, watched until the test ends. */
  readonly open: (options: OpenOptions) => Promise<WatchedPage>
  readonly server: (options?: ServerOptions) => Promise<Server>
}

const extended = base.extend<{ flow: Flow }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern to know which fixtures this one needs
  flow: async ({}, use) => {
    const pages: WatchedPage[] = []
    await using undo = new AsyncDisposableStack()
    await use({
      open: async ({ address, as, path = '/', ...options }) => {
        const context = await (await browser()).newContext({
          baseURL: address,
          locale: 'en-GB',
          colorScheme: 'light',
          viewport: { width: 1440, height: 900 },
          reducedMotion: 'reduce',
          ...options,
        })
        undo.defer(() => context.close())
        context.setDefaultTimeout(15_000)
        if (as) await context.addCookies(as.cookies)
        const watched = await WatchedPage.open(context, address)
        pages.push(watched)
        await watched.page.goto(path)
        return watched
      },
      server: async (options) => undo.use(await new Server(options).start()),
    })
    expect(pages.flatMap((each) => each.faults)).toEqual([])
  },
})

/** A flow through the real dashboard. Skipped, not passed, where there is no Chromium. */
export const test = endpoint ? extended : extended.skip

const { address, storageDir, cookie } = inject('shared')

/** The server that flows share, and its administrator. */
export const shared = { address, storageDir, admin: new Api(address, cookie) }

/** A new account on the shared server, signed in. */
export async function newUser(username: string, role: 'USER' | 'VIEWER' | 'ADMIN' = 'USER'): Promise<Api> {
  await shared.admin.createUser(username, role)
  return new Api(address).signIn(username, admin.password)
}

/** Asks again until the answer satisfies; fails with the last answer. */
export async function until<T>(ask: () => Promise<T> | T, satisfied: (answer: T) => boolean, within = 10_000): Promise<T> {
  let answer: T | undefined
  await expect
    .poll(
      async () => {
        answer = await ask()
        return satisfied(answer) ? 'satisfied' : answer
      },
      { timeout: within, interval: 50 },
    )
    .toBe('satisfied')
  return answer as T
}
