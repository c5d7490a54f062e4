import { describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { HealthComponent } from '../health/component.ts'
import { jobsHealth } from '../jobs/health.ts'
import { schedulesHealth } from './health.ts'
import { createTestSchedules, SetClock } from './test-schedules.ts'

/** State and code in one: `DEGRADED QUEUE_UNREADABLE`. */
async function told(component: HealthComponent): Promise<string> {
  const report = await component.check?.()
  return [report?.state, report?.reason?.code].filter(Boolean).join(' ')
}

describe.each(await testedProviders())('on %s', (provider) => {
  test('the runner and the scheduler say when they cannot read what they are to do, do not look any more, or were stopped', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const clock = new SetClock('2026-06-01T12:00:00Z')
    const schedules = createTestSchedules(database, provider, clock)
    const { jobs } = schedules
    const [runner, scheduler] = [jobsHealth(jobs), schedulesHealth(schedules)]
    await jobs.start()
    await schedules.start()
    try {
      expect([await told(runner), await told(scheduler)]).toEqual(['RUNNING', 'RUNNING'])

      await database.$executeRawUnsafe('ALTER TABLE "Job" RENAME TO "JobAway"')
      await database.$executeRawUnsafe('ALTER TABLE "Schedule" RENAME TO "ScheduleAway"')
      jobs.runner.wake()
      await schedules.tick()
      await expect.poll(() => told(runner)).toBe('DEGRADED QUEUE_UNREADABLE')
      expect(await told(scheduler)).toBe('DEGRADED TIMES_UNREADABLE')
      clock.turn(181_000)
      expect([await told(runner), await told(scheduler)]).toEqual(['FAILED NO_LOOK_AT_QUEUE', 'FAILED NO_LOOK_AT_TIMES'])

      await database.$executeRawUnsafe('ALTER TABLE "JobAway" RENAME TO "Job"')
      await database.$executeRawUnsafe('ALTER TABLE "ScheduleAway" RENAME TO "Schedule"')
      await runner.restart?.()
      await scheduler.restart?.()
      await expect.poll(() => told(runner)).toBe('RUNNING')
      expect(await told(scheduler)).toBe('RUNNING')
    } finally {
      await schedules.stop()
      await jobs.stop()
    }
    expect([await told(runner), await told(scheduler)]).toEqual(['STOPPED CLOSED', 'STOPPED CLOSED'])
    await drop()
  })
})
