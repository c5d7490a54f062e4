import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { defineSchedule } from './model.ts'
import { createTestSchedules, nothing, SetClock } from './test-schedules.ts'

const program = fileURLToPath(new URL('./crash-schedules.ts', import.meta.url))
const now = '2026-06-01T03:00:00.000Z'

test.each(await testedProviders())(
  'killed at any step of a start on %s, a due time starts one job all the same',
  { timeout: 120_000 },
  async (provider) => {
    const { database, address, drop } = await createTestDatabase(provider)
    const clock = new SetClock('2026-06-01T02:30:00Z')
    const declaration = defineSchedule({ name: 'hourly', title: 'H', ...nothing, timing: { everySeconds: 1_800 } })
    const schedules = createTestSchedules(database, provider, clock, [declaration])
    try {
      const seen = new Set<number>()
      for (let step = 1; ; step++) {
        await database.schedule.deleteMany()
        await database.scheduleRun.deleteMany()
        await database.job.deleteMany()
        clock.set('2026-06-01T02:30:00Z')
        await schedules.start()
        await schedules.stop()

        const child = spawn(process.execPath, [program, provider, address.url, now, String(step)], { stdio: ['ignore', 'pipe', 'inherit'] })
        const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
        const left = { jobs: await database.job.count(), runs: await database.scheduleRun.count() }
        // Either nothing of it stands, or all.
        expect(left.jobs).toBe(left.runs)
        seen.add(left.jobs)

        clock.set(now)
        await schedules.start()
        await schedules.stop()
        const row = await database.schedule.findUniqueOrThrow({ where: { name: 'hourly' } })
        expect(row).toMatchObject({ lastDueAt: new Date(now), nextRunAt: new Date('2026-06-01T03:30:00Z') })
        const [run, ...others] = await database.scheduleRun.findMany()
        expect(others).toEqual([])
        expect(await database.job.findMany({ select: { id: true, dueAt: true, state: true } })).toEqual([
          { id: run?.jobId, dueAt: new Date(now), state: 'QUEUED' },
        ])
        if (signal === 'SIGKILL') continue
        expect([code, output.trim()]).toEqual([0, `done in ${step - 1} steps`])
        expect(step).toBeGreaterThan(6)
        break
      }
      expect([...seen].sort()).toEqual([0, 1])
    } finally {
      await drop()
    }
  },
)
