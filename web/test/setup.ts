import { cleanup } from '@testing-library/react'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { setConnectionStatus } from '../src/graphql/connection'
import { server } from './server'

// jsdom lays nothing out: charts are given a width, as a browser would.
class FixedSize implements ResizeObserver {
  readonly #callback: ResizeObserverCallback
  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback
  }
  observe(target: Element) {
    const contentRect = { left: 0, top: 0, width: 640, height: 128 } as DOMRectReadOnly
    this.#callback([{ target, contentRect } as ResizeObserverEntry], this)
  }
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver = FixedSize
Element.prototype.scrollIntoView = () => {}
window.matchMedia = (query) =>
  ({ matches: false, media: query, addEventListener: () => {}, removeEventListener: () => {} }) as unknown as MediaQueryList

// An operation that no test answered must fail the test, not hang it.
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  localStorage.clear()
  setConnectionStatus('live')
})
afterAll(() => server.close())
