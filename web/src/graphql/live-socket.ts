import { type Client, CloseCode, createClient } from 'graphql-ws'
import { setConnectionStatus } from './connection'

/** The server closes with this when the session ended: sign-out elsewhere, expiry, a disabled account. */
export const SESSION_ENDED = CloseCode.Unauthorized

const KEEP_ALIVE_MS = 10_000
const PONG_WITHIN_MS = 4_000
const LONGEST_WAIT_MS = 20_000

function isCloseEvent(value: unknown): value is { code: number } {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'number'
}

export function endsSession(value: unknown): boolean {
  return isCloseEvent(value) && value.code === SESSION_ENDED
}

/** Doubling from half a second, with jitter so that many tabs do not return to a restarted server in one instant. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(attempt, 10))
  return ceiling / 2 + (random() * ceiling) / 2
}

function untilDueOrAwake(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      document.removeEventListener('visibilitychange', whenVisible)
      resolve()
    }
    const whenVisible = () => {
      if (document.visibilityState === 'visible') done()
    }
    const timer = setTimeout(done, ms)
    window.addEventListener('online', done)
    document.addEventListener('visibilitychange', whenVisible)
  })
}

/** One WebSocket per tab, opened with the first subscription and kept until `dispose`. */
export function createLiveSocket(url: string, onSessionEnded: () => void): Client {
  let pongTimer: ReturnType<typeof setTimeout> | undefined
  let disposed = false
  const client = createClient({
    url,
    lazy: true,
    // Moving between pages ends one subscription just before the next begins: do not hang up in between.
    lazyCloseTimeout: 5_000,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (reason) => !endsSession(reason),
    retryWait: (attempt) => untilDueOrAwake(backoffMs(attempt)),
    on: {
      connecting: () => setConnectionStatus('connecting'),
      connected: () => setConnectionStatus('live'),
      ping: (received) => {
        if (received) return
        clearTimeout(pongTimer)
        // A cut cable sends no close frame: without this the loss would show after minutes of TCP retries.
        pongTimer = setTimeout(() => client.terminate(), PONG_WITHIN_MS)
      },
      pong: () => clearTimeout(pongTimer),
      closed: (event) => {
        clearTimeout(pongTimer)
        if (endsSession(event)) {
          onSessionEnded()
          return
        }
        if (!disposed && !(isCloseEvent(event) && event.code === 1000)) setConnectionStatus('lost')
      },
    },
  })
  const onOffline = () => client.terminate()
  window.addEventListener('offline', onOffline)
  return {
    ...client,
    dispose: () => {
      disposed = true
      window.removeEventListener('offline', onOffline)
      return client.dispose()
    },
  }
}
