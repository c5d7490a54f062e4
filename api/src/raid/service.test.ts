import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../auth/model.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { Unauthenticated, Unavailable } from '../platform/errors.ts'
import { World } from '../simulation/world.ts'
import { ArrayNotFound } from './errors.ts'
import type { RaidArray } from './model.ts'
import type { RaidBackend } from './port.ts'
import { RaidService } from './service.ts'
import { SimulatedRaid } from './simulated.ts'

const anonymous: Actor = { kind: 'anonymous', address: '::1', client: null, requestId: 'r' }
const viewer: Actor = {
  kind: 'user',
  scopes: null,
  confirmedAt: null,
  mustEnrol: false,
  client: null,
  userId: 'u',
  username: 'vera',
  role: 'VIEWER',
  sessionId: 's',
  expiresAt: new Date(Date.UTC(2030, 0)),
  address: '::1',
  requestId: 'r',
}

let bus: Bus
let world: World
let raid: RaidService

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  bus = new Bus()
  world = new World({ clock: systemClock })
  raid = new RaidService({ bus, backend: new SimulatedRaid(world) })
})
afterEach(() => {
  vi.useRealTimers()
})

async function quiet(next: Promise<unknown>): Promise<boolean> {
  await vi.advanceTimersByTimeAsync(3_000)
  return (await Promise.race([next, Promise.resolve('quiet')])) === 'quiet'
}

it('refuses everything without a session', async () => {
  await expect(raid.arrays(anonymous)).rejects.toBeInstanceOf(Unauthenticated)
  await expect(raid.array(anonymous, 'md0')).rejects.toBeInstanceOf(Unauthenticated)
  await expect(raid.watch(anonymous, null)).rejects.toBeInstanceOf(Unauthenticated)
})

it('finds an array by its name, or null', async () => {
  expect((await raid.array(viewer, 'md0'))?.state).toBe('CLEAN')
  expect(await raid.array(viewer, 'md7')).toBeNull()
})

describe('watch', () => {
  it('yields the present, then nothing while nothing changes, then what is done to the array at once', async () => {
    const stream = await raid.watch(viewer, null)
    expect((await stream.next()).value).toMatchObject({ name: 'md0', state: 'CLEAN' })
    const next = stream.next()
    expect(await quiet(next)).toBe(true)
    world.pullDisk('sdb')
    expect((await next).value?.state).toBe('DEGRADED')
  })

  it('shows a rebuild rise to its end', async () => {
    world.pullDisk('sdb')
    const stream = await raid.watch(viewer, 'md0')
    await stream.next()
    world.addMember('md0', 'sdc')
    const percents: number[] = []
    let last: RaidArray
    do {
      const frame = stream.next()
      await vi.advanceTimersByTimeAsync(1_000)
      last = (await frame).value
      if (last.sync) percents.push(last.sync.percent)
    } while (last.state === 'RECOVERING')
    expect(percents.length).toBeGreaterThan(150)
    expect(percents).toEqual([...percents].sort((a, b) => a - b))
    expect(percents.at(-1)).toBeGreaterThan(99)
    expect(last).toMatchObject({ state: 'CLEAN', sync: null })
  })

  it('gives a slow reader the newest state only', async () => {
    const stream = await raid.watch(viewer, null)
    await stream.next()
    world.startCheck('md0')
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await stream.next()).value?.sync?.percent).toBeGreaterThan(8)
    expect(await Promise.race([stream.next(), Promise.resolve('quiet')])).toBe('quiet')
  })

  it('misses nothing between its call and the first read', async () => {
    const stream = await raid.watch(viewer, null)
    world.startCheck('md0')
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await stream.next()).value?.state).toBe('CLEAN')
    expect((await stream.next()).value?.state).toBe('CHECKING')
  })

  it('reads again what changed while it was reading', async () => {
    const answers: (() => void)[] = []
    let changed = () => {}
    let arrays: RaidArray[] = []
    const backend: RaidBackend = {
      async list() {
        const found = structuredClone(arrays)
        if (answers.length > 0 || arrays.length > 0) await new Promise<void>((resolve) => answers.push(resolve))
        return found
      },
      watch(listener) {
        changed = listener
        return () => {}
      },
    }
    const stream = await new RaidService({ bus: new Bus(), backend }).watch(viewer, null)
    const state = async (wanted: RaidArray['state']) => {
      const [md0] = await new SimulatedRaid(world).list()
      arrays = md0 ? [{ ...md0, state: wanted }] : []
      changed()
    }
    const settle = () => new Promise((resolve) => setImmediate(resolve))
    await state('CLEAN')
    await state('DEGRADED')
    expect(answers).toHaveLength(1)
    answers[0]?.()
    await settle()
    expect((await stream.next()).value?.state).toBe('CLEAN')
    answers[1]?.()
    await settle()
    expect(await Promise.race([stream.next(), settle()])).toMatchObject({ value: { state: 'DEGRADED' } })
  })

  it('says nothing on the bus while nothing changes', async () => {
    const publish = vi.spyOn(bus, 'publish')
    const stream = await raid.watch(viewer, null)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(publish).toHaveBeenCalledTimes(1)
    world.pullDisk('sda')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(publish).toHaveBeenCalledTimes(2)
    await stream.return()
  })

  it('reads the machine only while somebody watches', async () => {
    expect(vi.getTimerCount()).toBe(0)
    const [first, second] = [await raid.watch(viewer, null), await raid.watch(viewer, 'md0')]
    expect(vi.getTimerCount()).toBe(1)
    await first.return()
    expect(vi.getTimerCount()).toBe(1)
    await second.return()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses a name that is not there, and leaves nobody attached', async () => {
    await expect(raid.watch(viewer, 'md7')).rejects.toBeInstanceOf(ArrayNotFound)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a machine that cannot be read', () => {
  const reason = new Unavailable('This machine has no md driver.')

  function failing(): RaidBackend & { fails: boolean } {
    const inner = new SimulatedRaid(world)
    return {
      fails: true,
      list() {
        return this.fails ? Promise.reject(reason) : inner.list()
      },
      watch: (changed) => inner.watch(changed),
    }
  }

  it('is said to be so, in queries and when a stream begins', async () => {
    const blind = new RaidService({ bus: new Bus(), backend: failing() })
    await expect(blind.arrays(viewer)).rejects.toBe(reason)
    await expect(blind.watch(viewer, null)).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends a stream with the reason, and a new one can begin when it can be read again', async () => {
    const backend = failing()
    const service = new RaidService({ bus, backend })
    backend.fails = false
    const stream = await service.watch(viewer, null)
    await stream.next()
    backend.fails = true
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(stream.next()).rejects.toBe(reason)
    expect(await stream.next()).toEqual({ value: undefined, done: true })
    expect(vi.getTimerCount()).toBe(0)
    backend.fails = false
    expect((await (await service.watch(viewer, null)).next()).value?.state).toBe('CLEAN')
  })
})
