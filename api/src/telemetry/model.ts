import { stateTopic } from '../platform/bus.ts'

/** What a metric counts in; shown beside its values. */
export type Unit = 'percent' | 'load' | 'bytes' | 'bytesPerSecond'

/** Values of one sensor by metric name. A value that is not known (a rate without a second reading) is left out. */
export type Readings = ReadonlyMap<string, number>

/** The sensors of a sample. Their ids are what `TelemetrySample.unavailable` lists. */
export type SensorId = 'cpu' | 'load' | 'memory' | 'disks' | 'network'

export interface Metric {
  readonly name: string
  readonly unit: Unit
  readonly sensor: SensorId
}

/** Everything that is kept for the machine as a whole. Cores come on top, as `cpu.core.<n>.percent` from 0. */
export const METRICS = [
  { name: 'cpu.percent', unit: 'percent', sensor: 'cpu' },
  { name: 'load.1m', unit: 'load', sensor: 'load' },
  { name: 'memory.used', unit: 'bytes', sensor: 'memory' },
  { name: 'memory.total', unit: 'bytes', sensor: 'memory' },
  { name: 'memory.swapUsed', unit: 'bytes', sensor: 'memory' },
  { name: 'memory.swapTotal', unit: 'bytes', sensor: 'memory' },
  { name: 'disk.readBytesPerSecond', unit: 'bytesPerSecond', sensor: 'disks' },
  { name: 'disk.writeBytesPerSecond', unit: 'bytesPerSecond', sensor: 'disks' },
  { name: 'network.receiveBytesPerSecond', unit: 'bytesPerSecond', sensor: 'network' },
  { name: 'network.sendBytesPerSecond', unit: 'bytesPerSecond', sensor: 'network' },
] as const satisfies readonly Metric[]

export type MetricName = (typeof METRICS)[number]['name']

/** The name of one core's metric; cores count from 0 as the kernel numbers them. */
export function coreMetric(core: number): string {
  return `cpu.core.${core}.percent`
}

/** The unit of a metric that is kept. What METRICS does not list is a core. */
export function unitOf(metric: string): Unit {
  return METRICS.find(({ name }) => name === metric)?.unit ?? 'percent'
}

/** This machine during one second. Sizes are bytes, rates bytes per second over that second, percents 0 to 100. */
export interface TelemetrySample {
  readonly at: Date
  readonly cpuPercent: number
  readonly cpuCorePercents: readonly number[]
  readonly loadAverage1m: number
  readonly memoryUsed: number
  readonly memoryTotal: number
  readonly swapUsed: number
  readonly swapTotal: number
  readonly diskReadBytesPerSecond: number
  readonly diskWriteBytesPerSecond: number
  readonly networkReceiveBytesPerSecond: number
  readonly networkSendBytesPerSecond: number
  /** Sensors with a value that is not known now. Their values stand as 0 and mean nothing. */
  readonly unavailable: readonly SensorId[]
}

/** The mean of a bucket that begins at `at`; null where nothing was sampled. */
export interface TelemetryPoint {
  readonly at: Date
  readonly value: number | null
}

export interface TelemetrySeries {
  readonly metric: string
  readonly unit: Unit
  readonly points: readonly TelemetryPoint[]
}

/** The newest sample, each second. */
export const telemetrySampled = stateTopic<TelemetrySample>('telemetry.sampled')
