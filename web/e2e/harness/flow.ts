import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { test as base, expect, inject } from 'vitest'
import { Api, admin, demo } from './api.ts'
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

/**
 * Leaves the pages before their context is closed: Chromium never answers when it is told to dispose of a context whose page is just
 * going elsewhere. What comes after a test has no limit of vitest's, so it has one here.
 */
async function close(context: BrowserContext): Promise<void> {
  await Promise.all(context.pages().map((page) => page.goto('about:blank').catch(() => page.goto('about:blank'))))
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('The browser did not close its context within 20 s.')), 20_000)
  try {
    await Promise.race([context.close(), late])
  } finally {
    clearTimeout(timer)
  }
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
        undo.defer(() => close(context))
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
  // An administrator is made by whoever has just said who they are; the session of the whole run is older than that at its end.
  const maker = role === 'ADMIN' ? await new Api(address).signIn(demo.username, demo.password) : shared.admin
  await maker.createUser(username, role)
  return new Api(address).signIn(username, admin.password)
}

/** As after a while away. Left first: a page that is open finds out that its session is gone, and goes to sign-in by itself. */
export async function returnSignedOut(page: Page, path: string): Promise<void> {
  await page.goto('about:blank')
  await page.context().clearCookies({ name: 'baluhost_session' })
  await page.goto(path)
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
