import { setTimeout } from 'node:timers/promises'
import { vi } from 'vitest'
import { storageProblem } from './errors.ts'
import { OpenFolder } from './open-folder.ts'

const steps = ['moveOver', 'linkTo', 'linkAs', 'removeFile', 'makeFolder', 'sync'] as const

/**
 * Every change of the disk that the storage makes, each with a moment before and one after it: at any of them the work can be
 * made to stand still for ever, as a kill leaves it, or to fail. What stood still is let go with `release`, once all has been
 * looked at.
 */
export class DiskSteps {
  #passed = 0
  #stopAt = Number.POSITIVE_INFINITY
  #fault: { readonly at: number; readonly code: string } | null = null
  #standStill = Promise.withResolvers<never>()

  /** Until `vi.restoreAllMocks()`. */
  watch(): void {
    for (const step of steps) {
      const real = OpenFolder.prototype[step] as (...given: unknown[]) => Promise<unknown>
      const pass = async (): Promise<number> => {
        const number = this.#passed++
        if (number === this.#stopAt) await this.#standStill.promise
        return number
      }
      const fail = (code: string) => storageProblem(Object.assign(new Error(code), { code, syscall: step }), '/')
      const faultAt = (number: number) => (this.#fault?.at === number ? fail(this.#fault.code) : null)
      const watched = async function (this: OpenFolder, ...given: unknown[]) {
        const fault = faultAt(await pass())
        if (fault) throw fault
        const result = await real.apply(this, given)
        await pass()
        return result
      }
      vi.spyOn(OpenFolder.prototype, step).mockImplementation(watched as never)
    }
  }

  /** Runs `work` and stands still at this moment, from 0. True when it came to its end before. */
  async stopAt(moment: number, work: Promise<unknown>): Promise<boolean> {
    return Promise.race([work.then(() => true), this.#standing(moment)])
  }

  arm(moment: number): void {
    this.#passed = 0
    this.#stopAt = moment
  }

  /** The step, from 0, fails with the code. */
  failAt(step: number, code: string): void {
    this.#passed = 0
    this.#fault = { at: step * 2, code }
  }

  /** Nothing stands still or fails from now on; what stands still stays. */
  disarm(): void {
    this.#stopAt = Number.POSITIVE_INFINITY
    this.#fault = null
  }

  release(): void {
    this.#standStill.promise.catch(() => {})
    this.#standStill.reject(new Error('stopped'))
    this.#standStill = Promise.withResolvers()
  }

  async #standing(moment: number): Promise<false> {
    while (this.#passed <= moment && this.#stopAt === moment) await setTimeout(1)
    return setTimeout(5, false)
  }
}
