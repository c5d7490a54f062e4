import { expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { createTestJobs, system, untilState } from '../jobs/test-jobs.ts'
import { createId } from '../platform/identifier.ts'
import { jobCleanup } from './job-cleanup.ts'

const day = 86_400_000

test.each(await testedProviders())('old jobs and runs go on %s, the last 20 of each schedule stay with their jobs', async (provider) => {
  const { database, drop } = await createTestDatabase(provider)
  const jobs = createTestJobs(database, provider)
  jobs.kinds.register(jobCleanup({ database, clock: { now: () => new Date(), monotonic: () => performance.now() } }))
  try {
    const ended = async (daysAgo: number, columns: object = {}) => {
      const { id } = await jobs.queue.add(system, { kind: 'test_resume', input: { name: 'x', steps: 0 } })
      const endedAt = new Date(Date.now() - daysAgo * day)
      await database.job.update({ where: { id }, data: { state: 'SUCCEEDED', endedAt, ...columns } })
      await database.jobLogLine.create({ data: { jobId: id, sequence: 1, at: endedAt, attempt: 1, level: 'INFO', message: 'x' } })
      return id
    }
    const run = async (daysAgo: number, jobId: string | null) => {
      const at = new Date(Date.now() - daysAgo * day)
      const outcome = jobId ? ('STARTED' as const) : ('SKIPPED' as const)
      await database.scheduleRun.create({
        data: { id: createId(at.getTime()), scheduleName: 'aa', dueAt: at, trigger: 'SCHEDULED', outcome, jobId, dueCount: 1, at },
      })
    }
    const old = await ended(91)
    const young = await ended(89)
    const shown = await ended(200)
    const parent = await ended(0, { state: 'WAITING', endedAt: null, waitingFor: 'CHILDREN', runAfter: new Date(Date.now() + day) })
    const part = await ended(100, { parentId: parent })
    const orphan = await ended(100, { parentId: old })
    await run(200, shown)
    for (let index = 0; index < 19; index++) await run(199 - index, null)
    for (let index = 0; index < 30; index++) await run(300 + index, null)
    await jobs.start()
    const { id } = await jobs.queue.add(system, { kind: 'job_cleanup', input: {} })
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ result: { jobs: 2, runs: 30 } })
    const left = new Set((await database.job.findMany({ select: { id: true } })).map((row) => row.id))
    expect([old, young, shown, parent, part, orphan].map((each) => left.has(each))).toEqual([false, true, true, true, true, false])
    expect(await database.jobLogLine.count({ where: { jobId: { in: [old, orphan] } } })).toBe(0)
    expect(await database.scheduleRun.count()).toBe(20)
  } finally {
    await jobs.stop()
    await drop()
  }
})
