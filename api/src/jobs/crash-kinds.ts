import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Database } from '../platform/db.ts'
import type { Jobs } from './compose.ts'
import { JobChildFailed } from './errors.ts'
import { type AfterCrash, defineJobKind, type JobRun } from './kind.ts'

/** Kinds of job for crash tests. Their effects stand in a table and in files that tell afterwards what really happened. */

const work = z.strictObject({
  steps: z.int(),
  stepMs: z.int(),
  /** The first so many attempts fail half way. */
  failures: z.int(),
  lock: z.string().nullable(),
})
type Work = z.infer<typeof work>

/** Where the effects of a step are written, in the transaction of its checkpoint. */
export async function createLedger(database: Database): Promise<void> {
  await database.$executeRawUnsafe('CREATE TABLE crash_steps (job TEXT NOT NULL, step INTEGER NOT NULL)')
}

/** Whether the process of this number lives and is the same that was meant: numbers come again. */
function lives(mark: string): boolean {
  const [pid = '', started] = mark.split(' ')
  return startOf(pid) === started
}

function startOf(pid: string): string | undefined {
  try {
    // The 22nd field of proc(5) stat, counted behind the name, which may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    // A zombie has been killed: it does nothing any more.
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

/** Marks what is being worked on with this process, and writes down when another one that lives is at it. */
class Marks {
  readonly #folder: string
  readonly #self = `${process.pid} ${startOf(String(process.pid))}`

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(`${folder}/held`, { recursive: true })
    mkdirSync(`${folder}/faults`, { recursive: true })
  }

  hold(name: string): () => void {
    const file = `${this.#folder}/held/${name}`
    const before = read(file)
    if (before !== null && lives(before)) {
      writeFileSync(`${this.#folder}/faults/${name}-${process.pid}-${Date.now()}`, `${name} is held by ${before}, and by ${this.#self}`)
    }
    writeFileSync(file, this.#self)
    return () => rmSync(file, { force: true })
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

export function registerCrashKinds(jobs: Jobs, database: Database, folder: string): void {
  const marks = new Marks(folder)
  const perform = async (run: JobRun<Work, number>, resumes: boolean) => {
    const { input, jobId, attempt, checkpoint, signal } = run
    const release = [marks.hold(jobId), ...(input.lock ? [marks.hold(`lock-${input.lock}`)] : [])]
    try {
      for (let step = checkpoint ?? 0; step < input.steps; step++) {
        signal.throwIfAborted()
        if (attempt <= input.failures && step >= input.steps / 2) throw new Error('It fails as it was told to.')
        await pause(input.stepMs)
        signal.throwIfAborted()
        run.progress({ done: step, total: input.steps, unit: 'STEPS', item: `step ${step}` })
        if (!resumes) continue
        await database.$transaction(async (transaction) => {
          await transaction.$executeRaw`INSERT INTO crash_steps (job, step) VALUES (${jobId}, ${step})`
          await run.save(step + 1, transaction)
        })
      }
      await run.log('INFO', 'All is done.')
      return { steps: input.steps }
    } finally {
      for (const each of release) each()
    }
  }
  const kind = (name: string, afterCrash: AfterCrash) =>
    defineJobKind({
      name,
      description: 'Does steps.',
      class: name === 'crash_retry' ? 'DISKS' : 'FILES',
      input: work,
      result: z.strictObject({ steps: z.int() }),
      checkpoint: z.int(),
      afterCrash,
      retry: { attempts: 3, firstMs: 50, longestMs: 200 },
      cancellable: true,
      schedulable: false,
      subject: () => null,
      locks: ({ lock }) => (lock ? [{ name: lock, exclusive: true }] : []),
      run: (run) => perform(run, afterCrash === 'RESUME'),
    })
  jobs.kinds.register(kind('crash_resume', 'RESUME'))
  jobs.kinds.register(kind('crash_retry', 'RETRY'))
  jobs.kinds.register(kind('crash_interrupt', 'INTERRUPT'))
  jobs.kinds.register(
    defineJobKind({
      name: 'crash_parent',
      description: 'Has parts.',
      class: 'NETWORK',
      input: z.strictObject({ parts: z.array(work) }),
      result: z.strictObject({ parts: z.int() }),
      checkpoint: z.literal('started'),
      afterCrash: 'RESUME',
      retry: { attempts: 1, firstMs: 1, longestMs: 1 },
      cancellable: true,
      schedulable: false,
      subject: () => null,
      locks: () => [],
      run: async ({ input, checkpoint, children, startChildren }) => {
        if (checkpoint === null)
          return startChildren(
            input.parts.map((part) => ({ kind: 'crash_resume', input: part })),
            'started',
          )
        const ended = await children()
        const bad = ended.filter(({ state }) => state !== 'SUCCEEDED')
        if (bad.length > 0) throw new JobChildFailed(bad.map((child) => child.kind))
        return { parts: ended.length }
      },
    }),
  )
}
