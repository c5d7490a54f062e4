import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import type { TelemetryPoint, TelemetrySample, TelemetrySeries } from './model.ts'

const TelemetrySampleType = builder.objectRef<TelemetrySample>('TelemetrySample').implement({
  description: 'What this machine did in one second. Rates are means over that second.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'A whole second.' }),
    cpuPercent: t.exposeFloat('cpuPercent', { description: '0 to 100, all cores together. Waiting for a disk is idle.' }),
    cpuCorePercents: t.exposeFloatList('cpuCorePercents', { description: '0 to 100 for each core, from core 0.' }),
    loadAverage1m: t.exposeFloat('loadAverage1m', { description: 'Processes that run or wait, averaged over a minute.' }),
    memoryUsed: t.expose('memoryUsed', { type: 'Bytes', description: 'What programs could not get back at once: caches count as free.' }),
    memoryTotal: t.expose('memoryTotal', { type: 'Bytes' }),
    swapUsed: t.expose('swapUsed', { type: 'Bytes' }),
    swapTotal: t.expose('swapTotal', { type: 'Bytes', description: '0 where there is no swap.' }),
    diskReadBytesPerSecond: t.exposeFloat('diskReadBytesPerSecond', { description: 'All physical disks together.' }),
    diskWriteBytesPerSecond: t.exposeFloat('diskWriteBytesPerSecond', { description: 'All physical disks together.' }),
    networkReceiveBytesPerSecond: t.exposeFloat('networkReceiveBytesPerSecond', {
      description: 'All network cards together; bridges, tunnels and loopback are not counted again.',
    }),
    networkSendBytesPerSecond: t.exposeFloat('networkSendBytesPerSecond', { description: 'All network cards together, as for receiving.' }),
    unavailable: t.stringList({
      description: 'Sensors that could not be read: cpu, load, memory, disks, network. Their values stand as 0 and mean nothing.',
      resolve: ({ unavailable }) => [...unavailable],
    }),
  }),
})

const TelemetryPointType = builder.objectRef<TelemetryPoint>('TelemetryPoint').implement({
  description: 'One bucket of a series.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Where the bucket begins.' }),
    value: t.exposeFloat('value', { nullable: true, description: 'The mean; null where nothing was sampled: a gap, not zero.' }),
  }),
})

const TelemetrySeriesType = builder.objectRef<TelemetrySeries>('TelemetrySeries').implement({
  description: 'One metric over a time.',
  fields: (t) => ({
    metric: t.exposeString('metric'),
    unit: t.exposeString('unit', { description: 'percent, load, bytes or bytesPerSecond.' }),
    points: t.field({ type: [TelemetryPointType], description: 'Oldest first, equally wide.', resolve: ({ points }) => [...points] }),
  }),
})

/** Carries nothing: its fields ask the service themselves. */
const TelemetryType = builder.objectRef<Record<never, never>>('Telemetry').implement({
  description: 'What this machine does, each second, for the last 15 minutes.',
  fields: (t) => ({
    current: t.field({
      type: TelemetrySampleType,
      nullable: true,
      description: 'The newest sample; null in the first second after start.',
      resolve: (_telemetry, _args, { actor, services }) => services.telemetry.current(actor),
    }),
    recent: t.field({
      type: [TelemetrySampleType],
      description: 'The last seconds, oldest first, one sample each. Seconds without a sample are left out.',
      args: { seconds: t.arg.int({ required: true, defaultValue: 300, description: '1 to 900.' }) },
      resolve: (_telemetry, { seconds }, { actor, services }) => services.telemetry.recent(actor, seconds),
    }),
    history: t.field({
      type: TelemetrySeriesType,
      description: 'One metric in equal buckets. Fails with METRIC_UNKNOWN (the message lists all) or INVALID_INPUT.',
      args: {
        metric: t.arg.string({
          required: true,
          description: 'Such as cpu.percent, cpu.core.0.percent, memory.used, disk.readBytesPerSecond.',
        }),
        from: t.arg({ type: 'DateTime', required: true, description: 'Included.' }),
        to: t.arg({ type: 'DateTime', required: true, description: 'Not included.' }),
        points: t.arg.int({ required: true, description: '1 to 2000. Fewer come back where buckets would be narrower than a second.' }),
      },
      resolve: (_telemetry, query, { actor, services }) => services.telemetry.history(actor, query),
    }),
  }),
})

builder.queryField('telemetry', (t) =>
  t.field({
    ...needs('telemetry:read'),
    type: TelemetryType,
    description: 'Real values of the machine, also where disks and arrays are simulated.',
    resolve: () => ({}),
  }),
)

builder.subscriptionField('telemetryChanged', (t) =>
  t.field({
    ...needs('telemetry:read'),
    type: TelemetrySampleType,
    description: 'The newest sample at once, then one each second.',
    subscribe: (_root, _args, { actor, services }) => services.telemetry.watch(actor),
    resolve: (sample) => sample,
  }),
)
