import type { Reader } from '../platform/bus.ts'
import type { Job, JobLogLine } from './model.ts'

/** Turns news of many jobs into a stream of single ones, of those that `wanted` lets through. */
export function eachJob(news: Reader<ReadonlyMap<string, Job>>, wanted: (job: Job) => boolean): Reader<Job> {
  let fresh: Job[] = []
  const stream: Reader<Job> = {
    async next() {
      for (;;) {
        const value = fresh.shift()
        if (value) return { value, done: false }
        const more = await news.next()
        if (more.done) return { value: undefined, done: true }
        fresh = [...more.value.values()].filter(wanted)
      }
    },
    return: () => {
      fresh = []
      return news.return() as Promise<IteratorResult<Job>>
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

/** Every line after `after`, those that are there first; `grown` says when to look for more, `read` gives the next ones. */
export function eachLine(
  grown: Reader<{ readonly sequence: number }>,
  after: number,
  read: (after: number) => Promise<JobLogLine[]>,
): Reader<JobLogLine> {
  let lines: JobLogLine[] = []
  let last = after
  let looked = false
  const stream: Reader<JobLogLine> = {
    async next() {
      for (;;) {
        const value = lines.shift()
        if (value) {
          last = value.sequence
          return { value, done: false }
        }
        if (looked) {
          const more = await grown.next()
          if (more.done) return { value: undefined, done: true }
          if (more.value.sequence <= last) continue
        }
        lines = await read(last)
        looked = lines.length === 0
      }
    },
    return: () => {
      lines = []
      return grown.return() as Promise<IteratorResult<JobLogLine>>
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
