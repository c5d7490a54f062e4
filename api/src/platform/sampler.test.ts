import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'
import { type Collection, Sampler, type Sensor } from './sampler.ts'

const START = Date.parse('2026-11-20T20:00:00.300Z')

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function sensor(id: string, read: () => number | Promise<number>, isAvailable: () => boolean = () => true): Sensor<number> {
  return { id, isAvailable, read }
}

function run(...given: (Sensor<number> | { timeoutMs: number })[]) {
  const sensors = given.filter((one) => 'id' in one)
  const timeoutMs = given.find((one) => 'timeoutMs' in one)?.timeoutMs ?? 800
  const rounds: Collection<number>[] = []
  const troubles: string[] = []
  const sampler = new Sampler<number>({
    sensors,
    everyMs: 1000,
    timeoutMs,
    clock: systemClock,
    collected: (collection) => rounds.push(collection),
    troubled: (id, error) => troubles.push(`${id}: ${error instanceof Error ? error.message : String(error)}`),
  })
  sampler.start()
  return { sampler, rounds, troubles, marks: () => rounds.map(({ at }) => at.toISOString().slice(17, 23)) }
}

describe('the rounds', () => {
  it('stand on whole seconds of the wall clock and do not drift', async () => {
    const { rounds, marks, sampler } = run(sensor('a', () => 1))
    await vi.advanceTimersByTimeAsync(3_000)
    expect(marks()).toEqual(['01.000', '02.000', '03.000'])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(rounds.length).toBe(603)
    expect(new Set(marks().map((mark) => mark.slice(2)))).toEqual(new Set(['.000']))
    sampler.stop()
  })

  it('throw the first reading away, so that rates have two', async () => {
    let reads = 0
    const { rounds, sampler } = run(
      sensor('a', () => {
        reads += 1
        return reads
      }),
    )
    await vi.advanceTimersByTimeAsync(800)
    expect(reads).toBe(2)
    expect(rounds.map(({ readings }) => readings.get('a'))).toEqual([2])
    sampler.stop()
  })

  it('never overlap: a round that takes long replaces the next', async () => {
    const slow = sensor('a', () => new Promise((resolve) => setTimeout(() => resolve(1), 1_400)))
    const { sampler, rounds, marks } = run({ timeoutMs: 1_500 }, slow)
    await vi.advanceTimersByTimeAsync(7_500)
    expect(marks()).toEqual(['02.000', '04.000', '06.000'])
    expect(rounds.every(({ readings }) => readings.get('a') === 1)).toBe(true)
    sampler.stop()
  })

  it('follow a wall clock that jumps', async () => {
    const { sampler, marks } = run(sensor('a', () => 1))
    await vi.advanceTimersByTimeAsync(800)
    vi.setSystemTime(START + 100_500)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(marks()[0]).toBe('01.000')
    expect(marks().every((mark) => mark.endsWith('.000'))).toBe(true)
    expect(marks().at(-1)).toBe('42.000')
    sampler.stop()
  })

  it('end with stop(), also when a reading is under way', async () => {
    const { sampler, rounds } = run(sensor('a', () => new Promise((resolve) => setTimeout(() => resolve(1), 500))))
    await vi.advanceTimersByTimeAsync(1_750)
    sampler.stop()
    const before = rounds.length
    await vi.advanceTimersByTimeAsync(5_000)
    expect(rounds.length).toBe(before)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a sensor', () => {
  it('that fails hurts no other and is told once until it works again', async () => {
    let works = false
    const { sampler, rounds, troubles } = run(
      sensor('throws', () => {
        if (works) return 7
        throw new Error('gone')
      }),
      sensor('rejects', () => Promise.reject(new Error('also gone'))),
      sensor('good', () => 1),
    )
    await vi.advanceTimersByTimeAsync(3_000)
    expect(rounds.length).toBe(3)
    for (const { readings } of rounds) expect([...readings]).toEqual([['good', 1]])
    expect(troubles).toEqual(['throws: gone', 'rejects: also gone'])
    works = true
    await vi.advanceTimersByTimeAsync(1_000)
    works = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(rounds[3]?.readings.get('throws')).toBe(7)
    expect(troubles.filter((trouble) => trouble.startsWith('throws'))).toHaveLength(2)
    sampler.stop()
  })

  it('that never answers is given up after its time, and not asked a second time meanwhile', async () => {
    let asked = 0
    const { sampler, rounds, troubles } = run(
      sensor('stuck', () => {
        asked += 1
        return new Promise<number>(() => undefined)
      }),
      sensor('good', () => 1),
    )
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toBe(1)
    expect(troubles).toEqual(['stuck: No answer within 800 ms.'])
    expect(rounds.length).toBeGreaterThanOrEqual(4)
    expect(rounds.every(({ readings }) => readings.get('good') === 1)).toBe(true)
    sampler.stop()
  })

  it('that is not there is not read, and is found when it comes', async () => {
    let there = false
    let reads = 0
    const { sampler, rounds, troubles } = run(
      sensor(
        'plugged',
        () => {
          reads += 1
          return 1
        },
        () => there,
      ),
    )
    await vi.advanceTimersByTimeAsync(10_000)
    expect([reads, troubles.length]).toEqual([0, 0])
    there = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect(rounds.at(-1)?.readings.get('plugged')).toBe(1)
    sampler.stop()
  })

  it('that blocks the process three rounds in a row is named, once', async () => {
    const { sampler, troubles } = run(
      sensor('heavy', () => {
        vi.setSystemTime(Date.now())
        vi.advanceTimersByTime(6)
        return 1
      }),
    )
    await vi.advanceTimersByTimeAsync(1800)
    expect(troubles).toEqual([])
    await vi.advanceTimersByTimeAsync(5000)
    expect(troubles).toEqual(['heavy: Blocked the process for 6.0 ms.'])
    sampler.stop()
  })
})
