import { UploadBusy } from './errors.ts'

/** How long a request that takes over waits for the one before to let go. */
const takeOverMilliseconds = 10_000

interface Holder {
  readonly stop: () => void
  readonly released: Promise<void>
}

/**
 * One request at a time works on an upload. Whoever does not take over is refused at once, so that of two at the same offset
 * exactly one writes. Who asks for the offset or cancels takes over: a client that lost its connection does so while the
 * server still waits for bytes on the dead one, and that one is to end rather than the client be kept out.
 */
export class UploadLocker {
  readonly #holders = new Map<string, Holder>()

  /**
   * Returns how to let go. `stop` makes this request let go soon, keeping what has arrived. Throws UPLOAD_BUSY.
   */
  async acquire(id: string, takesOver: boolean, stop: () => void): Promise<() => void> {
    const deadline = performance.now() + takeOverMilliseconds
    for (let holder = this.#holders.get(id); holder; holder = this.#holders.get(id)) {
      if (!takesOver || performance.now() > deadline) throw new UploadBusy()
      holder.stop()
      await Promise.race([holder.released, sleepUntil(deadline)])
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#holders.set(id, { stop, released: promise })
    return () => {
      this.#holders.delete(id)
      resolve()
    }
  }

  /** Several at once, for what is made of them; all or none. */
  async acquireAll(ids: readonly string[]): Promise<() => void> {
    const held: (() => void)[] = []
    const release = () => {
      for (const each of held.splice(0)) each()
    }
    try {
      for (const id of new Set(ids)) held.push(await this.acquire(id, false, () => {}))
    } catch (error) {
      release()
      throw error
    }
    return release
  }
}

function sleepUntil(deadline: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, deadline - performance.now()) + 1).unref())
}
