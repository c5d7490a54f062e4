import { isIPv4, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

/** What the process was told from outside, checked once. Nothing else reads the environment. */
export interface Env {
  readonly tier: 'nas'
  readonly dataDir: string
  readonly storageDir: string
  readonly host: string
  readonly port: number
  readonly hardware: 'real' | 'simulated'
  /** Fill an empty server with example users and files. */
  readonly demo: boolean
  readonly databaseUrl: string | null
  /** Where several processes share what they count; null counts in this process alone. */
  readonly redisUrl: string | null
  readonly setupToken: string | null
  /** Proxies whose word on a client's address and protocol is taken: addresses and networks. */
  readonly trustedProxies: readonly string[]
  /** Where a trusted proxy finds the files of the storage, to send them in this server's place: `/storage/` … (X-Accel-Redirect); null for none. */
  readonly accelPrefix: string | null
  readonly tls: TlsSetting
  /** Where systemd puts the master key, when it was given as a credential; see systemd.exec(5), LoadCredential. */
  readonly masterKeyCredential: string | null
  /** How long an upload may rest before it is removed with its bytes. */
  readonly uploadExpiryMilliseconds: number
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  readonly logFormat: 'json' | 'pretty'
}

/** `off`: plain HTTP. `own`: certificate files. `local`: an authority of this machine. */
export type TlsSetting = { readonly mode: 'off' | 'local' } | { readonly mode: 'own'; readonly cert: string; readonly key: string }

const flag = z.enum(['0', '1', 'false', 'true']).transform((value) => value === '1' || value === 'true')

const schema = z.object({
  BALUHOST_TIER: z.enum(['nas']).default('nas'),
  BALUHOST_DATA_DIR: z.string().min(1).default('./data'),
  BALUHOST_STORAGE_DIR: z.string().min(1).optional(),
  BALUHOST_HOST: z.string().min(1).default('0.0.0.0'),
  BALUHOST_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number, 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port number, 0 to 65535')
    .default(8000),
  BALUHOST_HARDWARE: z.enum(['real', 'simulated']).default('real'),
  BALUHOST_DEMO: flag.default(false),
  BALUHOST_REDIS_URL: z
    .string()
    // Not said how it is wrong: it may hold a password.
    .refine((url) => /^rediss?:\/\//.test(url) && URL.canParse(url), 'must be an address that starts with redis:// or rediss://')
    .optional(),
  BALUHOST_SETUP_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  BALUHOST_TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((each) => each.trim()))
    .refine((list) => list.every(isNetwork), 'must be addresses or networks (10.0.0.0/8), separated by commas')
    .optional(),
  BALUHOST_ACCEL_PREFIX: z
    .string()
    .regex(/^(\/[A-Za-z0-9._~-]+)+\/?$/, 'must be the path of a location in the proxy, such as /storage')
    .transform((prefix) => prefix.replace(/\/$/, ''))
    .optional(),
  BALUHOST_TLS: z.enum(['off', 'own', 'local']).default('off'),
  BALUHOST_TLS_CERT: z.string().min(1).optional(),
  BALUHOST_TLS_KEY: z.string().min(1).optional(),
  CREDENTIALS_DIRECTORY: z.string().min(1).optional(),
  BALUHOST_UPLOAD_EXPIRY_HOURS: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a number of hours, 1 to 8760')
    .transform(Number)
    .refine((hours) => hours >= 1 && hours <= 8_760, 'must be a number of hours, 1 to 8760')
    .default(24),
  BALUHOST_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  BALUHOST_LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/|file:)/, 'must start with postgresql:// or file:')
    // Not said how it is wrong: it may hold a password.
    .refine((url) => url.startsWith('file:') || URL.canParse(url), 'is not a valid address')
    .optional(),
})

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : null
  return bits !== null && more.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

/** Every fault of the environment at once; the process cannot start. */
export class EnvFault extends Error {}

export function readEnv(source: Record<string, string | undefined>, isTerminal: boolean): Env {
  const faults: string[] = []
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  for (const name of Object.keys(given)) {
    // A misspelt setting that is silently ignored is a setting that somebody trusts in vain.
    if (name.startsWith('BALUHOST_') && !(name in schema.shape) && !name.startsWith('BALUHOST_TEST_')) {
      faults.push(`${name}: unknown setting. Known: ${Object.keys(schema.shape).join(', ')}`)
    }
  }
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join('.')}: ${issue.message}`)
  }
  const { BALUHOST_TLS: tls, BALUHOST_TLS_CERT: cert, BALUHOST_TLS_KEY: key } = parsed.data ?? {}
  if (tls === 'own' && !(cert && key)) faults.push('BALUHOST_TLS: own needs BALUHOST_TLS_CERT and BALUHOST_TLS_KEY, files in PEM')
  if (parsed.success && tls !== 'own' && (cert || key)) faults.push('BALUHOST_TLS_CERT and BALUHOST_TLS_KEY: only with BALUHOST_TLS=own')
  if (parsed.success && parsed.data.BALUHOST_ACCEL_PREFIX && !parsed.data.BALUHOST_TRUSTED_PROXIES)
    faults.push('BALUHOST_ACCEL_PREFIX: only with BALUHOST_TRUSTED_PROXIES, which says whose place that is')
  if (!parsed.success || faults.length > 0) {
    throw new EnvFault(
      `The environment has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
  }
  const values = parsed.data
  const dataDir = resolve(values.BALUHOST_DATA_DIR)
  return {
    tier: values.BALUHOST_TIER,
    dataDir,
    storageDir: values.BALUHOST_STORAGE_DIR ? resolve(values.BALUHOST_STORAGE_DIR) : `${dataDir}/storage`,
    host: values.BALUHOST_HOST,
    port: values.BALUHOST_PORT,
    hardware: values.BALUHOST_HARDWARE,
    demo: values.BALUHOST_DEMO,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.BALUHOST_REDIS_URL ?? null,
    setupToken: values.BALUHOST_SETUP_TOKEN ?? null,
    trustedProxies: values.BALUHOST_TRUSTED_PROXIES ?? [],
    accelPrefix: values.BALUHOST_ACCEL_PREFIX ?? null,
    tls:
      tls === 'own' && cert && key ? { mode: 'own', cert: resolve(cert), key: resolve(key) } : { mode: tls === 'local' ? 'local' : 'off' },
    masterKeyCredential: values.CREDENTIALS_DIRECTORY ? `${values.CREDENTIALS_DIRECTORY}/baluhost-master-key` : null,
    uploadExpiryMilliseconds: values.BALUHOST_UPLOAD_EXPIRY_HOURS * 3_600_000,
    logLevel: values.BALUHOST_LOG_LEVEL,
    logFormat: values.BALUHOST_LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json'),
  }
}
