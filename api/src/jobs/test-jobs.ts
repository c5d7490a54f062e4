import { pino } from 'pino'
import { z } from 'zod'
import { testAudit } from '../audit/test-audit.ts'
import type { Actor } from '../auth/model.ts'
import { Bus } from '../platform/bus.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { createJobs, type Jobs } from './compose.ts'
import { JobChildFailed } from './errors.ts'
import { type AfterCrash, defineJobKind, type JobStopped } from './kind.ts'
import { isEnded, type JobState } from './model.ts'

export const system: Actor = { kind: 'system', reason: 'a test' }

/** What the jobs of a test did, and what they wait for. */
export class Workshop {
  /** Each step that was done: `<name> <step>`. */
  readonly done: string[] = []
  /** How many runs of the same name there were at once, at most. */
  readonly atOnce = new Map<string, number>()
  /** Why runs were stopped while they waited: `<name> <why>`. */
  readonly stops: string[] = []
  #running = new Map<string, number>()
  #gates = new Map<string, PromiseWithResolvers<void>>()

  /** Lets everything that waits for this name go on. */
  open(name: string): void {
    this.#gate(name).resolve()
  }

  async wait(name: string, signal: AbortSignal): Promise<void> {
    const stopped = new Promise<never>((_resolve, reject) => {
      const stop = () => {
        this.stops.push(`${name} ${(signal.reason as JobStopped).why}`)
        reject(signal.reason)
      }
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
    })
    await Promise.race([this.#gate(name).promise, stopped])
  }

  /** The same for what hears of no stop meanwhile. */
  async waitDeaf(name: string): Promise<void> {
    await this.#gate(name).promise
  }

  enter(name: string): () => void {
    const count = (this.#running.get(name) ?? 0) + 1
    this.#running.set(name, count)
    this.atOnce.set(name, Math.max(this.atOnce.get(name) ?? 0, count))
    return () => this.#running.set(name, (this.#running.get(name) ?? 1) - 1)
  }

  #gate(name: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(name) ?? Promise.withResolvers<void>()
    this.#gates.set(name, gate)
    return gate
  }
}

const stepsInput = z.strictObject({
  name: z.string(),
  steps: z.int().max(1_000),
  /** Waits before this step until the test lets it go on. */
  gate: z.int().optional(),
  /** Hears of no stop while it waits. */
  deaf: z.boolean().optional(),
  /** Fails at this step, in so many attempts. */
  failAt: z.int().optional(),
  failures: z.int().optional(),
  lock: z.string().optional(),
  shared: z.boolean().optional(),
  resultBytes: z.int().optional(),
  /** Gives back what the kind does not declare. */
  wrongResult: z.boolean().optional(),
  /** Gives back what PostgreSQL cannot hold. */
  oddResult: z.boolean().optional(),
})

/** Kinds of job as domains would declare them: those that go on after a crash in each way, one that cannot be cancelled, one with parts. */
export function registerTestKinds(jobs: Jobs, workshop: Workshop): void {
  const steps = (name: string, afterCrash: AfterCrash, cancellable: true | string = true) =>
    defineJobKind({
      name,
      description: 'Does steps, one after the other.',
      class: 'FILES',
      input: stepsInput,
      result: z.strictObject({ steps: z.int(), padding: z.string().optional() }),
      checkpoint: z.int(),
      afterCrash,
      retry: { attempts: 3, firstMs: 20, longestMs: 50 },
      cancellable,
      schedulable: true,
      subject: ({ name: subject }) => subject,
      locks: ({ lock, shared }) => (lock ? [{ name: lock, exclusive: !shared }] : []),
      run: async ({ input, checkpoint, attempt, signal, progress, save, log }) => {
        const leave = workshop.enter(input.lock ?? input.name)
        try {
          for (let step = checkpoint ?? 0; step < input.steps; step++) {
            if (step === input.gate && input.deaf) {
              await workshop.waitDeaf(input.name)
              progress({ done: step, total: input.steps, unit: 'STEPS', item: 'after the gate' })
            } else if (step === input.gate) await workshop.wait(input.name, signal)
            signal.throwIfAborted()
            if (step === input.failAt && attempt <= (input.failures ?? Number.POSITIVE_INFINITY)) throw new Error('a secret of the inside')
            workshop.done.push(`${input.name} ${step}`)
            await save(step + 1)
            progress({ done: step + 1, total: input.steps, unit: 'STEPS', item: `step ${step}` })
          }
          await log('INFO', `All ${input.steps} steps are done.`)
          const padding = input.oddResult ? 'a\0b\ud800c' : 'x'.repeat(input.resultBytes ?? 0)
          if (input.wrongResult) return { steps: 'many' as unknown as number }
          return { steps: input.steps, ...(padding ? { padding } : {}) }
        } finally {
          leave()
        }
      },
    })
  jobs.kinds.register(steps('test_resume', 'RESUME'))
  jobs.kinds.register(steps('test_interrupt', 'INTERRUPT'))
  jobs.kinds.register(steps('test_stubborn', 'RESUME', 'Half of it would be worse than none.'))
  jobs.kinds.register(
    defineJobKind({
      name: 'test_reattach',
      description: 'Begins something that goes on by itself, and waits for its end.',
      class: 'DISKS',
      input: z.strictObject({ name: z.string() }),
      result: z.strictObject({ waitedFor: z.string() }),
      checkpoint: z.string(),
      afterCrash: 'REATTACH',
      retry: { attempts: 1, firstMs: 1, longestMs: 1 },
      cancellable: true,
      schedulable: false,
      subject: ({ name }) => name,
      locks: () => [],
      run: async ({ input, attempt, checkpoint, signal, save }) => {
        const begun = checkpoint ?? `${input.name} begun by ${attempt}`
        if (checkpoint === null) {
          workshop.done.push(begun)
          await save(begun)
        }
        await workshop.wait(input.name, signal)
        return { waitedFor: begun }
      },
    }),
  )
  jobs.kinds.register(
    defineJobKind({
      name: 'test_parent',
      description: 'Lets parts do the work.',
      class: 'MAINTENANCE',
      input: z.strictObject({ parts: z.array(stepsInput) }),
      result: z.strictObject({ parts: z.int() }),
      checkpoint: z.literal('started'),
      afterCrash: 'RESUME',
      retry: { attempts: 1, firstMs: 1, longestMs: 1 },
      cancellable: true,
      schedulable: false,
      subject: () => null,
      locks: () => [],
      run: async ({ input, checkpoint, startChildren, children }) => {
        if (checkpoint === null)
          return startChildren(
            input.parts.map((part) => ({ kind: 'test_resume', input: part })),
            'started',
          )
        const ended = await children()
        const bad = ended.filter(({ state }) => state !== 'SUCCEEDED')
        if (bad.length > 0) throw new JobChildFailed(bad.map(({ kind }) => kind))
        return { parts: ended.length }
      },
    }),
  )
}

/** The job system of one process. */
export function createTestJobs(
  database: Database,
  provider: DatabaseProvider,
  { bus = new Bus(), clock = systemClock, ...times }: { bus?: Bus; clock?: Clock; leaseMs?: number; patienceMs?: number } = {},
) {
  const log = pino({ level: 'silent' })
  const jobs = createJobs({ database, provider, bus, clock, log, audit: testAudit(database, { provider }), ...times })
  const workshop = new Workshop()
  registerTestKinds(jobs, workshop)
  return { ...jobs, bus, workshop }
}

/** Waits until a job stands so. */
export async function untilState(database: Database, id: string, ...wanted: readonly JobState[]) {
  for (let tries = 0; tries < 400; tries++) {
    const row = await database.job.findUniqueOrThrow({ where: { id } })
    if (wanted.includes(row.state)) return row
    if (isEnded(row.state))
      throw new Error(`The job ended as ${row.state} ${row.errorCode} ${row.errorMessage}, not as ${wanted.join(' or ')}.`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`The job did not come to ${wanted.join(' or ')}.`)
}
