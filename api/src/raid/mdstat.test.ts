import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMdstat } from './mdstat.ts'
import { mdstat } from './mdstat-fixtures.ts'

const KIB = 1024

function one(text: string) {
  const [array] = parseMdstat(text)
  if (!array) throw new Error('no array was found')
  return array
}

function marks(text: string): string[] {
  return one(text).devices.map(({ device, number, ...flags }) => {
    const set = Object.entries(flags).filter(([, value]) => value)
    return [device, number, ...set.map(([name]) => name)].join(' ')
  })
}

describe('mdstat', () => {
  it('without arrays is an empty list', () => {
    expect(parseMdstat(mdstat.none)).toEqual([])
    expect(parseMdstat('')).toEqual([])
  })

  it('of a clean mirror, with its bitmap', () => {
    expect(one(mdstat.raid1Clean)).toEqual({
      name: 'md0',
      active: true,
      broken: false,
      personality: 'raid1',
      size: 5238784 * KIB,
      devices: [expect.objectContaining({ device: 'sdb1', number: 1 }), expect.objectContaining({ device: 'sda1', number: 0 })],
      inSync: [true, true],
      copyLayout: null,
      sync: null,
      isContainer: false,
    })
  })

  it('shows empty places', () => {
    expect(one(mdstat.raid1Degraded).inSync).toEqual([true, false])
  })

  it.each([
    ['raid1Recovery', 'RECOVERY', 37043392, 292945152, 33440],
    ['raid1Check', 'CHECK', 3495936, 5238784, 201216],
    ['raid5Reshape', 'RESHAPE', 393216, 1047552, 26214],
  ] as const)('shows the progress of %s', (fixture, action, done, total, speed) => {
    expect(one(mdstat[fixture]).sync).toEqual({ action, waiting: false, done: done * KIB, total: total * KIB, bytesPerSecond: speed * KIB })
  })

  it('shows what has to wait', () => {
    const waiting = { action: 'RESYNC', waiting: true, done: 0, total: 0, bytesPerSecond: 0 }
    expect(one(mdstat.autoReadOnly)).toMatchObject({ personality: 'raid1', active: true, sync: waiting })
    const [md1, md0] = parseMdstat(mdstat.delayed)
    expect(md1).toMatchObject({ name: 'md1', sync: waiting })
    expect(md0).toMatchObject({ name: 'md0', sync: { action: 'RESYNC', waiting: false, done: 672128 * KIB } })
  })

  it('knows faulty, spare, write-mostly and journal devices', () => {
    expect(marks(mdstat.raid1Faulty)).toEqual(['sdc1 2 spare', 'sdb1 1 faulty', 'sda1 0'])
    expect(marks(mdstat.raid1WriteMostly)).toEqual(['sdd1 2 faulty writeMostly', 'sdb1 1 writeMostly', 'nvme0n1p2 0'])
    expect(marks(mdstat.raid6Journal)[0]).toBe('sde1 4 journal')
  })

  it('knows the copies of RAID10, arrays without redundancy, and broken ones', () => {
    expect(one(mdstat.raid10)).toMatchObject({ copyLayout: { copies: 2, kind: 'near' }, inSync: [true, false, true, true] })
    expect(one(mdstat.raid0)).toMatchObject({ personality: 'raid0', inSync: null, size: 4190208 * KIB, broken: false })
    expect(one(mdstat.broken)).toMatchObject({ personality: 'raid0', active: true, broken: true })
  })

  it('knows what is not started, and containers', () => {
    expect(one(mdstat.inactive)).toMatchObject({ active: false, personality: null, inSync: null })
    expect(parseMdstat(mdstat.container).map(({ name, isContainer }) => [name, isContainer])).toEqual([
      ['md126', false],
      ['md127', true],
    ])
  })

  it('never throws and never makes numbers that cannot be counted, whatever it is given', () => {
    // Real texts with numbers blown up and pieces cut out, and plain noise.
    const digits = fc.constantFrom('', '0', '7', '99999999999', '9'.repeat(400))
    const damaged = fc
      .tuple(fc.constantFrom(...Object.values(mdstat)), fc.array(digits, { minLength: 1 }), fc.nat(), fc.nat(40))
      .map(([text, numbers, at, length]) => {
        let index = 0
        const start = at % text.length
        return (text.slice(0, start) + text.slice(start + length)).replace(/\d+/g, (found) => numbers[index++ % numbers.length] || found)
      })
    const texts = fc.oneof(fc.string({ unit: 'binary' }), damaged)
    fc.assert(
      fc.property(texts, (text) => {
        for (const array of parseMdstat(text)) {
          const counts = [array.size, array.sync?.done ?? 0, array.sync?.total ?? 0, array.sync?.bytesPerSecond ?? 0]
          for (const count of [...counts, ...array.devices.map(({ number }) => number)]) expect(Number.isSafeInteger(count)).toBe(true)
          if (array.copyLayout) expect(array.copyLayout.copies).toBeGreaterThan(0)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
