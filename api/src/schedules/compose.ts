import type { AuditService } from '../audit/service.ts'
import type { Jobs } from '../jobs/compose.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { Alarm } from './alarm.ts'
import { ScheduleNews } from './changes.ts'
import { Declarations } from './declarations.ts'
import type { Schedule, ScheduleDeclaration } from './model.ts'
import { ScheduleChanges } from './schedule-changes.ts'
import { SchedulesService } from './service.ts'
import { Starter } from './starter.ts'
import { Ticker } from './ticker.ts'

export interface SchedulesDeps {
  readonly database: Database
  readonly provider: DatabaseProvider
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly audit: AuditService
  readonly jobs: Pick<Jobs, 'kinds' | 'queue'>
}

export interface Schedules {
  /** A domain brings a schedule with it: after its kind of job, before the start. */
  declare(declaration: ScheduleDeclaration): void
  readonly service: SchedulesService
  readonly changes: ScheduleChanges
  /** Starts what is due at this moment. The alarm calls it; tests with a clock of their own may too. */
  tick(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Begins anew; nothing that is due is lost by it. */
  restart(): Promise<void>
  /** Whether it runs, how long ago it last looked at what is due, and why that failed. */
  looks(): { readonly running: boolean; readonly msAgo: number; readonly failure: unknown }
}

/** Puts the parts together. */
export function createSchedules(deps: SchedulesDeps): Schedules {
  const { kinds, queue } = deps.jobs
  const declarations = new Declarations({ ...deps, kinds })
  const news = new ScheduleNews({ ...deps, alone: deps.provider === 'sqlite' })
  const starter = new Starter({ ...deps, kinds, queue, changed: (schedule) => news.publish(schedule) })
  const ticker = new Ticker({ ...deps, starter })
  const alarm = new Alarm(deps.clock, () => void ticker.tick().then(arm))
  let running = false
  const arm = async () => {
    if (!running) return
    const next = await ticker.nextRunAt()
    if (running) alarm.set(next)
  }
  const changed = (schedule: Schedule) => {
    news.publish(schedule)
    if (running) void arm()
  }
  const run = async () => {
    news.start()
    running = true
    await ticker.tick()
    await arm()
  }
  const start = async () => {
    await declarations.install()
    await run()
  }
  const stop = async () => {
    running = false
    alarm.clear()
    news.stop()
    await ticker.settled()
  }
  return {
    declare: (declaration) => declarations.register(declaration),
    service: new SchedulesService({ ...deps, kinds }),
    changes: new ScheduleChanges({ ...deps, kinds, starter, changed }),
    tick: () => ticker.tick(),
    start,
    stop,
    restart: async () => {
      await stop()
      // The rows are there since the start of the process: what goes wrong now is told, and keeps nothing that is due from starting.
      try {
        await declarations.install()
      } finally {
        await run()
      }
    },
    looks: () => ({ running, ...ticker.looks }),
  }
}
