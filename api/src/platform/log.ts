import { type Logger, pino } from 'pino'

export type Log = Logger

export interface LogOptions {
  readonly level: string
  readonly format: 'json' | 'pretty'
}

/** JSON lines for machines, readable lines for a terminal. What could be a secret is cut out wherever it stands. */
export async function createLog(options: LogOptions): Promise<Log> {
  const settings = {
    level: options.level,
    redact: {
      paths: ['req.headers.cookie', 'req.headers.authorization', 'password', '*.password', 'setupToken', '*.setupToken'],
      censor: '[secret]',
    },
  }
  if (options.format === 'json') return pino(settings)
  const { PinoPretty } = await import('pino-pretty')
  return pino(settings, PinoPretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }))
}
