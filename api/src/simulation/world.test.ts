import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../platform/clock.ts'
import { startDemoChecks } from './demo.ts'
import { TurnedClock } from './turned-clock.ts'
import { World } from './world.ts'

function machine(seed = 1) {
  const clock = new TurnedClock()
  const world = new World({ clock, seed })
  const md0 = () => {
    const [array] = world.arrays()
    if (!array) throw new Error('md0 is gone')
    return array
  }
  const members = () => md0().members.map(({ disk, slot, state }) => `${disk} ${slot} ${state}`)
  return { clock, world, md0, members }
}

describe('the machine at start', () => {
  it('has four disks and a clean mirror of two of them', () => {
    const { world, md0, members } = machine()
    expect(world.disks().map(({ name }) => name)).toEqual(['sda', 'sdb', 'sdc', 'sdd'])
    expect(members()).toEqual(['sda 0 inSync', 'sdb 1 inSync'])
    expect(md0()).toMatchObject({ name: 'md0', slots: 2, sync: null })
    expect(md0().size).toBeLessThan(5_000_000_000)
    expect(md0().size % 65_536).toBe(0)
  })
})

describe('a check', () => {
  it('advances with the clock only and ends after about three minutes', () => {
    const { clock, world, md0 } = machine()
    world.startCheck('md0')
    expect(md0().sync?.done).toBe(0)
    clock.turn(90_000)
    const half = (md0().sync?.done ?? 0) / md0().size
    expect(half).toBeGreaterThan(0.45)
    expect(half).toBeLessThan(0.55)
    expect(md0().sync?.done).toBe(md0().sync?.done)
    clock.turn(110_000)
    expect(md0().sync).toBeNull()
  })

  it('is the same however often one looks, and another with another seed', () => {
    const end = (seed: number, looks: number) => {
      const { clock, world, md0 } = machine(seed)
      world.startCheck('md0')
      for (let look = 0; look < looks; look += 1) {
        clock.turn(60_000 / looks)
        md0()
      }
      return md0().sync
    }
    expect(end(1, 1)).toEqual(end(1, 600))
    expect(end(1, 1)).not.toEqual(end(2, 1))
  })

  it('cannot be started twice, nor on an array that lacks a member', () => {
    const { world } = machine()
    world.startCheck('md0')
    expect(() => world.startCheck('md0')).toThrow('cannot be checked')
    world.pullDisk('sda')
    expect(() => world.startCheck('md0')).toThrow('cannot be checked')
  })

  it('ends when a disk is pulled', () => {
    const { world, md0, members } = machine()
    world.startCheck('md0')
    world.pullDisk('sdb')
    expect(md0().sync).toBeNull()
    expect(members()).toEqual(['sda 0 inSync'])
    expect(world.disks().map(({ name }) => name)).toEqual(['sda', 'sdc', 'sdd'])
  })
})

describe('a rebuild', () => {
  it('brings a spare disk into the place of a faulty one', () => {
    const { clock, world, md0, members } = machine()
    world.failMember('md0', 'sda')
    expect(members()).toEqual(['sda null faulty', 'sdb 1 inSync'])
    world.addMember('md0', 'sdc')
    expect(members()).toEqual(['sda null faulty', 'sdb 1 inSync', 'sdc 0 rebuilding'])
    expect(md0().sync).toMatchObject({ action: 'recovery', done: 0 })
    clock.turn(200_000)
    expect(md0().sync).toBeNull()
    expect(members()).toContain('sdc 0 inSync')
  })

  it('is given up when its source fails, and when its target is pulled', () => {
    const first = machine()
    first.world.pullDisk('sda')
    first.world.addMember('md0', 'sdd')
    first.world.failMember('md0', 'sdb')
    expect(first.md0().sync).toBeNull()
    expect(first.members()).toEqual(['sdb null faulty', 'sdd null spare'])
    const second = machine()
    second.world.pullDisk('sda')
    second.world.addMember('md0', 'sdd')
    second.world.pullDisk('sdd')
    expect(second.md0().sync).toBeNull()
    expect(second.members()).toEqual(['sdb 1 inSync'])
  })

  it('does not begin with a disk that is pulled or in use', () => {
    const { world } = machine()
    world.pullDisk('sdb')
    expect(() => world.addMember('md0', 'sdb')).toThrow('no disk sdb here')
    world.insertDisk('sdb')
    expect(() => world.insertDisk('sdb')).toThrow('to insert')
    world.addMember('md0', 'sdb')
    expect(() => world.addMember('md0', 'sdb')).toThrow('in use')
  })
})

it('tells what was done to it until nobody listens', () => {
  const { world } = machine()
  let told = 0
  const stop = world.onChange(() => {
    told += 1
  })
  world.startCheck('md0')
  world.pullDisk('sdd')
  stop()
  world.insertDisk('sdd')
  expect(told).toBe(2)
})

describe('the demonstration', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('checks md0 soon after start, and again some time after the end', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] })
    const world = new World({ clock: systemClock })
    const stop = startDemoChecks(world)
    const runs = () => world.arrays()[0]?.sync !== null
    expect(runs()).toBe(false)
    vi.advanceTimersByTime(15_000)
    expect(runs()).toBe(true)
    vi.advanceTimersByTime(200_000)
    expect(runs()).toBe(false)
    vi.advanceTimersByTime(125_000)
    expect(runs()).toBe(true)
    stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
