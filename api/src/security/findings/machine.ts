import { isIP } from 'node:net'
import type { Database } from '../../platform/db.ts'
import { type FindingSource, plain } from '../model.ts'

export interface MachineFindingsDeps {
  readonly database: Database
  /** The address that the server listens on. */
  readonly host: string
  /** True when it speaks TLS itself, or a proxy that it trusts does. */
  readonly tls: boolean
  /** True when whoever can read the environment of the process knows the token of the setup. */
  readonly setupTokenInEnvironment: boolean
  /** True when no administrator can do anything without a second factor. */
  readonly secondFactorRequired: () => boolean
  /** True when database and master key lie in one folder. */
  readonly keyBesideDatabase: boolean
}

/** How the server is set up and reached. */
export function machineFindings(deps: MachineFindingsDeps): FindingSource {
  const { database, host, tls, setupTokenInEnvironment, secondFactorRequired, keyBesideDatabase } = deps
  return {
    name: 'machine',
    async find({ address, secure }) {
      const adjusted = await database.setting.findFirst({ where: { key: { startsWith: 'limits.' } }, select: { key: true } })
      const isPlain = !secure && !isLoopback(address)
      return [
        ...plain('PLAIN_HTTP', 'WARNING', isPlain),
        ...plain('LISTENS_EVERYWHERE_WITHOUT_TLS', 'WARNING', !tls && !isPlain && isEverywhere(host), { subjects: [host] }),
        ...plain('SETUP_TOKEN_IN_ENVIRONMENT', 'WARNING', setupTokenInEnvironment),
        ...plain('SECOND_FACTOR_NOT_REQUIRED', 'INFO', !secondFactorRequired()),
        ...plain('MASTER_KEY_BESIDE_DATABASE', 'INFO', keyBesideDatabase),
        ...plain('LIMITS_NEVER_ADJUSTED', 'INFO', adjusted === null),
      ]
    },
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** On the machine itself nobody listens in between. */
function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && /^(127\.|::1$|::ffff:127\.)/.test(address)
}
