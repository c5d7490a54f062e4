export interface Point {
  at: number
  /** null where nothing was measured. */
  value: number | null
}

/**
 * Puts a null between two points that are further apart than `longestStep`: a line drawn across a pause would claim values
 * that nobody measured.
 */
export function withGaps(points: readonly Point[], longestStep: number): Point[] {
  const result: Point[] = []
  for (const point of points) {
    const before = result.at(-1)
    if (before && before.value !== null && point.at - before.at > longestStep) {
      result.push({ at: (before.at + point.at) / 2, value: null })
    }
    result.push(point)
  }
  return result
}

/** The point nearest to `at`, if one was measured within `tolerance` of it. */
export function nearest(points: readonly Point[], at: number, tolerance: number): Point | null {
  let best: Point | null = null
  for (const point of points) {
    if (!best || Math.abs(point.at - at) <= Math.abs(best.at - at)) best = point
    else break
  }
  return best && best.value !== null && Math.abs(best.at - at) <= tolerance ? best : null
}

export interface Extent {
  now: number
  min: number
  max: number
  average: number
}

/** What a text can say of a line; null when there is nothing. */
export function extentOf(points: readonly Point[]): Extent | null {
  const values = points.flatMap((point) => (point.value === null ? [] : [point.value]))
  const now = values.at(-1)
  if (now === undefined) return null
  return {
    now,
    min: Math.min(...values),
    max: Math.max(...values),
    average: values.reduce((sum, value) => sum + value, 0) / values.length,
  }
}

/** 1, 2 or 5 times a power of ten, at or above `value`: an axis that does not twitch with every sample. */
export function niceCeiling(value: number, floor: number): number {
  const target = Math.max(value, floor)
  const power = 10 ** Math.floor(Math.log10(target))
  for (const step of [1, 2, 5, 10]) {
    if (target <= step * power) return step * power
  }
  return target
}
