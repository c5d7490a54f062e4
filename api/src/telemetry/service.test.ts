import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../auth/model.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { InvalidInput, Unauthenticated } from '../platform/errors.ts'
import type { Sensor } from '../platform/sampler.ts'
import { MetricUnknown } from './errors.ts'
import { type Readings, telemetrySampled } from './model.ts'
import { TelemetryService } from './service.ts'

const START = Date.parse('2026-11-20T20:00:00.500Z')
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
  expiresAt: new Date(START + 3_600_000),
  address: '::1',
  requestId: 'r',
}

function sensor(id: string, read: () => Record<string, number>): Sensor<Readings> {
  return { id, isAvailable: () => true, read: () => new Map(Object.entries(read())) }
}

let bus: Bus
let telemetry: TelemetryService
let percent = 0
let memoryFails = false

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  bus = new Bus()
  percent = 0
  memoryFails = false
  telemetry = new TelemetryService({
    bus,
    clock: systemClock,
    troubled: () => undefined,
    sensors: [
      sensor('cpu', () => {
        percent += 1
        return { 'cpu.percent': percent, 'cpu.core.0.percent': percent, 'cpu.core.1.percent': 2 * percent }
      }),
      sensor('memory', () => {
        if (memoryFails) throw new Error('gone')
        return { 'memory.used': 40, 'memory.total': 100, 'memory.swapUsed': 0, 'memory.swapTotal': 0 }
      }),
      sensor('load', () => ({ 'load.1m': 0.5 })),
    ],
  })
  telemetry.start()
})
afterEach(() => {
  telemetry.stop()
  vi.useRealTimers()
})

function seconds(count: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(count * 1000)
}

describe('permission', () => {
  it('is refused everywhere without a session', () => {
    const query = { metric: 'cpu.percent', from: new Date(START), to: new Date(START + 1), points: 1 }
    for (const ask of [
      () => telemetry.current(anonymous),
      () => telemetry.recent(anonymous, 5),
      () => telemetry.history(anonymous, query),
      () => telemetry.watch(anonymous),
    ]) {
      expect(ask).toThrow(Unauthenticated)
    }
    expect(bus.readerCount(telemetrySampled, '')).toBe(0)
  })
})

describe('the present sample', () => {
  it('is there after the first whole second, with what is not known named', async () => {
    expect(telemetry.current(viewer)).toBeNull()
    await seconds(1)
    expect(telemetry.current(viewer)).toEqual({
      at: new Date('2026-11-20T20:00:01.000Z'),
      cpuPercent: 2,
      cpuCorePercents: [2, 4],
      loadAverage1m: 0.5,
      memoryUsed: 40,
      memoryTotal: 100,
      swapUsed: 0,
      swapTotal: 0,
      diskReadBytesPerSecond: 0,
      diskWriteBytesPerSecond: 0,
      networkReceiveBytesPerSecond: 0,
      networkSendBytesPerSecond: 0,
      unavailable: ['disks', 'network'],
    })
  })

  it('names a sensor that fails now, and not once it works again', async () => {
    memoryFails = true
    await seconds(1)
    expect(telemetry.current(viewer)?.unavailable).toContain('memory')
    memoryFails = false
    await seconds(1)
    expect(telemetry.current(viewer)?.unavailable).not.toContain('memory')
  })
})

describe('recent', () => {
  it('gives the last seconds oldest first, at most 15 minutes', async () => {
    await seconds(1000)
    const last = telemetry.recent(viewer, 3)
    expect(last.map(({ at }) => at.toISOString().slice(14, 19))).toEqual(['16:38', '16:39', '16:40'])
    expect(telemetry.recent(viewer, 900)).toHaveLength(900)
  })

  it('refuses other numbers', () => {
    for (const wrong of [0, -1, 901, 1.5, Number.NaN]) expect(() => telemetry.recent(viewer, wrong)).toThrow(InvalidInput)
  })
})

describe('history', () => {
  const ask = (metric: string, from: number, to: number, points: number) =>
    telemetry.history(viewer, { metric, from: new Date(from), to: new Date(to), points })

  it('leaves the seconds in which a sensor failed as gaps', async () => {
    await seconds(2)
    memoryFails = true
    await seconds(2)
    const first = Date.parse('2026-11-20T20:00:01Z')
    expect(ask('memory.used', first, first + 4000, 4)).toMatchObject({ metric: 'memory.used', unit: 'bytes' })
    expect(ask('memory.used', first, first + 4000, 4).points.map(({ value }) => value)).toEqual([40, 40, null, null])
    expect(ask('cpu.core.1.percent', first, first + 4000, 2)).toMatchObject({ unit: 'percent', points: [{ value: 5 }, { value: 9 }] })
  })

  it('names the metrics there are when it does not know one', async () => {
    await seconds(1)
    expect(() => ask('cpu.core.7.percent', START, START + 1, 1)).toThrow(MetricUnknown)
    expect(() => ask('__proto__', START, START + 1, 1)).toThrow(/cpu\.percent, .*cpu\.core\.1\.percent/)
  })

  it('refuses a range that does not end after it begins, and points out of bounds', () => {
    expect(() => ask('cpu.percent', START, START, 1)).toThrow(InvalidInput)
    expect(() => ask('cpu.percent', START, Number.NaN, 1)).toThrow(InvalidInput)
    for (const wrong of [0, 2001, 1.5]) expect(() => ask('cpu.percent', START, START + 1000, wrong)).toThrow(InvalidInput)
  })
})

describe('watch', () => {
  it('yields the present at once, then one sample each second', async () => {
    await seconds(3)
    const reader = telemetry.watch(viewer)
    expect((await reader.next()).value?.cpuPercent).toBe(4)
    await seconds(1)
    expect((await reader.next()).value?.cpuPercent).toBe(5)
    await reader.return()
    expect(bus.readerCount(telemetrySampled, '')).toBe(0)
  })

  it('waits for the first sample right after start', async () => {
    const reader = telemetry.watch(viewer)
    const first = reader.next()
    await seconds(1)
    expect((await first).value?.cpuPercent).toBe(2)
  })

  it('gives a slow reader the newest only', async () => {
    const reader = telemetry.watch(viewer)
    await seconds(10)
    expect((await reader.next()).value?.cpuPercent).toBe(11)
  })
})
