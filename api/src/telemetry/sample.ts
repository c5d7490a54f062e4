import type { SensorId, TelemetrySample } from './model.ts'
import { coreMetric, METRICS, type MetricName } from './model.ts'
import type { Ring } from './ring.ts'

/** What the ring keeps of one second, as a sample; null when nothing was sampled then. */
export function sampleAt(ring: Ring, second: number): TelemetrySample | null {
  if (!ring.isSampled(second)) return null
  const unavailable = new Set<SensorId>()
  for (const { name, sensor } of METRICS) if (Number.isNaN(ring.at(name, second))) unavailable.add(sensor)
  const value = (metric: MetricName) => ring.at(metric, second) || 0
  return {
    at: new Date(second * 1000),
    cpuPercent: value('cpu.percent'),
    cpuCorePercents: cores(ring, second),
    loadAverage1m: value('load.1m'),
    memoryUsed: value('memory.used'),
    memoryTotal: value('memory.total'),
    swapUsed: value('memory.swapUsed'),
    swapTotal: value('memory.swapTotal'),
    diskReadBytesPerSecond: value('disk.readBytesPerSecond'),
    diskWriteBytesPerSecond: value('disk.writeBytesPerSecond'),
    networkReceiveBytesPerSecond: value('network.receiveBytesPerSecond'),
    networkSendBytesPerSecond: value('network.sendBytesPerSecond'),
    unavailable: [...unavailable],
  }
}

/** A core that is switched off stands as 0: its place in the list is its number. */
function cores(ring: Ring, second: number): number[] {
  const percents: number[] = []
  for (let core = 0; ring.has(coreMetric(core)); core += 1) percents.push(ring.at(coreMetric(core), second) || 0)
  return percents
}
