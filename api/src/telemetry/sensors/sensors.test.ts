import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { busyPercent, CpuSensor, parseTicks } from './cpu.ts'
import { DiskSensor } from './disks.ts'
import { readKernelFile } from './kernel-file.ts'
import { MemorySensor } from './memory.ts'
import { NetworkSensor } from './network.ts'

let root = ''
let proc = ''
let sys = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sensors-'))
  proc = join(root, 'proc')
  sys = join(root, 'sys')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function hardware(path: string): void {
  mkdirSync(join(root, path), { recursive: true })
  symlinkSync('..', join(root, path, 'device'))
}

describe('the CPU sensor', () => {
  const stat = (all: string, zero: string, one: string) => `cpu  ${all}\ncpu0 ${zero}\ncpu1 ${one}\nintr 5 0 0\nctxt 77\n`

  it('knows nothing at the first reading, then the busy share of all and of each core', () => {
    put('proc/stat', stat('100 0 100 800 0 0 0 0 0 0', '50 0 50 400 0 0 0 0 0 0', '50 0 50 400 0 0 0 0 0 0'))
    const sensor = new CpuSensor(proc)
    expect([...sensor.read()]).toEqual([])
    put('proc/stat', stat('150 0 110 920 20 0 0 0 0 0', '100 0 50 450 0 0 0 0 0 0', '50 0 60 470 20 0 0 0 0 0'))
    expect([...sensor.read()]).toEqual([
      ['cpu.percent', 30],
      ['cpu.core.0.percent', 50],
      ['cpu.core.1.percent', 10],
    ])
  })

  it('counts stolen time as busy and does not count a guest twice', () => {
    const [before, now] = ['cpu 100 0 0 100 0 0 0 0 50 0', 'cpu 110 0 0 120 0 0 0 10 60 0'].map((line) => parseTicks(line).get('cpu'))
    expect(before && now && busyPercent(before, now)).toBe(50)
  })

  it('makes a gap of no time and of counters that were reset, and stays within 0 and 100', () => {
    expect(busyPercent({ idle: 5, total: 10 }, { idle: 5, total: 10 })).toBeNull()
    expect(busyPercent({ idle: 500, total: 1000 }, { idle: 5, total: 10 })).toBeNull()
    expect(busyPercent({ idle: 10, total: 100 }, { idle: 8, total: 101 })).toBe(100)
    expect(busyPercent({ idle: 10, total: 100 }, { idle: 14, total: 101 })).toBe(0)
  })

  it('says whether this machine has it', () => {
    expect(new CpuSensor(proc).isAvailable()).toBe(false)
    put('proc/stat', stat('1', '1', '1'))
    expect(new CpuSensor(proc).isAvailable()).toBe(true)
  })
})

describe('the memory sensor', () => {
  it('counts what cannot be given back, in bytes', () => {
    put(
      'proc/meminfo',
      'MemTotal:       1000 kB\nMemFree:   100 kB\nMemAvailable:    600 kB\nSwapCached:  9 kB\nSwapTotal:   50 kB\nSwapFree:   20 kB\n',
    )
    expect(Object.fromEntries(new MemorySensor(proc).read())).toEqual({
      'memory.used': 400 * 1024,
      'memory.total': 1000 * 1024,
      'memory.swapUsed': 30 * 1024,
      'memory.swapTotal': 50 * 1024,
    })
  })

  it('fails rather than say something wrong', () => {
    put('proc/meminfo', 'MemTotal:       1000 kB\n')
    expect(() => new MemorySensor(proc).read()).toThrow('SwapTotal')
  })
})

describe('the disk sensor', () => {
  const line = (name: string, read: number, written: number) => `   8       0 ${name} 11 0 ${read} 5 7 0 ${written} 9 0 3 14 0 0 0 0\n`

  it('counts whole physical devices once, in sectors of 512 bytes', () => {
    for (const name of ['sda', 'nvme0n1']) hardware(`sys/block/${name}`)
    for (const name of ['md0', 'loop0', 'dm-0', 'zram0']) mkdirSync(join(sys, 'block', name), { recursive: true })
    const all = (n: number) =>
      ['sda', 'sda1', 'nvme0n1', 'nvme0n1p1', 'md0', 'loop0', 'dm-0', 'zram0'].map((name) => line(name, n, 2 * n)).join('')
    put('proc/diskstats', all(0))
    const sensor = new DiskSensor(proc, sys)
    expect(sensor.read(0).size).toBe(0)
    put('proc/diskstats', all(100))
    expect(Object.fromEntries(sensor.read(1000))).toEqual({
      'disk.readBytesPerSecond': 2 * 100 * 512,
      'disk.writeBytesPerSecond': 2 * 200 * 512,
    })
  })

  it('asks again what a name is after it was gone', () => {
    put('proc/diskstats', line('sdb', 0, 0))
    mkdirSync(join(sys, 'block/sdb'), { recursive: true })
    const sensor = new DiskSensor(proc, sys)
    sensor.read(0)
    put('proc/diskstats', '')
    sensor.read(1000)
    symlinkSync('..', join(sys, 'block/sdb/device'))
    put('proc/diskstats', line('sdb', 0, 0))
    sensor.read(2000)
    put('proc/diskstats', line('sdb', 2, 0))
    expect(sensor.read(3000).get('disk.readBytesPerSecond')).toBe(1024)
  })
})

describe('the network sensor', () => {
  const dev = (bytes: Record<string, [number, number]>) =>
    `Inter-|   Receive  |  Transmit\n face |bytes packets|bytes packets\n${Object.entries(bytes)
      .map(([name, [received, sent]]) => `${name.padStart(6)}:${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`)
      .join('')}`

  function moved(before: Record<string, [number, number]>, after: Record<string, [number, number]>) {
    put('proc/net/dev', dev(before))
    const sensor = new NetworkSensor(proc, sys)
    sensor.read(0)
    put('proc/net/dev', dev(after))
    return Object.fromEntries(sensor.read(1000))
  }

  it('counts hardware only, where there is any', () => {
    hardware('sys/class/net/eth0')
    for (const name of ['br0', 'veth1', 'wg0']) mkdirSync(join(sys, 'class/net', name), { recursive: true })
    expect(
      moved(
        { lo: [0, 0], eth0: [0, 0], br0: [0, 0], veth1: [0, 0], wg0: [0, 0] },
        { lo: [9, 9], eth0: [1000, 10], br0: [900, 9], veth1: [800, 8], wg0: [50, 5] },
      ),
    ).toEqual({ 'network.receiveBytesPerSecond': 1000, 'network.sendBytesPerSecond': 10 })
  })

  it('counts what is left inside a container: no loopback, nothing stacked on another', () => {
    mkdirSync(join(sys, 'class/net/eth0'), { recursive: true })
    mkdirSync(join(sys, 'class/net/br0/bridge'), { recursive: true })
    mkdirSync(join(sys, 'class/net/eth0.5/lower_eth0'), { recursive: true })
    expect(
      moved({ lo: [0, 0], eth0: [0, 0], br0: [0, 0], 'eth0.5': [0, 0] }, { lo: [9, 9], eth0: [300, 30], br0: [7, 7], 'eth0.5': [8, 8] }),
    ).toEqual({ 'network.receiveBytesPerSecond': 300, 'network.sendBytesPerSecond': 30 })
  })
})

it('reads a kernel file of any length whole', () => {
  const text = 'x'.repeat(300_000)
  put('long', text)
  expect(readKernelFile(join(root, 'long')) === text).toBe(true)
})
