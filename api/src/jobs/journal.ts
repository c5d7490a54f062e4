import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { bounds, type JobLogLevel, type JobLogLine, jobLogGrown } from './model.ts'

/** The log of each job: append only, numbered without a gap. */
export class JobJournal {
  readonly #database: Database
  readonly #bus: Bus
  readonly #clock: Clock
  /** One line of a job after the other: each has the number after the one before. */
  readonly #writing = new Map<string, Promise<void>>()

  constructor({ database, bus, clock }: { database: Database; bus: Bus; clock: Clock }) {
    this.#database = database
    this.#bus = bus
    this.#clock = clock
  }

  /** Resolves when the line stands. What is longer than a line may be is cut, and what comes after the last line that is kept is dropped. */
  async append(jobId: string, attempt: number, level: JobLogLevel, message: string): Promise<void> {
    const before = this.#writing.get(jobId) ?? Promise.resolve()
    const line = { jobId, attempt, level, message: message.slice(0, bounds.logLineLength) }
    const written = before.then(() => this.#write(line))
    const settled = written.catch(() => {})
    this.#writing.set(jobId, settled)
    try {
      await written
    } finally {
      if (this.#writing.get(jobId) === settled) this.#writing.delete(jobId)
    }
  }

  /** Lines after `after`, oldest first. */
  read(jobId: string, after: number, limit: number): Promise<JobLogLine[]> {
    return this.#database.jobLogLine.findMany({
      where: { jobId, sequence: { gt: after } },
      orderBy: { sequence: 'asc' },
      take: limit,
      select: { sequence: true, at: true, attempt: true, level: true, message: true },
    })
  }

  async lastSequence(jobId: string): Promise<number> {
    const last = await this.#database.jobLogLine.findFirst({ where: { jobId }, orderBy: { sequence: 'desc' }, select: { sequence: true } })
    return last?.sequence ?? 0
  }

  async #write(line: { jobId: string; attempt: number; level: JobLogLevel; message: string }): Promise<void> {
    // Another process may have written its own line of this job meanwhile, as when it takes the job over.
    for (let tries = 0; ; tries++) {
      const sequence = (await this.lastSequence(line.jobId)) + 1
      if (sequence > bounds.logLines) return
      const last = sequence === bounds.logLines ? { ...line, message: 'The log is full: nothing more is written.' } : line
      try {
        await this.#database.jobLogLine.create({ data: { ...last, sequence, at: this.#clock.now() } })
        this.#bus.publish(jobLogGrown, line.jobId, { sequence })
        return
      } catch (error) {
        const taken = error instanceof Error && 'code' in error && error.code === 'P2002'
        if (!taken || tries >= 5) throw error
      }
    }
  }
}
