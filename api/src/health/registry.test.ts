import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { degraded, failed, type Report, running } from './component.ts'
import { ServiceNotFound, ServiceNotRestartable } from './errors.ts'
import { servicesChanged } from './model.ts'
import { component, createTestRegistry } from './test-registry.ts'

const never = () => new Promise<Report>(() => {})

test('one that throws, one that hangs and one that answers: each is told as it is, and nobody waits for the others', async () => {
  const { registry } = createTestRegistry([
    component('thrower', {
      check: () => {
        throw new Error('broken pipe')
      },
    }),
    component('hanger', { check: never }),
    component('rejecter', { check: () => Promise.reject(new Error('refused')) }),
    component('worker', { check: () => running({ counters: { done: 3 } }) }),
  ])
  const started = registry.start()
  await expect.poll(() => registry.find('worker')?.state).toBe('RUNNING')
  await started
  expect(registry.services().map(({ name, state, reason }) => [name, state, reason?.code ?? null])).toEqual([
    ['thrower', 'FAILED', 'CHECK_FAILED'],
    ['hanger', 'FAILED', 'NO_ANSWER'],
    ['rejecter', 'FAILED', 'CHECK_FAILED'],
    ['worker', 'RUNNING', null],
  ])
  expect(registry.find('thrower')?.lastError?.message).toBe('broken pipe')
  expect(registry.find('rejecter')?.lastError?.message).toBe('refused')
  expect(registry.find('worker')?.counters).toEqual({ done: 3 })
  registry.stop()
})

test('what hangs is not asked a second time, and counts again once it answers late', async () => {
  let asked = 0
  const { promise, resolve } = Promise.withResolvers<Report>()
  const { registry } = createTestRegistry([
    component('slow', {
      check: () => {
        asked += 1
        return asked === 1 ? promise : running()
      },
    }),
  ])
  await registry.start()
  expect(registry.find('slow')?.state).toBe('FAILED')
  for (let round = 0; round < 5; round++) await registry.refresh(() => true, 100)
  expect(asked).toBe(1)
  resolve(degraded('LATE', 'It was late.'))
  await expect.poll(() => registry.find('slow')?.reason?.code).toBe('LATE')
  await registry.refresh(() => true, 100)
  expect(registry.find('slow')?.state).toBe('RUNNING')
  expect(registry.find('slow')?.lastError?.message).toBe('No answer within 80 ms.')
  registry.stop()
})

test('what needs something that failed says so, and works again with it', async () => {
  let disk: Report = running()
  const { registry } = createTestRegistry([
    component('disk', { check: () => disk }),
    component('files', { dependsOn: ['disk', 'unknown'], check: () => running() }),
    component('pages', { dependsOn: ['files'], check: () => running() }),
  ])
  await registry.start()
  expect(registry.find('disk')?.neededBy).toEqual(['files'])
  expect(registry.find('files')).toMatchObject({ state: 'RUNNING', dependsOn: ['disk'], failedDependencies: [], reason: null })
  disk = failed('GONE', 'It is gone.')
  await registry.refresh(() => true, 100)
  expect(registry.find('files')).toMatchObject({ state: 'DEGRADED', failedDependencies: ['disk'], reason: { code: 'DEPENDENCY_FAILED' } })
  // It is the disk that failed, and not all that is built on it.
  expect(registry.find('pages')).toMatchObject({ state: 'RUNNING', failedDependencies: [] })
  disk = running()
  await registry.refresh(() => true, 100)
  expect(registry.find('files')).toMatchObject({ state: 'RUNNING', failedDependencies: [] })
  registry.stop()
})

test('what needs something that hangs is left alone: it would hang as well', async () => {
  let asked = 0
  const { registry } = createTestRegistry([
    component('disk', { check: never }),
    component('files', {
      dependsOn: ['disk'],
      check: () => {
        asked += 1
        return running()
      },
    }),
  ])
  await registry.start()
  const before = asked
  await registry.refresh(() => true, 50)
  expect(asked).toBe(before)
  expect(registry.find('files')?.failedDependencies).toEqual(['disk'])
  registry.stop()
})

test('one that flaps keeps its reader at the newest of each component, its log short, and shows that it flaps', async () => {
  let say: (report: Report) => void = () => {}
  const { bus, lines, registry } = createTestRegistry([
    component('steady', { check: () => running() }),
    component('flapper', {
      push: (report) => {
        say = report
        return () => {}
      },
    }),
  ])
  await registry.start()
  const reader = bus.watch(servicesChanged, '')
  for (let turn = 0; turn < 20_000; turn++) say(turn % 2 === 0 ? failed('DOWN', 'Down.', { error: `down ${turn}` }) : running())
  await expect.poll(() => registry.find('flapper')?.state).toBe('RUNNING')
  expect(registry.find('flapper')?.lastError?.message).toBe('down 19998')
  // By its own pace: far less often than it spoke.
  for (let turn = 0; turn < 4; turn++) {
    say(failed('DOWN', 'Down.'))
    await sleep(120)
    say(running())
    await sleep(120)
  }
  expect(registry.find('flapper')?.changesLastHour).toBeGreaterThanOrEqual(4)
  expect(registry.find('flapper')?.changesLastHour).toBeLessThan(40)
  expect(lines.filter(({ facts }) => facts['service'] === 'flapper').length).toBeLessThanOrEqual(2)
  const { value } = await reader.next()
  expect(value?.get('flapper')?.state).toBe('RUNNING')
  expect(registry.find('steady')).toMatchObject({ state: 'RUNNING', changesLastHour: 0 })
  await reader.return()
  registry.stop()
})

test('rounds are quick while somebody watches, and rare while nobody does', async () => {
  let asked = 0
  const { bus, registry } = createTestRegistry([
    component('counter', {
      check: () => {
        asked += 1
        return running({ counters: { asked } })
      },
    }),
  ])
  await registry.start()
  await sleep(100)
  expect(asked).toBe(1)
  const reader = bus.watch(servicesChanged, '')
  for (let frame = 0; frame < 3; frame++) expect((await reader.next()).value?.get('counter')).toBeDefined()
  await reader.return()
  await sleep(60)
  const rest = asked
  await sleep(100)
  expect(asked).toBe(rest)
  registry.stop()
})

test('a restart begins anew, is told meanwhile, and what was asked before does not count any more', async () => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const { promise: old, resolve: answerLate } = Promise.withResolvers<Report>()
  let restarts = 0
  const { bus, registry } = createTestRegistry([
    component('engine', {
      check: () => (restarts === 0 ? old : running()),
      restart: async () => {
        await held
        restarts += 1
      },
    }),
  ])
  await registry.start()
  const reader = bus.watch(servicesChanged, '')
  const both = [registry.restart('engine'), registry.restart('engine')]
  expect((await reader.next()).value?.get('engine')).toMatchObject({ state: 'STOPPED', reason: { code: 'RESTARTING' } })
  letGo()
  expect((await Promise.all(both)).map(({ state }) => state)).toEqual(['RUNNING', 'RUNNING'])
  expect(restarts).toBe(1)
  answerLate(failed('OLD', 'Of the one before.'))
  await sleep(20)
  expect(registry.find('engine')).toMatchObject({ state: 'RUNNING', restarts: 1 })
  registry.stop()
})

test('a restart that fails or hangs says so, and can be tried again', async () => {
  let how: () => Promise<void> = async () => {
    throw new Error('no such device')
  }
  const { registry } = createTestRegistry([component('engine', { check: () => running(), restart: () => how() })])
  await registry.start()
  await expect(registry.restart('engine')).rejects.toThrow('no such device')
  expect(registry.find('engine')).toMatchObject({ state: 'FAILED', reason: { code: 'RESTART_FAILED' }, restarts: 0 })
  how = () => new Promise(() => {})
  await expect(registry.restart('engine')).rejects.toThrow('Not restarted within 200 ms.')
  how = async () => {}
  expect(await registry.restart('engine')).toMatchObject({ state: 'RUNNING', restarts: 1 })
  registry.stop()
})

test('what cannot be restarted says why, and a name twice is a mistake', async () => {
  const { registry } = createTestRegistry([component('kernel', { check: () => running(), notRestartable: 'It is the machine itself.' })])
  await expect(registry.restart('nothing')).rejects.toBeInstanceOf(ServiceNotFound)
  await expect(registry.restart('kernel')).rejects.toThrow(new ServiceNotRestartable('It is the machine itself.'))
  expect(() => registry.register(component('kernel'))).toThrow('Two components')
})

test('one that joins later is looked at, and one that leaves is gone', async () => {
  const { registry } = createTestRegistry([])
  await registry.start()
  const leave = registry.register(component('guest', { check: () => running() }))
  await expect.poll(() => registry.find('guest')?.state).toBe('RUNNING')
  leave()
  expect(registry.find('guest')).toBeNull()
  registry.stop()
})

test('one that keeps the process busy is named in the log, once', async () => {
  const { lines, registry } = createTestRegistry([
    component('busy', {
      check: () => {
        const until = performance.now() + 70
        while (performance.now() < until);
        return running()
      },
    }),
  ])
  await registry.start()
  await registry.refresh(() => true, 500)
  expect(lines.filter(({ words }) => words === 'the check of a service blocked the process')).toHaveLength(1)
  registry.stop()
})
