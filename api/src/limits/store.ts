import type { Rate } from './table.ts'

/** Tokens to take out of one bucket. */
export interface Take {
  readonly key: string
  readonly rate: Rate
  readonly cost: number
}

/** What happened to a request for tokens. */
export interface Taken {
  /** 0 when they were taken, from every bucket; else how long until this could be, and none was taken from any. */
  readonly waitMs: number
}

/** How the wait grows with each attempt that was not forgotten. */
export interface Backoff {
  /** So many attempts cost nothing. */
  readonly free: number
  /** The wait after the next one; it doubles with each further. */
  readonly firstMs: number
  readonly longestMs: number
  /** Without an attempt for so long, counting begins anew. */
  readonly forgetMs: number
}

/** A row to wait in: one turn each `intervalMs`, `burst` of them at once after a quiet time. */
export interface Row {
  readonly burst: number
  readonly intervalMs: number
  /** Nobody is given a turn that is further away. */
  readonly longestMs: number
  /** A turn that is not taken for so long is gone. */
  readonly holdMs: number
}

/** Where counts are kept. Every method is one atomic step, however many processes share the store. */
export interface LimitStore {
  /** Takes from all buckets or from none. */
  take(takes: readonly Take[]): Promise<Taken>
  /** Puts tokens back, up to what the bucket holds. */
  giveBack(takes: readonly Take[]): Promise<void>
  /** Counts an attempt and answers 0; or how long the last one's wait still lasts, and this one does not count. */
  attempt(key: string, backoff: Backoff): Promise<number>
  /** Takes back one attempt, and the wait that the last one began: nothing was tried after all. */
  withdraw(key: string, backoff: Backoff): Promise<void>
  /** 0 when it is the holder's turn, which is used up by asking; else how long until it is. `longestMs` too when no turn is left to give. */
  turn(row: string, holder: string, rules: Row): Promise<number>
  /** The turn that was just used is the holder's again. */
  returnTurn(row: string, holder: string, rules: Row): Promise<void>
  remember(key: string, forMs: number): Promise<void>
  remembers(key: string): Promise<boolean>
  forget(key: string): Promise<void>
  close(): Promise<void>
}
