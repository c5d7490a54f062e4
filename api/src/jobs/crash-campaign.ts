import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { chances } from '../../test/campaign/chances.ts'
import { testAudit } from '../audit/test-audit.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database, DatabaseAddress, DatabaseProvider } from '../platform/db.ts'
import { createJobs } from './compose.ts'
import { createLedger, registerCrashKinds } from './crash-kinds.ts'
import { openStates } from './model.ts'

export interface CampaignOptions {
  readonly provider: DatabaseProvider
  readonly seed: number
  readonly kills: number
  /** Processes that share the queue: one on SQLite. */
  readonly processes: number
  readonly leaseMs: number
  readonly said?: (words: string) => void
}

export interface CampaignResult {
  readonly kills: number
  readonly jobs: number
  readonly ends: Record<string, number>
  /** Runs that ended with their process. */
  readonly crashedRuns: number
  /** What must not be: each of these is a broken promise. */
  readonly faults: string[]
}

class Worker {
  readonly #args: string[]
  #child: ChildProcess | null = null

  constructor(address: DatabaseAddress, folder: string, leaseMs: number) {
    this.#args = [fileURLToPath(new URL('./crash-process.ts', import.meta.url)), JSON.stringify(address), folder, String(leaseMs)]
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, this.#args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', () => resolve())
      child.once('exit', (code, signal) => reject(new Error(`The process ended by itself (${code ?? signal}): ${said.slice(-2_000)}`)))
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}

/** Kills processes that run a mix of jobs, again and again, and then looks at what became of every job. */
export async function runCampaign({
  provider,
  seed,
  kills,
  processes,
  leaseMs,
  said = () => {},
}: CampaignOptions): Promise<CampaignResult> {
  const chance = chances(seed)
  const folder = mkdtempSync(`${tmpdir()}/baluhost-campaign-`)
  const { address, database, drop } = await createTestDatabase(provider)
  await createLedger(database)
  const log = pino({ level: 'silent' })
  // This process only puts work down: it is never killed, and runs none.
  const desk = createJobs({
    database,
    provider,
    bus: new Bus(),
    clock: systemClock,
    log,
    audit: testAudit(database, { provider }),
    leaseMs,
  })
  registerCrashKinds(desk, database, folder)
  const workers = Array.from({ length: processes }, () => new Worker(address, folder, leaseMs))
  try {
    await Promise.all(workers.map((worker) => worker.start()))
    for (let kill = 1; kill <= kills; kill++) {
      await keepBusy(desk, database, chance)
      // From within the start of a job to long after it has begun.
      await pause(20 + chance() * 600)
      const worker = workers[Math.floor(chance() * workers.length)]
      await worker?.kill()
      await worker?.start()
      if (kill % 50 === 0) said(`${kill} kills, ${await database.job.count()} jobs`)
    }
    const open = { state: { in: openStates } }
    const deadline = Date.now() + 180_000 + 2 * leaseMs
    while ((await database.job.count({ where: open })) > 0 && Date.now() < deadline) await pause(250)
    return await judge(database, folder, kills)
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()))
    await drop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function keepBusy(desk: ReturnType<typeof createJobs>, database: Database, chance: () => number): Promise<void> {
  const open = await database.job.count({ where: { state: { in: openStates } } })
  for (let missing = 12 - open; missing > 0; missing--) {
    const work = () => ({
      steps: 1 + Math.floor(chance() * 12),
      stepMs: Math.floor(chance() * 60),
      failures: chance() < 0.15 ? 1 : 0,
      lock: chance() < 0.4 ? `disk${Math.floor(chance() * 2)}` : null,
    })
    const which = chance()
    const wish =
      which < 0.5
        ? { kind: 'crash_resume', input: work() }
        : which < 0.7
          ? { kind: 'crash_retry', input: work() }
          : which < 0.85
            ? { kind: 'crash_interrupt', input: work() }
            : { kind: 'crash_parent', input: { parts: [work(), work()] } }
    await desk.queue.add({ kind: 'system', reason: 'campaign' }, wish)
  }
}

async function judge(database: Database, folder: string, kills: number): Promise<CampaignResult> {
  const faults = readdirSync(`${folder}/faults`).map((name) => `run twice at once: ${readFileSync(`${folder}/faults/${name}`, 'utf8')}`)
  const rows = await database.job.findMany()
  const steps = await database.$queryRawUnsafe<{ job: string; step: number }[]>('SELECT job, step FROM crash_steps')
  const stepsOf = new Map<string, number[]>()
  for (const { job, step } of steps) stepsOf.set(job, [...(stepsOf.get(job) ?? []), Number(step)])
  const ends: Record<string, number> = {}
  let crashedRuns = 0
  for (const { id, kind, state, errorCode, input, attempts } of rows) {
    ends[`${kind} ${state}`] = (ends[`${kind} ${state}`] ?? 0) + 1
    crashedRuns += Math.max(0, attempts - 1)
    if (openStates.includes(state)) faults.push(`${kind} ${id} never ended: ${state}`)
    if (kind === 'crash_resume' && state !== 'SUCCEEDED') faults.push(`${kind} ${id} was lost: ${state}`)
    if (kind === 'crash_resume' && state === 'SUCCEEDED') {
      const wanted = (input as { steps: number }).steps
      const done = (stepsOf.get(id) ?? []).sort((a, b) => a - b)
      if (done.length !== wanted || done.some((step, at) => step !== at))
        faults.push(`${kind} ${id} did steps ${done.join(' ')} of ${wanted}`)
    }
    const end = errorCode ?? state
    if (kind === 'crash_retry' && end !== 'SUCCEEDED' && end !== 'JOB_CRASHED') faults.push(`${kind} ${id} ended as ${state} ${end}`)
    if (kind === 'crash_interrupt' && end !== 'SUCCEEDED' && end !== 'JOB_INTERRUPTED')
      faults.push(`${kind} ${id} ended as ${state} ${end}`)
    if (kind === 'crash_parent' && state !== 'SUCCEEDED') faults.push(`${kind} ${id} was lost: ${state}`)
  }
  const locks = await database.jobLock.count()
  if (locks > 0) faults.push(`${locks} locks are held by nobody`)
  if (existsSync(`${folder}/held`) && rows.length === 0) faults.push('no job ran')
  return { kills, jobs: rows.length, ends, crashedRuns, faults }
}
