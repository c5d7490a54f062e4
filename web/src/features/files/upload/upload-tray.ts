import { type Choice, resolveConflict, standingAnswer } from './conflict'
import type { PlannedFile } from './plan'
import type { Transport } from './transport'
import {
  applyFrame,
  byUrgency,
  foreignItem,
  isOpen,
  queuedItem,
  type TrayTotals,
  totalsOf,
  type UploadFrame,
  type UploadItem,
  type UploadProblem,
} from './upload-item'

/** Sent at once: enough to keep a disk busy, few enough that each shows progress. */
const AT_ONCE = 3
/** An upload that nobody here sends and that has stood still for this long is not being sent elsewhere either. */
const ELSEWHERE_MS = 12_000

export interface TraySnapshot {
  readonly items: readonly UploadItem[]
  readonly totals: TrayTotals
  /** The file whose taken name must be answered for now. */
  readonly asking: UploadItem | null
  /** How many others of the same batch could be answered with it. */
  readonly askingOthers: number
}

/** Everything that is being uploaded. It knows files and states; how bytes travel is the transport's, loaded when first needed. */
export class UploadTray {
  readonly #loadTransport: () => Promise<Transport>
  readonly #items = new Map<string, UploadItem>()
  readonly #transfers = new Map<string, { stop: () => Promise<void> }>()
  readonly #answers = new Map<number, Choice>()
  readonly #listeners = new Set<() => void>()
  readonly #standing = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #cancelled = new Set<string>()
  #queue: string[] = []
  #starting = 0
  #nextKey = 1
  #nextBatch = 1
  #snapshot: TraySnapshot | null = null
  #told = false

  constructor(loadTransport: () => Promise<Transport>) {
    this.#loadTransport = loadTransport
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  getSnapshot = (): TraySnapshot => {
    this.#snapshot ??= this.#takeSnapshot()
    return this.#snapshot
  }

  /** What was dropped or chosen together. A file that was interrupted at the same place goes on instead of beginning anew. */
  add(files: readonly PlannedFile[]) {
    const batch = this.#nextBatch++
    const interrupted = new Map([...this.#items.values()].filter((item) => item.state === 'interrupted').map((item) => [item.path, item]))
    for (const { path, file } of files) {
      const before = interrupted.get(path)
      if (before && before.length === file.size) {
        void this.choose(before.key, file).then((same) => {
          if (!same) this.#enqueue(queuedItem(String(this.#nextKey++), batch, path, file))
        })
      } else {
        this.#enqueue(queuedItem(String(this.#nextKey++), batch, path, file))
      }
    }
    this.#pump()
  }

  /** Files that never got as far as being queued: their folder could not be made. */
  addFailed(files: readonly PlannedFile[], problem: UploadProblem) {
    const batch = this.#nextBatch++
    for (const { path, file } of files) {
      this.#put({ ...queuedItem(String(this.#nextKey++), batch, path, file), state: 'failed', problem })
    }
  }

  /** The file of an interrupted upload, chosen again. False when it is not the one that was being sent. */
  async choose(key: string, file: File): Promise<boolean> {
    const item = this.#items.get(key)
    if (!item?.id || file.size !== item.length) return false
    const transport = await this.#loadTransport()
    if (!(await transport.isSameFile(file, item.path, item.id))) return false
    this.#enqueue({ ...item, file, state: 'queued', problem: null })
    this.#pump()
    return true
  }

  /** What the server says about one upload, its durable offset above all. */
  take(frame: UploadFrame) {
    if (this.#cancelled.has(frame.id)) return
    const item = this.#find(frame)
    if (!item) {
      if (frame.state === 'RECEIVING' || frame.state === 'VERIFYING') this.#put(foreignItem(frame))
      return
    }
    const next = applyFrame(item, frame)
    if (!next || (next.state === 'done' && item.file === null && item.state !== 'done' && item.key.startsWith('server:')))
      this.#drop(item.key)
    else this.#put(next)
    if (next?.state === 'elsewhere') this.#watchStanding(item.key)
  }

  /** The unfinished uploads the server knows; what is no longer among them is over. */
  takeUnfinished(frames: readonly UploadFrame[]) {
    const ids = new Set(frames.map((frame) => frame.id))
    for (const item of this.#items.values()) {
      if ((item.state === 'interrupted' || item.state === 'elsewhere') && item.id && !ids.has(item.id)) this.#drop(item.key)
    }
    for (const frame of frames) this.take(frame)
  }

  async pause(key: string) {
    const item = this.#items.get(key)
    if (!item || !isOpen(item)) return
    this.#put({ ...item, state: 'paused', bytesPerSecond: 0 })
    await this.#stop(key)
  }

  /** Goes on with what is paused, waits or failed. */
  resume(key: string) {
    const item = this.#items.get(key)
    if (!item?.file) return
    this.#enqueue({ ...item, state: 'queued', problem: null })
    this.#pump()
  }

  resumeWaiting() {
    for (const item of [...this.#items.values()]) if (item.state === 'waiting') this.resume(item.key)
  }

  pauseAll() {
    for (const item of [...this.#items.values()]) {
      if (item.state === 'queued' || item.state === 'sending' || item.state === 'waiting') void this.pause(item.key)
    }
  }

  resumeAll() {
    for (const item of [...this.#items.values()]) if (item.state === 'paused') this.resume(item.key)
  }

  /** Gives the upload up, also on the server. Throws what the server answered when that fails. */
  async cancel(key: string) {
    const item = this.#items.get(key)
    if (!item) return
    this.#drop(key)
    await this.#stop(key)
    if (!item.id || item.state === 'done') return
    this.#cancelled.add(item.id)
    try {
      await (await this.#loadTransport()).cancel(item.id)
    } catch (error) {
      this.#cancelled.delete(item.id)
      this.#put({ ...item, state: item.file ? 'paused' : 'interrupted', bytesPerSecond: 0 })
      throw error
    }
  }

  forgetDone() {
    for (const item of [...this.#items.values()]) if (item.state === 'done') this.#drop(item.key)
  }

  /** The person's answer for the file that is asked about, or for all of its batch. */
  answer(choice: Choice, forAll: boolean) {
    const { asking } = this.getSnapshot()
    if (!asking) return
    if (forAll) this.#answers.set(asking.batch, choice)
    for (const item of [...this.#items.values()]) {
      if (item.state !== 'asking' || (item !== asking && !(forAll && item.batch === asking.batch))) continue
      this.#settle(item, choice)
    }
    this.#pump()
  }

  #settle(item: UploadItem, choice: Choice) {
    const next = resolveConflict(item, choice)
    if (next) this.#enqueue(next)
    else this.#drop(item.key)
  }

  #find(frame: UploadFrame): UploadItem | undefined {
    for (const item of this.#items.values()) if (item.id === frame.id) return item
    // The first frame can be faster than the answer that says the id.
    for (const item of this.#items.values()) {
      if (item.state === 'sending' && item.id === null && item.path === frame.path) return item
    }
    return undefined
  }

  #pump() {
    while (this.#transfers.size + this.#starting < AT_ONCE) {
      const key = this.#queue.shift()
      if (key === undefined) return
      const item = this.#items.get(key)
      if (item?.state !== 'queued' || !item.file) continue
      this.#put({ ...item, state: 'sending' })
      void this.#send(key)
    }
  }

  async #send(key: string) {
    this.#starting += 1
    const transport = await this.#loadTransport().catch(() => null)
    this.#starting -= 1
    const item = this.#items.get(key)
    if (!item?.file || item.state !== 'sending') {
      this.#pump()
      return
    }
    if (!transport) {
      this.#put({ ...item, state: 'waiting' })
      return
    }
    const { file, path, ifExists, id } = item
    const transfer = transport.start(
      { file, path, ifExists, id },
      {
        onId: (given) => this.#change(key, (now) => ({ ...now, id: given })),
        onDone: () => {
          this.#change(key, (now) => ({ ...now, state: 'done', offset: now.length, bytesPerSecond: 0, file: null }))
          this.#ended(key)
        },
        onFailed: (problem, final) => {
          this.#change(key, (now) => this.#afterFailure(now, problem, final))
          this.#ended(key)
        },
      },
    )
    this.#transfers.set(key, transfer)
  }

  #afterFailure(item: UploadItem, problem: UploadProblem, final: boolean): UploadItem {
    if (item.state !== 'sending' && item.state !== 'verifying' && item.state !== 'failed') return item
    if (problem.code === 'NAME_TAKEN') {
      const standing = standingAnswer(this.#answers, item)
      if (standing === 'ask') return { ...item, id: null, state: 'asking', problem, bytesPerSecond: 0 }
      queueMicrotask(() => {
        this.#settle({ ...item, id: null }, standing)
        this.#pump()
      })
      return item
    }
    // The server has forgotten it (expired, restarted without it): what can be done is to begin again.
    const id = problem.code === 'UPLOAD_NOT_FOUND' ? null : item.id
    return { ...item, id, state: final ? 'failed' : 'waiting', problem, bytesPerSecond: 0 }
  }

  #ended(key: string) {
    this.#transfers.delete(key)
    this.#pump()
  }

  async #stop(key: string) {
    const transfer = this.#transfers.get(key)
    this.#transfers.delete(key)
    this.#pump()
    await transfer?.stop()
  }

  #watchStanding(key: string) {
    clearTimeout(this.#standing.get(key))
    const still = () => this.#change(key, (now) => (now.state === 'elsewhere' ? { ...now, state: 'interrupted', bytesPerSecond: 0 } : now))
    this.#standing.set(key, setTimeout(still, ELSEWHERE_MS))
  }

  #enqueue(item: UploadItem) {
    this.#put(item)
    this.#queue.push(item.key)
  }

  #change(key: string, next: (now: UploadItem) => UploadItem) {
    const item = this.#items.get(key)
    if (item) this.#put(next(item))
  }

  #put(item: UploadItem) {
    this.#items.set(item.key, item)
    this.#tell()
  }

  #drop(key: string) {
    this.#items.delete(key)
    this.#tell()
  }

  /** Thousands of changes in one turn are told once. */
  #tell() {
    this.#snapshot = null
    if (this.#told) return
    this.#told = true
    queueMicrotask(() => {
      this.#told = false
      for (const listener of this.#listeners) listener()
    })
  }

  #takeSnapshot(): TraySnapshot {
    const items = byUrgency([...this.#items.values()])
    const asking = items.find((item) => item.state === 'asking') ?? null
    const rest = asking ? items.filter((item) => item.batch === asking.batch && item !== asking && isOpen(item)).length : 0
    return { items, totals: totalsOf(items), asking, askingOthers: rest }
  }
}
