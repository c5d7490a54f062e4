import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export interface LogOptions {
  readonly level: string
  readonly format: 'json' | 'pretty'
  /** Standard output unless another is named. */
  readonly destination?: DestinationStream
}

/** JSON lines for machines, readable lines for a terminal. What could be a secret is cut out wherever it stands. */
export async function createLog(options: LogOptions): Promise<Log> {
  const settings = {
    level: options.level,
    serializers: { err: (error: unknown) => describeError(error) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  }
  if (options.format === 'json') return options.destination ? pino(settings, options.destination) : pino(settings)
  const { PinoPretty } = await import('pino-pretty')
  return pino(settings, PinoPretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }))
}

/** Properties that hold secrets, whatever they belong to. Nothing logs them; should something begin to, they are cut out. */
const secretNames = ['authorization', 'cookie', 'password', 'setupToken', 'token', 'secret']

/** How far causes of causes are followed. */
const deepest = 3

/**
 * What is logged of an error. Not its other properties, as pino would: libraries hang onto them the request with its cookies, the
 * document with its literals, the arguments of a query.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {}
  const cause = error.cause !== undefined && depth < deepest ? { cause: describeError(error.cause, depth + 1) } : {}
  return { type: error.name, ...code, message: messageOf(error), stack: placesOf(error), ...cause }
}

/** Prisma repeats the whole call with its values before it says in the last line what is wrong with it. */
function messageOf({ message, name }: Error): string {
  return name === 'PrismaClientValidationError' ? (message.trimEnd().split('\n').at(-1) ?? '') : message
}

/** Without the message, with which it begins. */
function placesOf({ stack }: Error): string {
  const lines = stack?.split('\n') ?? []
  return lines.filter((line) => /^ {4}at /.test(line)).join('\n')
}
