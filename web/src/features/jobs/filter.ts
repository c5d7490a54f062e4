import type { JobFilter, JobState } from '../../graphql/generated/graphql'
import type { JobLine } from './job-line'

/** States as people look for them. */
export const stateChoices = {
  open: ['QUEUED', 'RUNNING', 'WAITING'],
  running: ['RUNNING'],
  succeeded: ['SUCCEEDED'],
  failed: ['FAILED', 'INTERRUPTED'],
  cancelled: ['CANCELLED'],
} as const satisfies Record<string, readonly JobState[]>
export type StateChoice = keyof typeof stateChoices

/** Which jobs are looked at, as it stands in the address. Empty texts are not there. */
export interface Wanted {
  state: StateChoice | ''
  kind: string
  /** `me`, or the id of a person. */
  who: string
}

const longest = 64

export function parseWanted(search: URLSearchParams): Wanted {
  const text = (name: string) => (search.get(name) ?? '').slice(0, longest)
  const state = text('state')
  return { state: Object.hasOwn(stateChoices, state) ? (state as StateChoice) : '', kind: text('kind'), who: text('who') }
}

export function addressOf(wanted: Wanted): string {
  const search = new URLSearchParams()
  for (const name of ['state', 'kind', 'who'] as const) if (wanted[name]) search.set(name, wanted[name])
  const text = search.toString()
  return text ? `/jobs?${text}` : '/jobs'
}

export function countOf({ state, kind, who }: Wanted): number {
  return [state, kind, who].filter((each) => each !== '').length
}

export function graphFilter({ state, kind, who }: Wanted, ownId: string): JobFilter {
  return {
    ...(state ? { states: [...stateChoices[state]] } : {}),
    ...(kind ? { kinds: [kind] } : {}),
    ...(who ? { actorId: who === 'me' ? ownId : who } : {}),
  }
}

/** What the server would say about a job that changed: the stream brings all of them. */
export function matches({ states, kinds, actorId, parentId, scheduleName }: JobFilter, job: JobLine): boolean {
  return (
    (!states || states.includes(job.state)) &&
    (!kinds || kinds.includes(job.kind)) &&
    (actorId == null || actorId === job.actorId) &&
    (parentId == null || parentId === job.parentId) &&
    (scheduleName == null || scheduleName === job.scheduleName)
  )
}
