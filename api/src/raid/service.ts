import type { Actor } from '../auth/model.ts'

import { type Bus, type Reader, startingWith, stateTopic } from '../platform/bus.ts'
import { ArrayNotFound } from './errors.ts'
import type { RaidArray } from './model.ts'
import { requireReadArrays } from './policy.ts'
import type { RaidBackend } from './port.ts'
import { type RaidReading, watchChanges } from './watch-changes.ts'

/** All arrays whenever one of them changed: readers find out which. One topic, so that no array's news replaces another's. */
const raidRead = stateTopic<RaidReading>('raid.read')

/** The arrays of this machine. Everybody signed in may read them. */
export class RaidService {
  readonly #bus: Bus
  readonly #backend: RaidBackend
  #lastPublished = ''
  #reading = false
  #readAgain = false
  #stopWatching: (() => void) | null = null

  constructor({ bus, backend }: { bus: Bus; backend: RaidBackend }) {
    this.#bus = bus
    this.#backend = backend
    // Reading costs something: only while somebody looks.
    bus.onDemand(raidRead, { wanted: () => this.#begin(), unwanted: () => this.#end() })
  }

  /** By name. Throws UNAVAILABLE where this machine has nothing that knows of arrays, UNAUTHENTICATED. */
  async arrays(actor: Actor): Promise<readonly RaidArray[]> {
    requireReadArrays(actor)
    return this.#backend.list()
  }

  /** Null when there is no array of this name. Throws like `arrays`. */
  async array(actor: Actor, name: string): Promise<RaidArray | null> {
    const arrays = await this.arrays(actor)
    return arrays.find((array) => array.name === name) ?? null
  }

  /**
   * Every array (or the one of this name) as it is now, then each one again when something about it differs. The stream
   * fails with UNAVAILABLE when arrays cannot be read any more. Throws like `arrays`, and ARRAY_NOT_FOUND.
   */
  async watch(actor: Actor, name: string | null): Promise<Reader<RaidArray>> {
    requireReadArrays(actor)
    // Attached before the present is read: nothing that changes meanwhile is missed.
    const reader = this.#bus.watch(raidRead, '')
    try {
      const arrays = await this.#backend.list()
      if (name !== null && !arrays.some((array) => array.name === name)) throw new ArrayNotFound(name)
      return watchChanges(
        startingWith<RaidReading>(() => ({ arrays }), reader),
        name,
      )
    } catch (error) {
      await reader.return()
      throw error
    }
  }

  #begin(): void {
    this.#lastPublished = ''
    this.#stopWatching = this.#backend.watch(() => void this.#read())
  }

  #end(): void {
    this.#stopWatching?.()
    this.#stopWatching = null
  }

  /** One read at a time; what changes during a read is read right after it. */
  async #read(): Promise<void> {
    this.#readAgain = true
    if (this.#reading) return
    this.#reading = true
    while (this.#readAgain) {
      this.#readAgain = false
      this.#publish(await this.#readOnce())
    }
    this.#reading = false
  }

  async #readOnce(): Promise<RaidReading> {
    try {
      return { arrays: await this.#backend.list() }
    } catch (failure) {
      return { failure }
    }
  }

  #publish(reading: RaidReading): void {
    const text = 'arrays' in reading ? JSON.stringify(reading.arrays) : null
    if (text === this.#lastPublished) return
    this.#lastPublished = text ?? ''
    this.#bus.publish(raidRead, '', reading)
  }
}
