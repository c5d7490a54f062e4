import { expect, test } from 'vitest'
import { createTestDatabase } from '../files/test-storage.ts'
import { randomAt } from '../simulation/random.ts'
import { CronTimes } from './cron.ts'
import { defineSchedule, type ScheduleDeclaration } from './model.ts'
import { createTestSchedules, nothing, SetClock } from './test-schedules.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const begin = Date.parse('2026-01-01T00:00:00Z')
const end = Date.parse('2028-01-01T00:00:00Z')

/** Times at which a machine is on that is switched off each night, and now and then for days or weeks. */
function onTimes(seed: number): { from: number; to: number; asleep: boolean }[] {
  let index = 0
  const random = () => randomAt(seed, index++)
  const found = []
  for (let at = begin; at < end; ) {
    const to = Math.min(end, at + Math.round((1 + random() * 5) * hour))
    found.push({ from: at, to, asleep: random() < 0.5 })
    const off = random() < 0.03 ? (2 + random() * 30) * day : (8 + random() * 30) * hour
    at = to + Math.round(off)
  }
  return found
}

test('over two years of nights, sleeps and restarts everything ran as often as it should, and nothing twice', {
  timeout: 300_000,
}, async () => {
  const { database, drop } = await createTestDatabase('sqlite')
  await database.$queryRawUnsafe('PRAGMA synchronous=OFF')
  const zone = 'Europe/Berlin'
  // The machine's zone is whatever it is where this runs: names are given in the rows below.
  const declarations: ScheduleDeclaration[] = [
    defineSchedule({ name: 'weekly', title: 'W', ...nothing, timing: { cron: '30 2 * * 0' } }),
    defineSchedule({ name: 'daily', title: 'D', ...nothing, timing: { cron: '30 2 * * *' } }),
    defineSchedule({ name: 'hourly', title: 'H', ...nothing, timing: { cron: '0 * * * *' } }),
    defineSchedule({ name: 'weekly_interval', title: 'I', ...nothing, timing: { everySeconds: 7 * 86_400 } }),
    defineSchedule({ name: 'skipping', title: 'S', ...nothing, timing: { cron: '0 */6 * * *' }, catchUp: 'SKIP' }),
  ]
  const clock = new SetClock(new Date(begin).toISOString())
  let schedules = createTestSchedules(database, 'sqlite', clock, declarations)
  await schedules.start()
  await database.schedule.updateMany({ data: { timeZone: zone, adjusted: true } })
  const periods = onTimes(7)
  try {
    for (const { from, to, asleep } of periods) {
      clock.set(from)
      if (asleep) await schedules.tick()
      else {
        await schedules.stop()
        schedules = createTestSchedules(database, 'sqlite', clock, declarations)
        await schedules.start()
      }
      await schedules.finish()
      for (;;) {
        const next = await database.schedule.findFirst({ orderBy: { nextRunAt: 'asc' }, where: { nextRunAt: { lte: new Date(to) } } })
        if (!next?.nextRunAt) break
        clock.set(next.nextRunAt)
        await schedules.tick()
        await schedules.finish()
      }
    }
    const last = periods.at(-1)?.to ?? begin
    const runs = await database.scheduleRun.findMany({ orderBy: { dueAt: 'asc' } })
    const isOn = (time: number) => periods.some(({ from, to }) => time >= from && time <= to)
    for (const { name, timing, catchUp } of declarations) {
      const own = runs.filter(({ scheduleName }) => scheduleName === name)
      const dues: number[] = []
      if ('cron' in timing) {
        const times = new CronTimes(timing.cron, zone)
        for (let due = times.after(new Date(begin)); due.getTime() <= last; due = times.after(due)) dues.push(due.getTime())
      } else for (let due = begin + timing.everySeconds * 1_000; due <= last; due += timing.everySeconds * 1_000) dues.push(due)

      // Each due time is in exactly one row: its own, or that of a gap.
      expect(own.reduce((sum, { dueCount }) => sum + dueCount, 0)).toBe(dues.length)
      const known = new Set(dues)
      for (const { dueAt } of own) expect(known.has(dueAt.getTime())).toBe(true)
      const startedAt = own.filter(({ outcome }) => outcome === 'STARTED').map(({ dueAt }) => dueAt.getTime())
      expect(new Set(startedAt).size).toBe(startedAt.length)
      // All that was due while the machine was on, and once for each time that something was due while it was off.
      const expected = new Set(dues.filter(isOn))
      if (catchUp !== 'SKIP') {
        for (const [at, { from }] of periods.entries()) {
          const before = periods[at - 1]?.to ?? begin
          const missed = dues.filter((due) => due > before && due < from)
          const latest = missed.at(-1)
          if (latest !== undefined && !(dues.includes(from) && isOn(from))) expected.add(latest)
        }
      } else {
        for (const { from } of periods) for (const due of dues) if (due < from && from - due <= 5 * minute && !isOn(due)) expected.add(due)
      }
      expect(startedAt).toEqual([...expected].sort((a, b) => a - b))
    }
    expect(await database.job.count()).toBe(runs.filter(({ outcome }) => outcome === 'STARTED').length)
    expect(runs.length).toBeGreaterThan(2_000)
  } finally {
    await schedules.stop()
    await drop()
  }
})
