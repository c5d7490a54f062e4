import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { JobJournal } from './journal.ts'
import { Leases } from './leases.ts'
import { createTestJobs, system, untilState } from './test-jobs.ts'

describe.each(await testedProviders())('a job belongs to one run alone, on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  const started: ReturnType<typeof createTestJobs>[] = []
  const startProcess = async (times: { leaseMs?: number; patienceMs?: number } = {}) => {
    const jobs = createTestJobs(database, provider, times)
    started.push(jobs)
    await jobs.start()
    return jobs
  }
  beforeEach(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    for (const jobs of started.splice(0)) await jobs.stop()
    await drop()
  })
  const busy = new Error('the database is busy')

  test.each(['test_resume', 'test_interrupt'])('the end of a run is written again until it stands: %s', async (kind) => {
    const jobs = await startProcess()
    const release = vi.spyOn(Leases.prototype, 'release').mockRejectedValueOnce(busy).mockRejectedValueOnce(busy)
    const { id } = await jobs.queue.add(system, { kind, input: { name: 'a', steps: 1, lock: 'disk' } })
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ attempts: 1, crashes: 0 })
    expect(release).toHaveBeenCalledTimes(3)
    expect(jobs.workshop.done).toEqual(['a 0'])
    expect(await database.jobLock.count()).toBe(0)
  })

  test('an end that stands is told again until it was told, and whoever waits for it goes on', async () => {
    const jobs = await startProcess()
    vi.spyOn(Leases.prototype, 'continueParent').mockRejectedValueOnce(busy).mockRejectedValueOnce(busy)
    const { id } = await jobs.queue.add(system, { kind: 'test_parent', input: { parts: [{ name: 'part', steps: 1 }] } })
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ result: { parts: 1 } })
  })

  test('an end that cannot be written keeps no stop of the server waiting for ever', async () => {
    const jobs = await startProcess({ patienceMs: 100 })
    const release = vi.spyOn(Leases.prototype, 'release').mockRejectedValue(busy)
    const { id } = await jobs.queue.add(system, { kind: 'test_resume', input: { name: 'a', steps: 1 } })
    await expect.poll(() => release.mock.calls.length).toBeGreaterThan(1)
    await jobs.stop()
    await expect.poll(() => jobs.runner.work.running, { timeout: 10_000 }).toBe(0)
    expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'RUNNING' })
  })

  test('a result with what PostgreSQL cannot hold is written down without it', async () => {
    const jobs = await startProcess()
    const { id } = await jobs.queue.add(system, { kind: 'test_resume', input: { name: 'a', steps: 1, oddResult: true } })
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ result: { steps: 1, padding: 'ab\ufffdc' } })
  })

  test('what was taken from a process that stood still does not begin there again before it has ended there', async () => {
    const jobs = await startProcess()
    const { id } = await jobs.queue.add(system, { kind: 'test_resume', input: { name: 'frozen', steps: 2, gate: 1, deaf: true } })
    await expect.poll(() => jobs.workshop.done).toEqual(['frozen 0'])
    // As another process does that finds its lease to have ended.
    const requeued = { state: 'QUEUED', leaseOwner: null, leaseToken: null, leaseUntil: null, maxAttempts: 4 } as const
    await database.job.update({ where: { id }, data: requeued })
    jobs.runner.wake()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'QUEUED', attempts: 1 })
    jobs.workshop.open('frozen')
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ attempts: 2 })
    expect(jobs.workshop.atOnce.get('frozen')).toBe(1)
    expect(jobs.runner.work.running).toBe(0)
  })

  test('a restart of the runner begins nothing anew that has not stopped', async () => {
    const jobs = await startProcess({ leaseMs: 1_500, patienceMs: 50 })
    const { id } = await jobs.queue.add(system, { kind: 'test_resume', input: { name: 'deaf', steps: 2, gate: 1, deaf: true } })
    await expect.poll(() => jobs.workshop.done).toEqual(['deaf 0'])
    const before = await database.job.findUniqueOrThrow({ where: { id } })
    await jobs.restart()
    // Longer than its lease: it is still renewed.
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(jobs.runner.work).toMatchObject({ accepting: true, running: 1 })
    const after = await database.job.findUniqueOrThrow({ where: { id } })
    expect(after).toMatchObject({ state: 'RUNNING', leaseToken: before.leaseToken, attempts: 1 })
    expect(after.leaseUntil?.getTime()).toBeGreaterThan(Date.now())
    jobs.workshop.open('deaf')
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ attempts: 2, crashes: 0 })
    expect(jobs.workshop.atOnce.get('deaf')).toBe(1)
    expect(jobs.workshop.done).toEqual(['deaf 0', 'deaf 1'])
  })

  test.runIf(provider === 'postgresql')('a renewal that never answers loses the job before another process may have it', async () => {
    const jobs = await startProcess({ leaseMs: 1_500 })
    vi.spyOn(Leases.prototype, 'renew').mockImplementation(() => new Promise(() => {}))
    const { id } = await jobs.queue.add(system, { kind: 'test_resume', input: { name: 'cut_off', steps: 1, gate: 0 } })
    const { leaseUntil } = await untilState(database, id, 'RUNNING')
    await expect.poll(() => jobs.workshop.stops, { timeout: 3_000 }).toEqual(['cut_off lost'])
    expect(Date.now()).toBeLessThan(leaseUntil?.getTime() ?? 0)
  })

  test.runIf(provider === 'sqlite')('a restart that fails says so, and what it could not do is done by itself', async () => {
    const jobs = await startProcess()
    const { id } = await jobs.queue.add(system, {
      kind: 'test_resume',
      input: { name: 'left', steps: 1 },
      runAfter: new Date(Date.now() + 3_600_000),
    })
    await jobs.runner.stop()
    const gone = { leaseOwner: 'gone', leaseToken: 'gone', leaseUntil: new Date(Date.now() + 3_600_000), attempts: 1 }
    await database.job.update({ where: { id }, data: { state: 'RUNNING', ...gone } })
    vi.spyOn(Leases.prototype, 'orphans').mockRejectedValueOnce(busy).mockRejectedValueOnce(busy)
    await expect(jobs.restart()).rejects.toThrow('busy')
    expect(jobs.runner.work.accepting).toBe(true)
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ attempts: 2, crashes: 1 })
  })

  test('a line of the log that cannot be written keeps no job that was left behind from going on', async () => {
    const jobs = createTestJobs(database, provider)
    started.push(jobs)
    const { id } = await jobs.queue.add(system, { kind: 'test_parent', input: { parts: [{ name: 'left', steps: 1 }] } })
    const gone = { leaseOwner: 'gone', leaseToken: 'gone', leaseUntil: new Date(0), attempts: 1 }
    await database.job.update({ where: { id }, data: { state: 'RUNNING', ...gone, kind: 'test_interrupt' } })
    vi.spyOn(JobJournal.prototype, 'append').mockRejectedValue(busy)
    if (provider === 'sqlite') await jobs.start()
    else await database.job.update({ where: { id }, data: { leaseUntil: null } }).then(() => jobs.start())
    expect(await untilState(database, id, 'INTERRUPTED')).toMatchObject({ crashes: 1 })
    expect(jobs.runner.work.failure).toBeNull()
  })
})
