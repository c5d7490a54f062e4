interface StorageState {
  total: number
  free: number
}

interface ArrayState {
  name: string
  state: string
  sync: { percent: number } | null
}

interface ServiceState {
  state: string
  required: boolean
}

export type HomeState =
  | { kind: 'failed' | 'degraded' | 'checking'; name: string }
  | { kind: 'rebuilding'; name: string; percent: number }
  | { kind: 'troubled'; count: number }
  | { kind: 'unready' | 'full' | 'nearlyFull' | 'fine' }

/** Under a tenth free, copy-on-write and rebuilds begin to suffer; under 1 % saving fails at any moment. */
const NEARLY_FULL = 0.1
const FULL = 0.01

const busy = new Set(['CHECKING', 'RESYNCING', 'RESHAPING', 'REPAIRING'])

/** The one thing a person must know first: the worst that is true. */
export function stateOf(storage: StorageState, arrays: readonly ArrayState[], services: readonly ServiceState[] = []): HomeState {
  const first = (state: string) => arrays.find((each) => each.state === state)
  const failed = first('FAILED')
  if (failed) return { kind: 'failed', name: failed.name }
  const broken = services.filter(({ state }) => state === 'FAILED')
  if (broken.some(({ required }) => required)) return { kind: 'unready' }
  const degraded = first('DEGRADED')
  if (degraded) return { kind: 'degraded', name: degraded.name }
  const freePart = storage.total > 0 ? storage.free / storage.total : 1
  if (freePart < FULL) return { kind: 'full' }
  const rebuilding = first('RECOVERING')
  if (rebuilding) return { kind: 'rebuilding', name: rebuilding.name, percent: rebuilding.sync?.percent ?? 0 }
  if (broken.length > 0) return { kind: 'troubled', count: broken.length }
  if (freePart < NEARLY_FULL) return { kind: 'nearlyFull' }
  const checking = arrays.find((each) => busy.has(each.state))
  if (checking) return { kind: 'checking', name: checking.name }
  return { kind: 'fine' }
}
