import type { IncomingMessage } from 'node:http'
import type { UploadSource } from '../files/upload-model.ts'

/** Bytes that wait in memory between the socket and whoever reads the body. */
const bufferedBytes = 128 * 1024
/** After an early answer so much of the body, or for so long, is still read, so that the client gets to read the answer. */
const mostDiscarded = 64 * 1024 * 1024
const longestDiscardMilliseconds = 10_000
/** A client that owes bytes and sends none for so long is gone: its upload must not stay locked. */
const longestSilenceMilliseconds = 120_000

/**
 * A request's body, handed over in as few pieces as it came to lie here: reading it costs little more than receiving it.
 * Leaving the iteration early does not destroy the request, so that it can still be answered; call `discardRest` then.
 */
export class RequestBody implements UploadSource {
  readonly #request: IncomingMessage
  readonly #silence: number
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #state: 'open' | 'whole' | 'broken' = 'open'
  #wake: (() => void) | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(request: IncomingMessage, silenceMilliseconds = longestSilenceMilliseconds) {
    this.#request = request
    this.#silence = silenceMilliseconds
    request.on('data', this.#onData).on('end', this.#onEnd).on('error', this.stop).on('close', this.stop)
    request.pause()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Buffer[]> {
    for (;;) {
      if (this.#waiting.length > 0) {
        const taken = this.#waiting
        this.#waiting = []
        this.#waitingBytes = 0
        this.#request.resume()
        yield taken
        continue
      }
      if (this.#state === 'whole') return
      if (this.#state === 'broken') throw new Error('the body broke off')
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      // Counted only while somebody waits for bytes: a slow disk is no fault of the client's.
      this.#timer ??= setTimeout(this.stop, this.#silence).unref()
      this.#timer.refresh()
      this.#request.resume()
      await promise
    }
  }

  /** Nothing more is taken: whoever reads finds what is here already, then that it broke off. */
  readonly stop = (): void => this.#close('broken')

  /** Nobody reads on: takes what still comes off the socket and throws it away, within limits. */
  discardRest(): void {
    this.#waiting = []
    this.#close('broken')
    const request = this.#request
    if (request.complete || request.destroyed) return
    const timer = setTimeout(() => request.destroy(), longestDiscardMilliseconds)
    timer.unref()
    let discarded = 0
    request.on('error', () => {})
    request.on('close', () => clearTimeout(timer))
    request.on('end', () => clearTimeout(timer))
    request.on('data', (chunk: Buffer) => {
      discarded += chunk.length
      if (discarded > mostDiscarded) request.destroy()
    })
    request.resume()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= bufferedBytes) this.#request.pause()
    this.#notify()
  }

  readonly #onEnd = (): void => this.#close('whole')

  #close(state: 'whole' | 'broken'): void {
    if (this.#state !== 'open') return
    this.#state = state
    if (this.#timer) clearTimeout(this.#timer)
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('error', this.stop).off('close', this.stop)
    // An error that comes later is nobody's any more; without a listener it would end the process.
    this.#request.on('error', () => {})
    this.#notify()
  }

  #notify(): void {
    this.#wake?.()
    this.#wake = null
  }
}
