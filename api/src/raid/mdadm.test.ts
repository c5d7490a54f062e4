import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Unavailable } from '../platform/errors.ts'
import { raidBackendContract } from './backend.contract.ts'
import { NoArrayDriver } from './errors.ts'
import { MdadmBackend } from './mdadm.ts'
import { mdstat } from './mdstat-fixtures.ts'
import type { RaidArray } from './model.ts'

/** A folder that stands for /proc and /sys. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'md-'))
  readonly backend = new MdadmBackend({ procFolder: join(this.root, 'proc'), sysFolder: join(this.root, 'sys') })

  mdstat(text: string): void {
    this.#write('proc/mdstat', text)
  }

  /** Files of an array's md folder in sysfs. */
  md(array: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) this.#write(`sys/block/${array}/md/${name}`, `${text}\n`)
  }

  dispose(): void {
    rmSync(this.root, { recursive: true })
  }

  #write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }
}

raidBackendContract('the md driver', async () => {
  const machine = new Machine()
  machine.mdstat(mdstat.raid1Clean)
  machine.md('md0', { array_state: 'clean', sync_action: 'idle', level: 'raid1', raid_disks: '2' })
  for (const [slot, device] of ['sda1', 'sdb1'].entries())
    machine.md('md0', { [`dev-${device}/slot`]: String(slot), [`dev-${device}/state`]: 'in_sync' })
  return {
    backend: machine.backend,
    async pullSecondMember() {
      machine.mdstat(mdstat.raid1Degraded)
    },
    async rebuildSecondMember() {
      machine.mdstat(mdstat.raid1Recovery)
      machine.md('md0', { sync_action: 'recover', 'dev-sdc1/slot': '1', 'dev-sdc1/state': 'spare' })
    },
    async check() {
      machine.mdstat(mdstat.raid1Check)
      machine.md('md0', { sync_action: 'check' })
    },
    async advance() {
      machine.mdstat(mdstat.raid1Recovery.replace('37043392/', '67043392/'))
    },
    async dispose() {
      machine.dispose()
    },
  }
})

describe('the md driver', () => {
  let machine: Machine
  beforeEach(() => {
    machine = new Machine()
  })
  afterEach(() => {
    machine.dispose()
  })

  async function md(text: string): Promise<RaidArray> {
    machine.mdstat(text)
    const [array] = await machine.backend.list()
    if (!array) throw new Error('no array was listed')
    return array
  }
  const members = ({ members: all }: RaidArray) => all.map(({ device, slot, state }) => `${device} ${slot} ${state}`)

  it('that is missing is unavailable with the reason: neither an empty list nor pretend arrays', async () => {
    await expect(machine.backend.list()).rejects.toThrow(new NoArrayDriver('This machine has no md driver: /proc/mdstat is missing.'))
  })

  it('that cannot be read is unavailable too', async () => {
    mkdirSync(join(machine.root, 'proc/mdstat'), { recursive: true })
    await expect(machine.backend.list()).rejects.toThrow(new Unavailable('The md driver cannot be read: /proc/mdstat, EISDIR.'))
  })

  it('without arrays gives an empty list', async () => {
    machine.mdstat(mdstat.none)
    expect(await machine.backend.list()).toEqual([])
  })

  it('lists by name, without containers', async () => {
    machine.mdstat(mdstat.delayed)
    expect((await machine.backend.list()).map(({ name, state }) => [name, state])).toEqual([
      ['md0', 'RESYNCING'],
      ['md1', 'RESYNCING'],
    ])
    machine.mdstat(mdstat.container)
    expect((await machine.backend.list()).map(({ name }) => name)).toEqual(['md126'])
  })

  it('knows a faulty member, the place it left and a spare', async () => {
    expect(members(await md(mdstat.raid1Faulty))).toEqual(['sda1 0 IN_SYNC', 'missing 1 MISSING', 'sdb1 null FAULTY', 'sdc1 null SPARE'])
  })

  it('finds places by mdstat alone where sysfs says nothing', async () => {
    expect(members(await md(mdstat.raid1Recovery))).toEqual(['sda1 0 IN_SYNC', 'sdc1 1 REBUILDING'])
    expect(members(await md(mdstat.raid1Replaced))).toEqual(['sda 0 IN_SYNC', 'sdd 1 IN_SYNC', 'sdc 2 IN_SYNC'])
    expect(members(await md(mdstat.raid0))).toEqual(['sda3 0 IN_SYNC', 'sdb3 1 IN_SYNC'])
  })

  it('believes sysfs about places rather than the numbers of mdstat', async () => {
    for (const [device, slot] of [
      ['sda', 1],
      ['sdc', 0],
      ['sdd', 2],
    ])
      machine.md('md0', { [`dev-${device}/slot`]: String(slot), [`dev-${device}/state`]: 'in_sync' })
    expect(members(await md(mdstat.raid1Replaced))).toEqual(['sdc 0 IN_SYNC', 'sda 1 IN_SYNC', 'sdd 2 IN_SYNC'])
  })

  it('learns from sysfs what mdstat does not name: a repair, being written to', async () => {
    machine.md('md0', { sync_action: 'repair', array_state: 'active' })
    machine.mdstat(mdstat.delayed)
    expect(await machine.backend.list()).toMatchObject([{ name: 'md0', state: 'REPAIRING', sync: { action: 'REPAIR' } }, { name: 'md1' }])
    expect((await md(mdstat.raid1Clean)).state).toBe('ACTIVE')
  })

  it.each([
    ['raid5Reshape', 'RAID5', 'RESHAPING'],
    ['raid5Lost', 'RAID5', 'FAILED'],
    ['raid6Journal', 'RAID6', 'CLEAN'],
    ['raid10', 'RAID10', 'DEGRADED'],
    ['broken', 'RAID0', 'FAILED'],
    ['inactive', 'UNKNOWN', 'INACTIVE'],
    ['autoReadOnly', 'RAID1', 'RESYNCING'],
  ] as const)('describes %s', async (fixture, level, state) => {
    expect(await md(mdstat[fixture])).toMatchObject({ level, state })
  })

  it('marks write-mostly members and journals', async () => {
    expect((await md(mdstat.raid1WriteMostly)).members.filter(({ writeMostly }) => writeMostly).map(({ device }) => device)).toEqual([
      'sdb1',
      'sdd1',
    ])
    expect(members(await md(mdstat.raid6Journal))).toContain('sde1 null JOURNAL')
  })
})
