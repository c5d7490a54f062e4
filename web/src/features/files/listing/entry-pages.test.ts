import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EntryPages, type EntryWindow, WINDOW } from './entry-pages'

interface Thing {
  id: string
  size: number
}

/** A list of `total` things on a pretend server, with a note of every reading. */
function serverOf(total: number) {
  let things: Thing[] = Array.from({ length: total }, (_, index) => ({ id: `t${index}`, size: 1 }))
  const asked: number[] = []
  const dropped: number[] = []
  const pages = new EntryPages<Thing>((offset, first, signal) => {
    asked.push(offset)
    return new Promise<EntryWindow<Thing>>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        dropped.push(offset)
        reject(new Error('aborted'))
      })
      setTimeout(() => resolve({ entries: things.slice(offset, offset + first), totalCount: things.length }), 20)
    })
  })
  return { pages, asked, dropped, change: (next: (now: Thing[]) => Thing[]) => (things = next(things)) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('only what is in view is read, by its offset', async () => {
  const { pages, asked } = serverOf(100_000)
  pages.show(0, 30)
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toEqual([0])
  expect(pages.totalCount).toBe(100_000)
  expect(pages.at(0)?.id).toBe('t0')
  expect(pages.at(50_000)).toBeUndefined()
  pages.show(50_000, 50_030)
  await vi.advanceTimersByTimeAsync(200)
  expect(asked).toEqual([0, 49_800, 50_000])
  expect(pages.at(50_010)?.id).toBe('t50010')
})

test('a drag through the list asks for its end, not for what it passed', async () => {
  const { pages, asked, dropped } = serverOf(100_000)
  pages.show(0, 30)
  await vi.advanceTimersByTimeAsync(100)
  for (let row = 985; row <= 90_085; row += 4_050) {
    pages.show(row, row + 30)
    await vi.advanceTimersByTimeAsync(16)
  }
  await vi.advanceTimersByTimeAsync(200)
  expect(asked).toEqual([0, 90_000])
  // One that was asked for and then passed is given up.
  pages.show(20_090, 20_110)
  await vi.advanceTimersByTimeAsync(65)
  pages.show(60_090, 60_110)
  await vi.advanceTimersByTimeAsync(200)
  expect(dropped).toEqual([20_000])
  expect(pages.at(20_090)).toBeUndefined()
})

test('what is kept is bounded', async () => {
  const { pages } = serverOf(100_000)
  for (let window = 0; window < 60; window += 1) {
    pages.show(window * WINDOW + 90, window * WINDOW + 100)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(pages.at(90)).toBeUndefined()
  expect(pages.at(59 * WINDOW + 95)?.id).toBe(`t${59 * WINDOW + 95}`)
})

test('while it is read again the old stays, and what moved is told', async () => {
  const { pages, change } = serverOf(1_000)
  const shifts: number[] = []
  pages.onShift = (rows) => shifts.push(rows)
  pages.show(300, 330)
  await vi.advanceTimersByTimeAsync(200)
  change((now) => [{ id: 'new', size: 1 }, ...now])
  pages.reread()
  await vi.advanceTimersByTimeAsync(10)
  expect(pages.at(300)?.id).toBe('t300')
  expect(pages.totalCount).toBe(1_000)
  await vi.advanceTimersByTimeAsync(100)
  expect(pages.at(301)?.id).toBe('t300')
  expect(pages.totalCount).toBe(1_001)
  expect(shifts).toEqual([1])
})

test('many changes at once are read once, and the last one is not missed', async () => {
  const { pages, asked, change } = serverOf(100)
  pages.show(0, 30)
  await vi.advanceTimersByTimeAsync(100)
  for (let step = 0; step < 50; step += 1) {
    change((now) => [...now, { id: `more${step}`, size: 1 }])
    pages.reread()
    await vi.advanceTimersByTimeAsync(10)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(pages.totalCount).toBe(150)
  expect(asked.length).toBeLessThan(6)
})

test('an entry that keeps its place is changed without a reading', async () => {
  const { pages, asked } = serverOf(500)
  pages.show(0, 30)
  await vi.advanceTimersByTimeAsync(100)
  expect(pages.replace([{ id: 't7', size: 9 }], () => true)).toBe(true)
  expect(pages.at(7)?.size).toBe(9)
  expect(pages.replace([{ id: 'unknown', size: 9 }], () => true)).toBe(false)
  expect(asked).toEqual([0])
})
