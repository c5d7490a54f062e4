import type { ApolloClient } from '@apollo/client'
import { readConnection, watchConnection } from '../../graphql/connection'
import { graphql } from '../../graphql/generated'
import type { JobFilter } from '../../graphql/generated/graphql'
import { matches } from './filter'
import { isOpen, type JobLine } from './job-line'
import { emptyWindow, type JobWindow, withChanged, withFirstPage, withPage, withWaiting } from './job-window'

export const JobsDocument = graphql(`
  query Jobs($first: Int!, $after: String, $filter: JobFilter, $counted: Boolean!) {
    jobs(first: $first, after: $after, filter: $filter) {
      nodes {
        ...JobLine_job @unmask
      }
      pageInfo {
        endCursor
        hasNextPage
      }
      totalCount @include(if: $counted)
    }
  }
`)

export const JobsChangedDocument = graphql(`
  subscription JobsChanged {
    jobChanged {
      ...JobLine_job @unmask
    }
  }
`)

const JobAgainDocument = graphql(`
  query JobAgain($id: ID!) {
    job(id: $id) {
      ...JobLine_job @unmask
    }
  }
`)

const pageSize = 200
/** Many jobs change at once: the list is drawn again so often at most. */
const restMs = 120
/** By then the stream has told every open job. */
const toldMs = 1_500
const mostAskedAgain = 50

export interface JobFeedState {
  readonly window: JobWindow<JobLine>
  /** True once something was answered, or failed. */
  readonly ready: boolean
  readonly loading: boolean
  readonly error: unknown
  /** When the list was read; null before. */
  readonly total: number | null
}

/** Jobs of a filter as they are at every moment: pages when they are asked for, changes as they come. */
export class JobFeed {
  readonly #client: ApolloClient
  readonly #filter: JobFilter
  readonly #first: number
  readonly #listeners = new Set<() => void>()
  #state: JobFeedState = { window: emptyWindow(), ready: false, loading: true, error: null, total: null }
  #held = false
  /** What the stream told and is not drawn yet. */
  #frames = new Map<string, JobLine>()
  /** What the stream told since the page that is on its way was asked for: newer than what that page will say. */
  #since = new Map<string, JobLine>()
  /** Open jobs of which the stream has spoken since it was attached. */
  #told = new Set<string>()
  #draw: ReturnType<typeof setTimeout> | undefined
  #settle: ReturnType<typeof setTimeout> | undefined
  #asking: AbortController | null = null
  #stop: (() => void)[] = []

  /** `first`: how many rows the newest page has. */
  constructor(client: ApolloClient, filter: JobFilter, first = pageSize) {
    this.#client = client
    this.#filter = filter
    this.#first = first
  }

  readonly snapshot = (): JobFeedState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    const changes = this.#client
      .subscribe({ query: JobsChangedDocument, fetchPolicy: 'no-cache' })
      .subscribe({ next: ({ data }) => data?.jobChanged && this.#take(data.jobChanged), error: (error: unknown) => this.#fail(error) })
    let before = readConnection().status
    const unwatch = watchConnection(() => {
      const { status } = readConnection()
      // What ended while nobody told is read again.
      if (status === 'live' && before !== 'live') void this.#ask(null)
      if (status !== 'live') this.#told.clear()
      before = status
    })
    this.#stop = [() => changes.unsubscribe(), unwatch]
    void this.#ask(null)
  }

  stop(): void {
    for (const each of this.#stop) each()
    this.#stop = []
    this.#asking?.abort()
    clearTimeout(this.#draw)
    clearTimeout(this.#settle)
    this.#draw = undefined
    this.#told.clear()
  }

  readonly loadMore = (): void => {
    const { loading, error, window } = this.#state
    if (!loading && !error && window.next !== null) void this.#ask(window.next)
  }

  readonly retry = (): void => {
    const { window } = this.#state
    void this.#ask(window.rows.length > 0 ? window.next : null)
  }

  /** While true what is new waits. */
  readonly hold = (held: boolean): void => {
    this.#held = held
  }

  readonly showWaiting = (): void => {
    if (this.#state.window.waiting.length > 0 || this.#filter.states) this.#set({ window: withWaiting(this.#state.window, this.#wanted) })
  }

  /** An answer to a mutation: it is here before the stream tells. */
  readonly put = (job: JobLine): void => this.#take(job)

  readonly #wanted = (job: JobLine) => matches(this.#filter, job)

  #take(job: JobLine): void {
    this.#frames.set(job.id, job)
    this.#since.set(job.id, job)
    this.#told.add(job.id)
    this.#draw ??= setTimeout(() => {
      this.#draw = undefined
      if (!this.#state.ready) return
      const frames = this.#frames
      this.#frames = new Map()
      this.#set({ window: withChanged(this.#state.window, frames.values(), { wanted: this.#wanted, held: this.#held }) })
    }, restMs)
  }

  async #ask(after: string | null): Promise<void> {
    this.#asking?.abort()
    const own = new AbortController()
    this.#asking = own
    this.#since = new Map()
    this.#set({ loading: true, error: null })
    try {
      const { data } = await this.#client.query({
        query: JobsDocument,
        variables: { first: this.#first, after, filter: this.#filter, counted: after === null },
        fetchPolicy: 'no-cache',
        context: { queryDeduplication: false, fetchOptions: { signal: own.signal } },
      })
      if (own.signal.aborted || !data) return
      const { nodes, pageInfo, totalCount } = data.jobs
      const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
      const known = this.#state.window
      const paged = after === null ? withFirstPage(known, nodes, next) : withPage(known, nodes, next)
      const window = withChanged(paged, this.#since.values(), { wanted: this.#wanted, held: this.#held })
      this.#set({ window, ready: true, loading: false, total: totalCount ?? this.#state.total })
      clearTimeout(this.#settle)
      this.#settle = setTimeout(() => void this.#askUntold(), toldMs)
    } catch (error) {
      if (!own.signal.aborted) this.#fail(error)
    }
  }

  /** A job that ended between the page and the first word of the stream would seem to run for ever. */
  async #askUntold(): Promise<void> {
    if (readConnection().status !== 'live') return
    const untold = this.#state.window.rows.filter((job) => isOpen(job) && !this.#told.has(job.id)).slice(0, mostAskedAgain)
    for (const { id } of untold) {
      const { data } = await this.#client
        .query({ query: JobAgainDocument, variables: { id }, fetchPolicy: 'no-cache' })
        .catch(() => ({ data: undefined }))
      if (data?.job && !this.#told.has(id)) this.#take(data.job)
    }
  }

  #fail(error: unknown): void {
    this.#set({ ready: true, loading: false, error })
  }

  #set(part: Partial<JobFeedState>): void {
    this.#state = { ...this.#state, ...part }
    for (const listener of this.#listeners) listener()
  }
}
