import { Problem } from '../platform/errors.ts'

/** No metric of this name is kept here; the message lists those that are. */
export class MetricUnknown extends Problem {
  readonly code = 'METRIC_UNKNOWN'
  readonly status = 404
  constructor(metric: string, known: readonly string[]) {
    super(`There is no metric ${JSON.stringify(metric.slice(0, 64))}. There are: ${known.join(', ')}.`, 'metric')
  }
}
