import type { IncomingMessage } from 'node:http'

/** Bytes that wait in memory between the socket and whoever reads the body. */
const bufferedBytes = 1024 * 1024
/** After an early answer so much of the body, or for so long, is still read, so that the client gets to read the answer. */
const mostDiscarded = 64 * 1024 * 1024
const longestDiscardMilliseconds = 10_000

export interface RequestBody {
  readonly stream: ReadableStream<Uint8Array>
  /** Nobody reads on: takes what still comes off the socket and throws it away, within limits. */
  discardRest(): void
}

/**
 * A request's body as a web stream that can be let go of. Node's own conversion cannot: once it has begun, the rest of the
 * body would pile up in it.
 */
export function requestBody(request: IncomingMessage): RequestBody {
  let controller: ReadableStreamDefaultController<Uint8Array>
  let open = true
  const close = (finish: () => void) => {
    if (!open) return
    open = false
    request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak)
    finish()
  }
  const onData = (chunk: Buffer) => {
    controller.enqueue(chunk)
    if ((controller.desiredSize ?? 0) <= 0) request.pause()
  }
  const onEnd = () => close(() => controller.close())
  const onBreak = () => close(() => controller.error(new Error('the client broke off')))
  const stream = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given
        request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak)
        request.pause()
      },
      pull: () => void request.resume(),
      cancel: () => close(() => {}),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferedBytes }),
  )
  return {
    stream,
    discardRest() {
      close(() => controller.error(new Error('the rest of the body is not wanted')))
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
    },
  }
}
