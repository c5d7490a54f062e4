export interface EntryWindow<T> {
  entries: readonly T[]
  totalCount: number
}

/** Reads entries `offset` … `offset + first - 1`. */
export type ReadWindow<T> = (offset: number, first: number, signal: AbortSignal) => Promise<EntryWindow<T>>

export const WINDOW = 200
/** Windows kept: what a hand on the scroll bar comes back to. Ten times what fits on a tall screen. */
const KEPT = 12
/** A window must stay in view this long before it is asked for: a drag through 100,000 entries asks for its end only. */
const SETTLE_MS = 60
/** Rows read ahead on both sides, so that a wheel does not run into what is not here. */
const AHEAD = 80
const REREAD_EVERY_MS = 300

/**
 * The entries of one folder in one order, read in windows as they come into view. Outside the graph's cache: 100,000 rows
 * normalised one by one would cost more than the list.
 */
export class EntryPages<T extends { id: string }> {
  readonly #read: ReadWindow<T>
  readonly #windows = new Map<number, readonly T[]>()
  readonly #pending = new Map<number, { abort: AbortController; done: Promise<void> }>()
  readonly #listeners = new Set<() => void>()
  #total: number | null = null
  #failure: unknown = null
  #version = 0
  #from = 0
  #to = 0
  readonly #settling = new Map<number, ReturnType<typeof setTimeout>>()
  #rereadTimer: ReturnType<typeof setTimeout> | undefined
  #rereadAt = 0
  #rereading = false
  #closed = false
  /** Told before a new list is shown by how many rows what is at the top of the view has moved. */
  onShift: ((rows: number) => void) | null = null

  constructor(read: ReadWindow<T>) {
    this.#read = read
  }

  /** Null until the first window is there. */
  get totalCount() {
    return this.#total
  }

  /** Why a window that is wanted is not there. */
  get failure() {
    return this.#failure
  }

  at(index: number): T | undefined {
    return this.#windows.get(Math.floor(index / WINDOW))?.[index % WINDOW]
  }

  /** Where an entry stands, when it is in a window that is kept. */
  indexOf(id: string): number | null {
    for (const [number, entries] of this.#windows) {
      const within = entries.findIndex((entry) => entry.id === id)
      if (within !== -1) return number * WINDOW + within
    }
    return null
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  getVersion = (): number => this.#version

  /** What is in view now. Requests for windows that have been passed are dropped. */
  show(from: number, to: number) {
    this.#from = from
    this.#to = to
    const wanted = this.#wanted()
    for (const [number, { abort }] of this.#pending) {
      if (!wanted.includes(number)) abort.abort()
    }
    for (const [number, timer] of this.#settling) {
      if (wanted.includes(number)) continue
      clearTimeout(timer)
      this.#settling.delete(number)
    }
    for (const number of wanted) {
      if (this.#windows.has(number) || this.#pending.has(number) || this.#settling.has(number)) continue
      const read = () => {
        this.#settling.delete(number)
        void this.#readWindow(number)
      }
      if (this.#total === null) read()
      else this.#settling.set(number, setTimeout(read, SETTLE_MS))
    }
  }

  /** One entry, read when it is not here: where a key press leads. */
  async load(index: number): Promise<T | undefined> {
    const number = Math.floor(index / WINDOW)
    if (!this.#windows.has(number)) await this.#readWindow(number)
    return this.at(index)
  }

  /** All entries between two places, both included: what shift selects. */
  async range(from: number, to: number): Promise<T[]> {
    const found: T[] = []
    for (let number = Math.floor(from / WINDOW); number <= Math.floor(to / WINDOW); number += 1) {
      const here = this.#windows.get(number) ?? (await this.#read(number * WINDOW, WINDOW, new AbortController().signal)).entries
      found.push(...here.filter((_, within) => number * WINDOW + within >= from && number * WINDOW + within <= to))
    }
    return found
  }

  /** Entries as they are now, put where they stand. False when one is not here or would change its place. */
  replace(changed: readonly T[], staysInPlace: (before: T, after: T) => boolean): boolean {
    const places = changed.map((entry) => ({ entry, index: this.indexOf(entry.id) }))
    let all = true
    for (const { entry, index } of places) {
      const before = index === null ? undefined : this.at(index)
      if (index === null || !before || !staysInPlace(before, entry)) {
        all = false
        continue
      }
      const number = Math.floor(index / WINDOW)
      this.#windows.set(number, (this.#windows.get(number) ?? []).with(index % WINDOW, entry))
    }
    if (places.length > 0) this.#publish()
    return all
  }

  /** The list is no longer what it was: reads what is in view again, shows the old until the new is whole. */
  reread() {
    if (this.#closed || this.#rereadTimer !== undefined) return
    const wait = Math.max(0, this.#rereadAt + REREAD_EVERY_MS - Date.now())
    this.#rereadTimer = setTimeout(() => void this.#rereadNow(), wait)
  }

  retry() {
    this.#failure = null
    this.#publish()
    if (this.#total === null) this.#request()
    else this.reread()
  }

  /** Reads from now on; also again after `close`. */
  open() {
    this.#closed = false
    this.#request()
  }

  close() {
    this.#closed = true
    for (const timer of this.#settling.values()) clearTimeout(timer)
    this.#settling.clear()
    clearTimeout(this.#rereadTimer)
    this.#rereadTimer = undefined
    for (const { abort } of this.#pending.values()) abort.abort()
  }

  #wanted(): number[] {
    const end = this.#total === null ? this.#to : Math.min(this.#to + AHEAD, Math.max(0, this.#total - 1))
    const first = Math.floor(Math.max(0, this.#from - AHEAD) / WINDOW)
    const last = Math.max(first, Math.floor(end / WINDOW))
    return Array.from({ length: last - first + 1 }, (_, step) => first + step)
  }

  #request() {
    for (const number of this.#wanted()) {
      if (!this.#windows.has(number)) void this.#readWindow(number)
    }
  }

  #readWindow(number: number): Promise<void> {
    const already = this.#pending.get(number)
    if (already) return already.done
    const abort = new AbortController()
    const done = this.#read(number * WINDOW, WINDOW, abort.signal).then(
      (window) => {
        if (abort.signal.aborted) return
        this.#failure = null
        this.#total = window.totalCount
        this.#keep(number, window.entries)
        this.#publish()
      },
      (error: unknown) => {
        if (abort.signal.aborted) return
        this.#failure = error
        this.#publish()
      },
    )
    const settled = done.finally(() => {
      if (this.#pending.get(number)?.abort === abort) this.#pending.delete(number)
    })
    this.#pending.set(number, { abort, done: settled })
    abort.signal.addEventListener('abort', () => this.#pending.delete(number))
    return settled
  }

  #keep(number: number, entries: readonly T[]) {
    this.#windows.delete(number)
    this.#windows.set(number, entries)
    const wanted = this.#wanted()
    for (const old of this.#windows.keys()) {
      if (this.#windows.size <= KEPT) break
      if (!wanted.includes(old)) this.#windows.delete(old)
    }
  }

  async #rereadNow() {
    // From here on a further change means a further read: this one may have begun too early for it.
    this.#rereadTimer = undefined
    this.#rereadAt = Date.now()
    if (this.#rereading) {
      this.reread()
      return
    }
    this.#rereading = true
    const numbers = this.#wanted()
    try {
      const signal = new AbortController().signal
      const fresh = await Promise.all(numbers.map((number) => this.#read(number * WINDOW, WINDOW, signal)))
      if (!this.#closed) this.#swap(numbers, fresh)
    } catch (error) {
      if (!this.#closed) {
        this.#failure = error
        this.#publish()
      }
    } finally {
      this.#rereading = false
    }
  }

  #swap(numbers: readonly number[], fresh: readonly EntryWindow<T>[]) {
    const top = this.at(this.#from)
    for (const { abort } of this.#pending.values()) abort.abort()
    this.#windows.clear()
    this.#total = fresh[0]?.totalCount ?? 0
    this.#failure = null
    for (const [step, number] of numbers.entries()) this.#windows.set(number, fresh[step]?.entries ?? [])
    const now = top ? this.indexOf(top.id) : null
    if (now !== null && now !== this.#from) this.onShift?.(now - this.#from)
    this.#publish()
    this.show(this.#from, this.#to)
  }

  #publish() {
    if (this.#closed) return
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }
}
