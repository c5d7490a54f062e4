import { expect, test } from 'vitest'
import { grouped } from './order'

const service = (name: string, state: 'RUNNING' | 'DEGRADED' | 'FAILED' | 'STOPPED' | 'DISABLED', required = false) => ({
  name,
  state,
  required,
})

test('trouble stands first, failures before what works in part, what is required at the top', () => {
  const { disabled, running, trouble } = grouped([
    service('a', 'RUNNING'),
    service('b', 'STOPPED'),
    service('c', 'DEGRADED'),
    service('d', 'FAILED'),
    service('e', 'FAILED', true),
    service('f', 'DISABLED'),
    service('g', 'RUNNING', true),
  ])
  const names = (each: readonly { name: string }[]) => each.map(({ name }) => name).join('')
  expect([names(trouble), names(running), names(disabled)]).toEqual(['edcb', 'ag', 'f'])
})
