import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RaidArray } from './model.ts'
import type { RaidBackend } from './port.ts'

/** A backend on a machine that the test can bring into the situations that every backend must tell apart. */
export interface RaidBench {
  readonly backend: RaidBackend
  /** A mirror of two that is whole and idle: where every bench begins. */
  pullSecondMember(): Promise<void>
  /** The second place is being rebuilt, or checked, and has advanced some way. */
  rebuildSecondMember(): Promise<void>
  check(): Promise<void>
  /** What is under way gets further. */
  advance(): Promise<void>
  dispose(): Promise<void>
}

/** What every RaidBackend must do. */
export function raidBackendContract(name: string, createBench: () => Promise<RaidBench>): void {
  describe(`${name} as a RaidBackend`, () => {
    let bench: RaidBench

    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
      bench = await createBench()
    })
    afterEach(async () => {
      await bench.dispose()
      vi.useRealTimers()
    })

    async function only(): Promise<RaidArray> {
      const arrays = await bench.backend.list()
      for (const array of arrays) expectSound(array)
      expect(arrays).toHaveLength(1)
      return arrays[0] as RaidArray
    }

    it('lists a mirror that is whole', async () => {
      const array = await only()
      expect(array).toMatchObject({ name: 'md0', level: 'RAID1', state: 'CLEAN', sync: null })
      expect(array.members.map(({ slot, state }) => [slot, state])).toEqual([
        [0, 'IN_SYNC'],
        [1, 'IN_SYNC'],
      ])
      expect(array.size).toBeGreaterThan(0)
    })

    it('shows the place of a disk that is gone', async () => {
      await bench.pullSecondMember()
      const array = await only()
      expect(array).toMatchObject({ state: 'DEGRADED', sync: null })
      expect(array.members).toContainEqual({ device: 'missing', slot: 1, state: 'MISSING', writeMostly: false })
    })

    it('shows a rebuild that rises', async () => {
      await bench.rebuildSecondMember()
      const before = await only()
      expect(before).toMatchObject({ state: 'RECOVERING', sync: { action: 'RECOVERY', waiting: false } })
      expect(before.members.find(({ slot }) => slot === 1)?.state).toBe('REBUILDING')
      await bench.advance()
      const after = await only()
      expect(after.sync?.done).toBeGreaterThan(before.sync?.done ?? Number.NaN)
      expect(after.sync?.percent).toBeGreaterThan(before.sync?.percent ?? Number.NaN)
      expect(after.sync?.etaSeconds).toBeLessThan(before.sync?.etaSeconds ?? Number.NaN)
    })

    it('shows a check of an array that stays whole', async () => {
      await bench.check()
      expect(await only()).toMatchObject({ state: 'CHECKING', sync: { action: 'CHECK' } })
    })

    it('says that something may have changed while it is watched, at most a second late, and nothing after', async () => {
      let told = 0
      const stop = bench.backend.watch(() => {
        told += 1
      })
      await bench.pullSecondMember()
      vi.advanceTimersByTime(1000)
      expect(told).toBeGreaterThan(0)
      stop()
      const before = told
      await bench.check().catch(() => undefined)
      vi.advanceTimersByTime(10_000)
      expect(told).toBe(before)
      expect(vi.getTimerCount()).toBe(0)
    })
  })
}

/** What holds of every array whatever happens to it. */
function expectSound({ members, sync, state }: RaidArray): void {
  const slots = members.map(({ slot }) => slot).filter((slot) => slot !== null)
  expect(slots).toEqual(slots.map((_, slot) => slot))
  const lacks = members.some(({ slot, state: member }) => slot !== null && member !== 'IN_SYNC')
  expect(['CLEAN', 'ACTIVE', 'CHECKING', 'REPAIRING', 'RESYNCING'].includes(state)).toBe(!lacks)
  if (!sync) return
  expect(sync.percent).toBeGreaterThanOrEqual(0)
  expect(sync.percent).toBeLessThanOrEqual(100)
  expect(sync.done).toBeLessThanOrEqual(sync.total)
}
