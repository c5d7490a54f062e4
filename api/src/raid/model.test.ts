import { describe, expect, it } from 'vitest'
import { type ArrayFacts, type CopyLayout, describeArray, etaSecondsOf, percentOf, type RaidLevel, type RaidMember } from './model.ts'

function member(device: string, slot: number | null, state: RaidMember['state'] = 'IN_SYNC'): RaidMember {
  return { device, slot, state, writeMostly: false }
}

/** An array in which the given slots are whole. */
function array(level: RaidLevel, slots: number, whole: readonly number[], more: Partial<ArrayFacts> = {}): ArrayFacts {
  const members = whole.map((slot) => member(`sd${slot}`, slot))
  return { name: 'md0', level, size: 1, slots, copyLayout: null, running: true, broken: false, active: false, members, sync: null, ...more }
}

const sync = (action: NonNullable<ArrayFacts['sync']>['action'], waiting = false) => ({
  sync: { action, waiting, done: 1, total: 4, bytesPerSecond: 1 },
})

describe('the state of an array', () => {
  it.each([
    ['CLEAN', array('RAID1', 2, [0, 1])],
    ['ACTIVE', array('RAID1', 2, [0, 1], { active: true })],
    ['DEGRADED', array('RAID1', 2, [1])],
    ['FAILED', array('RAID1', 2, [])],
    ['INACTIVE', array('RAID1', 2, [0, 1], { running: false })],
    ['FAILED', array('RAID0', 2, [0, 1], { broken: true })],
    ['FAILED', array('RAID0', 2, [0])],
    ['CLEAN', array('RAID0', 2, [0, 1])],
    ['DEGRADED', array('RAID5', 3, [0, 1])],
    ['FAILED', array('RAID5', 3, [0])],
    ['DEGRADED', array('RAID6', 4, [0, 1])],
    ['FAILED', array('RAID6', 4, [0])],
    ['DEGRADED', array('UNKNOWN', 4, [0])],
    ['RESYNCING', array('RAID1', 2, [0, 1], sync('RESYNC'))],
    ['CHECKING', array('RAID1', 2, [0, 1], sync('CHECK'))],
    ['REPAIRING', array('RAID1', 2, [0, 1], sync('REPAIR'))],
    ['RESHAPING', array('RAID5', 3, [0, 1, 2], sync('RESHAPE'))],
    ['RECOVERING', array('RAID5', 3, [0, 1], sync('RECOVERY'))],
    ['DEGRADED', array('RAID5', 3, [0, 1], sync('RECOVERY', true))],
    ['DEGRADED', array('RAID6', 4, [0, 1, 2], sync('CHECK'))],
  ] as const)('%s', (state, facts) => {
    expect(describeArray(facts).state).toBe(state)
  })

  it.each([
    ['near copies on fixed pairs, one of each', 4, [1, 2], { copies: 2, kind: 'near' }, 'DEGRADED'],
    ['near copies on fixed pairs, a whole pair', 4, [0, 1], { copies: 2, kind: 'near' }, 'FAILED'],
    ['near copies that do not divide the slots', 3, [1, 2], { copies: 2, kind: 'near' }, 'FAILED'],
    ['far copies go on after the last slot', 4, [0, 3], { copies: 2, kind: 'far' }, 'FAILED'],
    ['far copies not side by side', 4, [0, 2], { copies: 2, kind: 'far' }, 'DEGRADED'],
  ] as [string, number, number[], CopyLayout, string][])('of RAID10: %s', (_name, slots, lost, copyLayout, state) => {
    const whole = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => !lost.includes(slot))
    expect(describeArray(array('RAID10', slots, whole, { copyLayout })).state).toBe(state)
  })
})

it('shows empty places and puts members in order', () => {
  const members = [member('sdz', null, 'FAULTY'), member('sdc', 2), member('sdb', null, 'SPARE'), member('sda', 0)]
  const described = describeArray(array('RAID5', 4, [], { members }))
  expect(described.members.map(({ device, slot }) => `${device} ${slot}`)).toEqual([
    'sda 0',
    'missing 1',
    'sdc 2',
    'missing 3',
    'sdb null',
    'sdz null',
  ])
})

it('counts percent and the time that is left', () => {
  expect([percentOf(1, 3), percentOf(0, 0), percentOf(5, 4), percentOf(4, 4)]).toEqual([33.33, 0, 100, 100])
  expect([etaSecondsOf(100, 1000, 90), etaSecondsOf(100, 1000, 0), etaSecondsOf(0, 0, 5), etaSecondsOf(1000, 1000, 5)]).toEqual([
    10,
    null,
    null,
    0,
  ])
})
