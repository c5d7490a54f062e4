import { expect, test } from 'vitest'
import { z } from 'zod'
import { testAudit } from '../audit/test-audit.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { defineSetting } from './model.ts'
import { SettingsService } from './service.ts'

const size = defineSetting({ key: 'test.size', schema: z.object({ value: z.number() }), preset: { value: 1 } })

test('what one process changes, another knows once it has read again, and what is the same stays the same', async () => {
  const { database, drop } = await createTestDatabase('sqlite')
  const processOf = () => {
    const bus = new Bus()
    return { bus, settings: new SettingsService({ database, bus, clock: systemClock, audit: testAudit(database) }) }
  }
  const [here, there] = [processOf(), processOf()]
  const admin = testActor('ada', 'ADMIN')
  await Promise.all([here.settings.load(), there.settings.load()])
  await here.settings.set(admin, size, { value: 5 })
  expect([here.settings.get(size), there.settings.get(size)]).toEqual([{ value: 5 }, { value: 1 }])
  await there.settings.load()
  const read = there.settings.get(size)
  expect(read).toEqual({ value: 5 })
  await there.settings.load()
  expect(there.settings.get(size)).toBe(read)
  await here.settings.set(admin, size, null)
  await there.settings.load()
  expect(there.settings.get(size)).toEqual({ value: 1 })

  // A change made here while it is read is not undone by what was read before it.
  const reading = here.settings.load()
  await here.settings.set(admin, size, { value: 9 })
  await reading
  expect(here.settings.get(size)).toEqual({ value: 9 })
  await Promise.all([here.bus.close(), there.bus.close()])
  await drop()
})
