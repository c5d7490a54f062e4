import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Region, RunningDigest, readAgain, readInto } from './upload-digest.ts'
import type { PartChecksum } from './upload-model.ts'
import type { Seals } from './upload-seals.ts'

type Algorithm = PartChecksum['algorithm'] | null
type Asked =
  | { do: 'begin'; id: string; region: Region; whole: boolean; algorithm: Algorithm }
  | { do: 'update'; id: string; memory: SharedArrayBuffer; bytes: number }
  | { do: 'partDigest' | 'takeBack' | 'digest' | 'seals' | 'forget'; id: string }
  | { do: 'check'; id: string; region: Region }
  | { do: 'assemble'; parts: readonly { region: Region; seals: Seals | null }[] }
export type DigestOrder = Asked & { number: number }
export interface DigestAnswer {
  readonly number: number
  readonly value: boolean | string | Uint8Array | Seals | null
  readonly error?: string
}

/** What is smaller is hashed where it is: to hand it over would cost more than to do it. */
export const smallUpload = 64 * 1024
const mostWorkers = 4
/** Uploads that rest with what is known of their bytes; of one that was forgotten they are read again, once. */
const mostResting = 256

/** What one request's bytes are told to. Each call is answered when the bytes of its arguments are free again. */
export interface DigestOfUpload {
  update(memory: Buffer): Promise<void> | void
  partDigest(): Promise<Uint8Array | null>
  /** As if the request had not been. */
  takeBack(): Promise<void>
  /** SHA-256 of the whole, hexadecimal. */
  digest(): Promise<string>
  /** Whether the disk gives back what was written to it. */
  check(region: Region): Promise<boolean>
  /** The request has ended; what is known is kept for the next, while there is room. */
  rest(): void
}

export interface DigestStart {
  readonly region: Region
  /** How long the upload is said to become; null when that is not known. */
  readonly length: number | null
  /** False for parts: their file is hashed when it is put together. */
  readonly whole: boolean
  readonly algorithm: Algorithm
}

/** Hashes uploads off the event loop, in a bounded number of threads that start with the first upload worth it. */
export class UploadDigests {
  readonly #small = new Map<string, RunningDigest>()
  /** Which thread knows an upload. The order is that of use. */
  readonly #homes = new Map<string, HashThread>()
  readonly #active = new Set<string>()
  readonly #threads: HashThread[] = []
  readonly #size = Math.max(1, Math.min(mostWorkers, availableParallelism() - 1))

  /** Goes on behind `region`, which the disk has already. Null when it has less. */
  async begin(id: string, { region, length, whole, algorithm }: DigestStart): Promise<DigestOfUpload | null> {
    if (length !== null && length <= smallUpload) return this.#beginHere(id, region, whole, algorithm)
    const thread = this.#threadOf(id)
    const begun = thread.ask({ do: 'begin', id, region, whole, algorithm })
    // With nothing to read it cannot go wrong: the first bytes need not wait until the thread has started.
    if (region.length === 0) begun.catch(() => {})
    else if (!(await begun)) return null
    this.#active.add(id)
    return {
      update: async (memory) => {
        await thread.ask({ do: 'update', id, memory: memory.buffer as unknown as SharedArrayBuffer, bytes: memory.length })
      },
      partDigest: () => thread.ask({ do: 'partDigest', id }) as Promise<Uint8Array | null>,
      takeBack: async () => {
        if (!(await thread.ask({ do: 'takeBack', id }))) this.forget(id)
      },
      digest: () => thread.ask({ do: 'digest', id }) as Promise<string>,
      check: (written) => thread.ask({ do: 'check', id, region: written }) as Promise<boolean>,
      rest: () => this.#rest(id),
    }
  }

  async #beginHere(id: string, region: Region, whole: boolean, algorithm: Algorithm): Promise<DigestOfUpload | null> {
    let digest = this.#small.get(id)
    if (digest?.position !== region.length) {
      digest = new RunningDigest(whole)
      if (!(await readInto(digest, region))) return null
      this.#small.set(id, digest)
    }
    const known = digest
    known.beginPart(algorithm)
    this.#active.add(id)
    return {
      update: (memory) => known.update(memory),
      partDigest: async () => known.partDigest(),
      takeBack: async () => {
        if (!known.takeBack()) this.forget(id)
      },
      digest: async () => known.digest(),
      check: (written) => readAgain(written, known.sealer.seals(), null),
      rest: () => this.#rest(id),
    }
  }

  /** SHA-256 of parts in this order, hexadecimal; null when the disk does not give back what was written to it. */
  async assemble(parts: readonly { id: string; region: Region }[]): Promise<string | null> {
    const sealed = await Promise.all(parts.map(async ({ id, region }) => ({ region, seals: await this.#sealsOf(id, region.length) })))
    if (sealed.every(({ region }) => region.length <= smallUpload)) {
      const hash = createHash('sha256')
      for (const { region, seals } of sealed) if (!(await readAgain(region, seals, hash))) return null
      return hash.digest('hex')
    }
    return (await this.#leastBusy().ask({ do: 'assemble', parts: sealed })) as string | null
  }

  async #sealsOf(id: string, length: number): Promise<Seals | null> {
    const seals =
      this.#small.get(id)?.sealer.seals() ?? ((await this.#homes.get(id)?.ask({ do: 'seals', id })) as Seals | null | undefined) ?? null
    // Of a part that was resumed after a start by another process: what it read from the disk is sealed too.
    return seals && seals.blocks.reduce((sum, { bytes }) => sum + bytes, 0) === length ? seals : null
  }

  /** What was known of the upload is not needed any more, or not true any more. */
  forget(id: string): void {
    this.#small.delete(id)
    const home = this.#homes.get(id)
    this.#homes.delete(id)
    void home?.ask({ do: 'forget', id }).catch(() => {})
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()))
  }

  #rest(id: string): void {
    this.#active.delete(id)
    for (const known of [this.#small, this.#homes]) {
      if (known.size <= mostResting) continue
      for (const each of known.keys()) {
        if (this.#active.has(each)) continue
        this.forget(each)
        break
      }
    }
  }

  #threadOf(id: string): HashThread {
    const home = this.#homes.get(id)
    const thread = home && !home.isOver ? home : this.#leastBusy()
    this.#homes.delete(id)
    this.#homes.set(id, thread)
    return thread
  }

  #leastBusy(): HashThread {
    const alive = this.#threads.filter((thread) => !thread.isOver)
    this.#threads.splice(0, this.#threads.length, ...alive)
    const idle = alive.find((thread) => thread.waiting === 0)
    if (idle) return idle
    if (alive.length < this.#size) {
      const thread = new HashThread()
      this.#threads.push(thread)
      return thread
    }
    return alive.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least))
  }
}

/** One worker, and what it was asked and has not answered. */
class HashThread {
  readonly #worker = new Worker(new URL('./upload-digest-worker.ts', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 4 } })
  readonly #asked = new Map<number, { resolve: (value: DigestAnswer['value']) => void; reject: (error: Error) => void }>()
  #number = 0
  isOver = false

  constructor() {
    this.#worker.on('message', ({ number, value, error }: DigestAnswer) => {
      const asked = this.#asked.get(number)
      this.#asked.delete(number)
      if (this.#asked.size === 0) this.#worker.unref()
      if (error === undefined) asked?.resolve(value)
      else asked?.reject(new Error(`hashing an upload failed: ${error}`))
    })
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#end(new Error('the thread that hashes uploads has ended')))
    this.#worker.unref()
  }

  get waiting(): number {
    return this.#asked.size
  }

  ask(order: Asked): Promise<DigestAnswer['value']> {
    if (this.isOver) return Promise.reject(new Error('the thread that hashes uploads has ended'))
    const { promise, resolve, reject } = Promise.withResolvers<DigestAnswer['value']>()
    const number = this.#number++
    if (this.#asked.size === 0) this.#worker.ref()
    this.#asked.set(number, { resolve, reject })
    this.#worker.postMessage({ ...order, number })
    return promise
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  /** What it knew is lost; whoever goes on reads the bytes again. */
  #end(error: Error): void {
    this.isOver = true
    for (const { reject } of this.#asked.values()) reject(error)
    this.#asked.clear()
  }
}
