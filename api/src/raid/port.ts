import type { RaidArray } from './model.ts'

/** Where arrays are read. */
export interface RaidBackend {
  /** All arrays as they are now, by name. Throws Unavailable, with the reason, where there is nothing to read them from. */
  list(): Promise<readonly RaidArray[]>
  /** Calls `changed` whenever something may have changed, until the returned function is called. Costs something meanwhile. */
  watch(changed: () => void): () => void
}
