import type { Lock, Locker } from '@tus/server'
import { UploadBusy } from './errors.ts'

/** How long a request that takes over waits for the one before to let go. */
const takeOverMilliseconds = 10_000

interface Holder {
  readonly release: () => void
  readonly released: Promise<void>
}

/**
 * One request at a time works on an upload. A second PATCH is refused at once, so that of two at the same offset exactly
 * one writes. HEAD and DELETE take over: a client that lost its connection asks for the offset while the server still
 * waits for bytes on the dead one, and tus wants that one ended rather than the client kept out.
 */
export class UploadLocker {
  readonly #holders = new Map<string, Holder>()

  /** The locker of one request; `stop` makes that request let go soon, keeping what has arrived. */
  forRequest(method: string, stop: () => void): Locker {
    return { newLock: (id) => this.#newLock(id, method === 'HEAD' || method === 'DELETE', stop) }
  }

  #newLock(id: string, takesOver: boolean, stop: () => void): Lock {
    const { promise, resolve } = Promise.withResolvers<void>()
    return {
      lock: async (signal) => {
        const deadline = performance.now() + takeOverMilliseconds
        for (let holder = this.#holders.get(id); holder; holder = this.#holders.get(id)) {
          if (!takesOver || performance.now() > deadline || signal.aborted) throw new UploadBusy()
          holder.release()
          await Promise.race([holder.released, sleepUntil(deadline)])
        }
        this.#holders.set(id, { release: stop, released: promise })
      },
      unlock: async () => {
        this.#holders.delete(id)
        resolve()
      },
    }
  }
}

function sleepUntil(deadline: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, deadline - performance.now()) + 1).unref())
}
