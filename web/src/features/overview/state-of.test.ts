import { expect, test } from 'vitest'
import { stateOf } from './state-of'

const roomy = { total: 100, free: 50 }
const array = (name: string, state: string, percent?: number) => ({ name, state, sync: percent === undefined ? null : { percent } })

test.each([
  ['nothing to say', roomy, [array('md0', 'CLEAN')], { kind: 'fine' }],
  ['a check is not a worry', roomy, [array('md0', 'CHECKING', 3)], { kind: 'checking', name: 'md0' }],
  ['little space', { total: 100, free: 9 }, [array('md0', 'CHECKING')], { kind: 'nearlyFull' }],
  ['no space', { total: 1000, free: 9 }, [array('md0', 'RECOVERING', 10)], { kind: 'full' }],
  ['a rebuild', roomy, [array('md0', 'RECOVERING', 10)], { kind: 'rebuilding', name: 'md0', percent: 10 }],
  ['degraded before full', { total: 1000, free: 0 }, [array('md0', 'CLEAN'), array('md1', 'DEGRADED')], { kind: 'degraded', name: 'md1' }],
  ['failed before all', { total: 1000, free: 0 }, [array('md0', 'DEGRADED'), array('md1', 'FAILED')], { kind: 'failed', name: 'md1' }],
  ['a storage that reports nothing is not called full', { total: 0, free: 0 }, [], { kind: 'fine' }],
])('%s', (_name, storage, arrays, state) => {
  expect(stateOf(storage, arrays)).toEqual(state)
})

const service = (state: string, required = false) => ({ state, required })

test.each([
  [
    'what works in part or is not set up is no news',
    [],
    [service('DEGRADED', true), service('DISABLED'), service('STOPPED')],
    { kind: 'fine' },
  ],
  [
    'failed services are counted',
    [array('md0', 'CHECKING')],
    [service('FAILED'), service('FAILED'), service('RUNNING')],
    { kind: 'troubled', count: 2 },
  ],
  ['a rebuild before them', [array('md0', 'RECOVERING', 5)], [service('FAILED')], { kind: 'rebuilding', name: 'md0', percent: 5 }],
  [
    'what the server cannot do without comes before a degraded array',
    [array('md0', 'DEGRADED')],
    [service('FAILED', true)],
    { kind: 'unready' },
  ],
  ['and after one that failed', [array('md0', 'FAILED')], [service('FAILED', true)], { kind: 'failed', name: 'md0' }],
])('%s', (_name, arrays, services, state) => {
  expect(stateOf(roomy, arrays, services)).toEqual(state)
})
