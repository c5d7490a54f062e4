interface Ordered {
  readonly state: 'RUNNING' | 'DEGRADED' | 'FAILED' | 'STOPPED' | 'DISABLED'
  readonly required: boolean
}

const order = ['FAILED', 'DEGRADED', 'STOPPED', 'RUNNING', 'DISABLED']

/** Trouble first, the worst of it at the top; within a state as the server lists them. */
export function grouped<T extends Ordered>(services: readonly T[]): { trouble: T[]; running: T[]; disabled: T[] } {
  const rank = ({ required, state }: T) => order.indexOf(state) * 2 - (required ? 1 : 0)
  const trouble = services.filter(({ state }) => state !== 'RUNNING' && state !== 'DISABLED')
  return {
    trouble: trouble.sort((a, b) => rank(a) - rank(b)),
    running: services.filter(({ state }) => state === 'RUNNING'),
    disabled: services.filter(({ state }) => state === 'DISABLED'),
  }
}
