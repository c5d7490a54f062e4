import { describe, expect, test } from 'vitest'
import { ServerBusy } from '../auth/errors.ts'
import { TurnQueue } from './turn-queue.ts'

/** Work that ends when told to. */
function createWork() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise<string>((resolve) => ends.push(() => resolve(name)))
  }
  /** Ends the oldest and lets the next begin. */
  const endOne = async () => {
    await turns()
    ends.shift()?.()
    await turns()
  }
  const turns = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
  }
  return { begun, endOne, work, running: () => ends.length }
}

const options = { atOnce: 2, mostWaiting: 6, mostWaitingOfOne: 4, busy: (seconds: number) => new ServerBusy(seconds) }
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    ({ code }) => code,
  )

describe('costly work waits for its turn', () => {
  test('two at once, and the rest one after the other', async () => {
    const queue = new TurnQueue(options)
    const { begun, endOne, running, work } = createWork()
    const all = ['a', 'b', 'c', 'd'].map((name) => queue.run('x', work(name)))
    await endOne()
    expect([begun.slice(0, 3), running()]).toEqual([['a', 'b', 'c'], 2])
    for (let count = 0; count < 3; count += 1) await endOne()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
    expect(queue.waiting).toBe(0)
    expect(await Promise.race([queue.run('x', async () => 'free again')])).toBe('free again')
  })

  test('who floods waits behind who asks once', async () => {
    const queue = new TurnQueue(options)
    const { begun, endOne, work } = createWork()
    for (const name of ['1', '2', '3', '4', '5', '6']) void queue.run('flood', work(name))
    void queue.run('ada', work('ada'))
    await endOne()
    await endOne()
    expect(begun).toEqual(['1', '2', '3', 'ada'])
  })

  test('of one place only so many wait: the rest is told when to come again', async () => {
    const queue = new TurnQueue(options)
    const { work } = createWork()
    for (let count = 0; count < 6; count += 1) void queue.run('flood', work('x'))
    await expect(queue.run('flood', work('x'))).rejects.toMatchObject({ code: 'SERVER_BUSY', retryAfterSeconds: expect.any(Number) })
    expect(queue.waiting).toBe(4)
  })

  test('when all places are taken, who comes new gets one of who has most of them', async () => {
    const queue = new TurnQueue(options)
    const { begun, endOne, work } = createWork()
    for (const name of ['1', '2']) void queue.run('before', work(name))
    const flood = Array.from({ length: 4 }, () => codeOf(queue.run('flood', work('flood'))))
    const second = Array.from({ length: 2 }, () => codeOf(queue.run('second', work('second'))))
    expect(queue.waiting).toBe(6)
    void queue.run('ada', work('ada'))
    expect(queue.waiting).toBe(6)
    expect(await flood[3]).toBe('SERVER_BUSY')
    for (let count = 0; count < 3; count += 1) await endOne()
    expect(begun).toEqual(['1', '2', 'flood', 'second', 'ada'])
    for (let count = 0; count < 5; count += 1) await endOne()
    expect(await Promise.all([...flood, ...second])).toEqual(['done', 'done', 'done', 'SERVER_BUSY', 'done', 'done'])
  })

  test('when each waits once there is no more room, and nobody is sent away for it', async () => {
    const queue = new TurnQueue(options)
    const { work } = createWork()
    for (const from of ['1', '2', '3', '4', '5', '6', '7', '8']) void queue.run(from, work(from))
    await expect(queue.run('9', work('9'))).rejects.toMatchObject({ code: 'SERVER_BUSY' })
    expect(queue.waiting).toBe(6)
  })

  test('what fails gives its place on', async () => {
    const queue = new TurnQueue({ ...options, atOnce: 1 })
    const failed = queue.run('x', async () => {
      throw new Error('no memory')
    })
    const next = queue.run('x', async () => 'next')
    await expect(failed).rejects.toThrow('no memory')
    expect(await next).toBe('next')
  })
})
