import type { BrowserContext, Page } from 'playwright-core'

interface InPage {
  reportPolicyViolation: (words: string) => void
  socketsOfThisPage: WebSocket[]
  WebSocket: typeof WebSocket
}

/** A page that keeps account of everything that must not happen in it. */
export class WatchedPage {
  readonly page: Page
  readonly #address: string
  readonly #siblings: WatchedPage[] = []
  readonly #faults: string[] = []
  /** Bodies of requests to /graphql, in order. */
  readonly operations: string[] = []
  #allowed: RegExp[] = []

  private constructor(page: Page, address: string) {
    this.page = page
    this.#address = address
    const { host } = new URL(address)
    page.on('pageerror', (error) => this.#fault(`uncaught: ${error.stack ?? error.message}`))
    page.on('crash', () => this.#fault('the page crashed'))
    page.on('console', (message) => {
      if (message.type() === 'error') this.#fault(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol.startsWith('http') && url.host !== host) this.#fault(`foreign host: ${url.href}`)
      if (url.pathname === '/graphql' && request.method() === 'POST') this.operations.push(request.postData() ?? '')
    })
    page.on('requestfailed', (request) => {
      // The page itself gave it up: a player that jumps, a download, a navigation.
      const reason = request.failure()?.errorText ?? ''
      if (reason !== 'net::ERR_ABORTED') this.#fault(`request: ${request.method()} ${request.url()} ${reason}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) this.#fault(`answer: ${response.status()} ${response.request().method()} ${response.url()}`)
    })
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== host) this.#fault(`foreign host: ${socket.url()}`)
    })
  }

  static async open(context: BrowserContext, address: string): Promise<WatchedPage> {
    const page = await context.newPage()
    const watched = new WatchedPage(page, address)
    await page.exposeFunction('reportPolicyViolation', (words: string) => watched.#fault(`policy: ${words}`))
    await page.addInitScript(() => {
      const own = window as unknown as InPage
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
        own.reportPolicyViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`)
      })
      const sockets: WebSocket[] = []
      own.socketsOfThisPage = sockets
      own.WebSocket = class extends WebSocket {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(url, protocols)
          sockets.push(this)
        }
      }
    })
    return watched
  }

  /** What happened here and in the tabs beside it. */
  get faults(): string[] {
    return [...this.#faults, ...this.#siblings.flatMap((each) => each.faults)]
  }

  /** A second tab of the same browser. */
  async sibling(path: string): Promise<WatchedPage> {
    const watched = await WatchedPage.open(this.page.context(), this.#address)
    this.#siblings.push(watched)
    await watched.page.goto(path)
    return watched
  }

  /** How many WebSockets of this document are open, or being opened. */
  openSockets(): Promise<number> {
    return this.page.evaluate(
      () => (window as unknown as InPage).socketsOfThisPage.filter(({ readyState }) => readyState <= WebSocket.OPEN).length,
    )
  }

  #fault(words: string): void {
    if (!this.#allowed.some((each) => each.test(words))) this.#faults.push(words)
  }

  /** What the test is about to provoke is no fault. Returns how to forbid it again. */
  allow(...patterns: RegExp[]): () => void {
    this.#allowed.push(...patterns)
    return () => {
      this.#allowed = this.#allowed.filter((each) => !patterns.includes(each))
    }
  }
}
