import type { TelemetryPoint } from './model.ts'
import type { Ring } from './ring.ts'

/**
 * A metric's means over `points` equal buckets of [from, to) (milliseconds since 1970). Buckets are never narrower than
 * the second that the ring keeps, so a short range answers with fewer points and not with false gaps between them.
 */
export function meansOf(ring: Ring, metric: string, from: number, to: number, points: number): TelemetryPoint[] {
  const count = Math.max(1, Math.min(points, Math.floor((to - from) / 1000)))
  const width = (to - from) / count
  const sums = new Float64Array(count)
  const seen = new Uint32Array(count)
  const first = Math.max(Math.ceil(from / 1000), ring.oldest)
  const last = Math.min(Math.ceil(to / 1000) - 1, ring.newest)
  for (let second = first; second <= last; second += 1) {
    const value = ring.at(metric, second)
    if (Number.isNaN(value)) continue
    const bucket = Math.min(count - 1, Math.floor((second * 1000 - from) / width))
    sums[bucket] = (sums[bucket] ?? 0) + value
    seen[bucket] = (seen[bucket] ?? 0) + 1
  }
  return Array.from({ length: count }, (_, bucket) => {
    const samples = seen[bucket] ?? 0
    return { at: new Date(from + bucket * width), value: samples === 0 ? null : (sums[bucket] ?? 0) / samples }
  })
}
