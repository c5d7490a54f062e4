import { describe, expect, it } from 'vitest'
import { Bus, eventTopic, startingWith, stateTopic } from './bus.ts'
import { StreamOverflow } from './errors.ts'

const temperature = stateTopic<number>('temperature')
const letters = eventTopic<number>('letters', 3)

/** True when the promise is settled by what already happened, without anything new being published. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open')
  await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(open)])) !== open
}

describe('a state topic', () => {
  it('costs one slot for a reader that never reads, and throws nothing in 20,000 publishes', async () => {
    const bus = new Bus()
    const frozen = bus.watch(temperature, '')
    for (let value = 1; value <= 20_000; value += 1) bus.publish(temperature, '', value)
    expect(await frozen.next()).toEqual({ value: 20_000, done: false })
    expect(await isSettled(frozen.next())).toBe(false)
  })

  it('merges what was not read where the topic says how', async () => {
    const bus = new Bus()
    const total = stateTopic<number>('total', (unread, newer) => unread + newer)
    const slow = bus.watch(total, '')
    for (const value of [1, 2, 3]) bus.publish(total, '', value)
    expect(await slow.next()).toEqual({ value: 6, done: false })
    bus.publish(total, '', 4)
    expect(await slow.next()).toEqual({ value: 4, done: false })
  })

  it('gives every reader of a key the value, and readers of other keys nothing', async () => {
    const bus = new Bus()
    const [first, second, elsewhere] = [bus.watch(temperature, 'a'), bus.watch(temperature, 'a'), bus.watch(temperature, 'b')]
    bus.publish(temperature, 'a', 21)
    expect(await first.next()).toEqual({ value: 21, done: false })
    expect(await second.next()).toEqual({ value: 21, done: false })
    expect(await isSettled(elsewhere.next())).toBe(false)
  })

  it('loses nothing between watch() and the first read', async () => {
    const bus = new Bus()
    const reader = bus.watch(temperature, '')
    bus.publish(temperature, '', 20)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await reader.next()).toEqual({ value: 20, done: false })
  })
})

describe('an event topic', () => {
  it('keeps every value in order between watch() and the reads', async () => {
    const bus = new Bus()
    const reader = bus.watch(letters, '')
    for (const value of [1, 2, 3]) bus.publish(letters, '', value)
    for (const value of [1, 2, 3]) expect(await reader.next()).toEqual({ value, done: false })
  })

  it('ends visibly at the first value past the bound', async () => {
    const bus = new Bus()
    const reader = bus.watch(letters, '')
    for (const value of [1, 2, 3]) bus.publish(letters, '', value)
    expect(bus.readerCount(letters, '')).toBe(1)
    bus.publish(letters, '', 4)
    expect(bus.readerCount(letters, '')).toBe(0)
    await expect(reader.next()).rejects.toBeInstanceOf(StreamOverflow)
    expect(await reader.next()).toEqual({ value: undefined, done: true })
  })

  it('lets the other readers go on when one overflows', async () => {
    const bus = new Bus()
    const slow = bus.watch(letters, '')
    const quick = bus.watch(letters, '')
    for (let value = 1; value <= 5; value += 1) {
      bus.publish(letters, '', value)
      expect(await quick.next()).toEqual({ value, done: false })
    }
    await expect(slow.next()).rejects.toBeInstanceOf(StreamOverflow)
  })
})

describe('startingWith', () => {
  it('yields the present first, then what changed while the present was being read', async () => {
    const bus = new Bus()
    const stream = startingWith(
      async () => {
        bus.publish(temperature, '', 22)
        return 21
      },
      bus.watch(temperature, ''),
    )
    expect(await stream.next()).toEqual({ value: 21, done: false })
    expect(await stream.next()).toEqual({ value: 22, done: false })
  })

  it('detaches when the present cannot be read', async () => {
    const bus = new Bus()
    const stream = startingWith(() => Promise.reject(new Error('no sensor')), bus.watch(temperature, ''))
    await expect(stream.next()).rejects.toThrow('no sensor')
    expect(bus.readerCount(temperature, '')).toBe(0)
  })

  it('yields nothing more when it is ended while the present is being read', async () => {
    const bus = new Bus()
    const { promise, resolve } = Promise.withResolvers<number>()
    const stream = startingWith(() => promise, bus.watch(temperature, ''))
    const pending = stream.next()
    await stream.return()
    resolve(21)
    expect(await pending).toEqual({ value: undefined, done: true })
  })
})

describe('the end of a reader', () => {
  it('comes at once on a quiet topic, also while a read is pending', async () => {
    const bus = new Bus()
    const stream = startingWith(() => 21, bus.watch(temperature, ''))
    await stream.next()
    const pending = stream.next()
    const ended = stream.return()
    expect(bus.readerCount(temperature, '')).toBe(0)
    expect(await isSettled(ended)).toBe(true)
    expect(await pending).toEqual({ value: undefined, done: true })
  })

  it('comes with leaving a for await', async () => {
    const bus = new Bus()
    const reader = bus.watch(temperature, '')
    bus.publish(temperature, '', 1)
    for await (const _value of reader) break
    expect(bus.readerCount(temperature, '')).toBe(0)
  })

  it('comes to all pending reads with close()', async () => {
    const bus = new Bus()
    const pending = [bus.watch(temperature, '').next(), bus.watch(letters, 'x').next()]
    bus.close()
    for (const read of pending) expect(await read).toEqual({ value: undefined, done: true })
    expect(bus.readerCount(temperature, '') + bus.readerCount(letters, 'x')).toBe(0)
  })
})

describe('onDemand', () => {
  function heard(bus: Bus): string[] {
    const calls: string[] = []
    bus.onDemand(temperature, { wanted: (key) => calls.push(`wanted ${key}`), unwanted: (key) => calls.push(`unwanted ${key}`) })
    return calls
  }

  it('wants with the first reader and stops with the last, once each', async () => {
    const bus = new Bus()
    const calls = heard(bus)
    const [first, second] = [bus.watch(temperature, 'a'), bus.watch(temperature, 'a')]
    expect(calls).toEqual(['wanted a'])
    await first.return()
    await first.return()
    expect(calls).toEqual(['wanted a'])
    await second.return()
    await second.return()
    expect(calls).toEqual(['wanted a', 'unwanted a'])
  })

  it('wants at once what is read already, and only of its own topic', () => {
    const bus = new Bus()
    bus.watch(temperature, 'early')
    bus.watch(letters, 'other')
    expect(heard(bus)).toEqual(['wanted early'])
  })
})
