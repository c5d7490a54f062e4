import { describe, expect, test } from 'vitest'
import { EnvFault, readEnv } from './env.ts'

const faultsOf = (source: Record<string, string>): string => {
  try {
    readEnv(source, false)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(EnvFault)
    return (error as EnvFault).message
  }
}

test('says nothing, and has a default for everything', () => {
  const env = readEnv({ PATH: '/bin', HOME: '/root', BALUHOST_PORT: '' }, true)
  expect(env).toMatchObject({
    tier: 'nas',
    host: '0.0.0.0',
    port: 8000,
    hardware: 'real',
    demo: false,
    databaseUrl: null,
    logFormat: 'pretty',
  })
  expect(env.dataDir).toMatch(/^\/.*\/data$/)
  expect(env.storageDir).toBe(`${env.dataDir}/storage`)
  expect(readEnv({}, false).logFormat).toBe('json')
})

test('all faults are said at once, unknown settings too', () => {
  const message = faultsOf({
    BALUHOST_PORT: 'eighty',
    BALUHOST_HARDWARE: 'imaginary',
    BALUHOST_DEMO: 'perhaps',
    BALUHOST_SETUP_TOKEN: 'short',
    BALUHOST_LOG_LEVEL: 'loud',
    BALUHOST_DATADIR: '/srv',
    DATABASE_URL: 'mysql://localhost/x',
  })
  expect(message).toMatch(/^The environment has 7 faults:\n/)
  for (const name of ['PORT', 'HARDWARE', 'DEMO', 'SETUP_TOKEN', 'LOG_LEVEL']) expect(message).toContain(`\n  BALUHOST_${name}: `)
  expect(message).toContain('BALUHOST_DATADIR: unknown setting. Known: ')
  expect(message).toContain('DATABASE_URL: must start with postgresql:// or file:')
})

describe('single settings', () => {
  test.each(['65536', '-1', '80.5', '0x50', '1e3', ' ', ' 80', '99999', 'NaN'])('%j is no port', (port) => {
    expect(faultsOf({ BALUHOST_PORT: port })).toContain('BALUHOST_PORT: must be a port number, 0 to 65535')
  })

  test.each(['0', '80', '65535'])('%j is one', (port) => {
    expect(readEnv({ BALUHOST_PORT: port }, false).port).toBe(Number(port))
  })

  test('a fault of the database address does not tell its password', () => {
    for (const url of ['postgresql://ben:secret@[bad/x', 'postgresql://ben:secret@host:99999/x', 'mysql://ben:secret@host/x']) {
      const message = faultsOf({ DATABASE_URL: url })
      expect(message).toContain('DATABASE_URL: ')
      expect(message).not.toContain('secret')
    }
  })

  test('flags', () => {
    for (const [text, value] of Object.entries({ 0: false, 1: true, false: false, true: true })) {
      expect(readEnv({ BALUHOST_DEMO: text }, false).demo).toBe(value)
    }
  })
})

test('how long an upload may rest is a number of hours', () => {
  expect(readEnv({}, false).uploadExpiryMilliseconds).toBe(24 * 3_600_000)
  expect(readEnv({ BALUHOST_UPLOAD_EXPIRY_HOURS: '72' }, false).uploadExpiryMilliseconds).toBe(72 * 3_600_000)
  for (const hours of ['0', '8761', '1.5', 'long'])
    expect(faultsOf({ BALUHOST_UPLOAD_EXPIRY_HOURS: hours })).toContain('BALUHOST_UPLOAD_EXPIRY_HOURS')
})
