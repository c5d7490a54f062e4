import { expect, test } from 'vitest'
import { mergeSamples } from './sample-window'

const at = (second: number) => ({ at: new Date(second * 1000).toISOString() })
const seconds = (samples: readonly { at: string }[]) => samples.map((each) => Date.parse(each.at) / 1000)

test('keeps a fixed window that ends with the newest', () => {
  const full = Array.from({ length: 301 }, (_, index) => at(index))
  const next = mergeSamples(full, [at(301)], 300)
  expect(seconds(next).at(0)).toBe(1)
  expect(seconds(next).at(-1)).toBe(301)
  expect(next).toHaveLength(301)
})

test('joins the ring and a frame that overtook it, each moment once and in order', () => {
  const merged = mergeSamples([at(11)], [at(9), at(10), at(11)], 300)
  expect(seconds(merged)).toEqual([9, 10, 11])
})

test('a frame that comes late or twice does not go to the end', () => {
  expect(seconds(mergeSamples([at(1), at(3)], [at(2)], 300))).toEqual([1, 2, 3])
  expect(seconds(mergeSamples([at(1), at(3)], [at(3)], 300))).toEqual([1, 3])
})

test('reads moments of different zones as the same time', () => {
  const merged = mergeSamples([{ at: '2026-11-20T10:00:00Z' }], [{ at: '2026-11-20T11:00:00+01:00' }], 300)
  expect(merged).toHaveLength(1)
})
