import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { StartFault } from '../platform/start-fault.ts'
import { writeWhole } from '../platform/whole-file.ts'
import type { Issued } from './authority.ts'
import type { CertificateSource, LocalAuthorityCertificate, ServerCertificate } from './model.ts'

const hour = 3_600_000
/** A certificate with less than this left is replaced. */
const renewBefore = 30 * 24 * hour

export interface LocalAuthorityDeps {
  /** Where keys and certificates are kept; made when missing. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  /** Names and addresses of this machine; tests say others. */
  readonly namesOf?: () => { readonly hostname: string; readonly addresses: readonly string[] }
}

/**
 * A self-made authority with a certificate for the names and addresses that this machine has now. The authority's own
 * certificate is what people teach their devices; it never changes while it lasts, the server's renews itself.
 */
export class LocalAuthority implements CertificateSource {
  readonly #deps: LocalAuthorityDeps
  readonly #authority: Issued
  #server: Issued

  private constructor(deps: LocalAuthorityDeps, authority: Issued, server: Issued) {
    this.#deps = deps
    this.#authority = authority
    this.#server = server
  }

  /** Reads what is in the folder, and makes what is missing or about to end. */
  static async open(deps: LocalAuthorityDeps): Promise<LocalAuthority> {
    mkdirSync(deps.folder, { recursive: true, mode: 0o700 })
    const now = deps.clock.now()
    let authority = readPair(deps.folder, 'ca')
    if (authority && endOf(authority) <= now) {
      deps.log.warn('the local authority has ended; a new one is made, and each device must learn to trust it')
      authority = null
    }
    if (!authority) {
      // The library is only loaded where something is to be signed.
      const { createAuthority } = await import('./authority.ts')
      authority = await createAuthority(hostnameOf(deps), now)
      await writePair(deps.folder, 'ca', authority)
    }
    const server = readPair(deps.folder, 'server')
    const local = new LocalAuthority(deps, authority, server ?? authority)
    if (!server || local.#isOutdated(server)) await local.#renew()
    return local
  }

  current(): ServerCertificate {
    return { cert: this.#server.certificate, key: this.#server.key }
  }

  get authority(): LocalAuthorityCertificate {
    const { certificate } = this.#authority
    const { fingerprint256, validToDate } = new X509Certificate(certificate)
    return { certificate, fingerprint: fingerprint256, expiresAt: validToDate, names: namesIn(this.#server) }
  }

  watch(renewed: (certificate: ServerCertificate) => void, interval = hour): () => void {
    const look = async () => {
      if (!this.#isOutdated(this.#server)) return
      await this.#renew()
      renewed(this.current())
    }
    const timer = setInterval(
      () => void look().catch((err) => this.#deps.log.error({ err }, 'the TLS certificate could not be renewed')),
      interval,
    )
    timer.unref()
    return () => clearInterval(timer)
  }

  #isOutdated(server: Issued): boolean {
    const certificate = new X509Certificate(server.certificate)
    if (!certificate.verify(new X509Certificate(this.#authority.certificate).publicKey)) return true
    if (endOf(server).getTime() - this.#deps.clock.now().getTime() < renewBefore) return true
    const has = new Set(namesIn(server))
    return this.#wanted().some((name) => !has.has(name))
  }

  async #renew(): Promise<void> {
    const { clock, folder, log } = this.#deps
    const { issueServerCertificate, mayCertify } = await import('./authority.ts')
    const host = new X509Certificate(this.#authority.certificate).subject.replace(/^[\s\S]*CN=BaluHost authority of ([^\n]*)[\s\S]*$/, '$1')
    // A name that the authority may not speak for would make the whole certificate invalid.
    const names = this.#wanted().filter((name) => mayCertify(host, name))
    this.#server = await issueServerCertificate(this.#authority, names, clock.now())
    await writePair(folder, 'server', this.#server)
    log.info({ names }, 'a TLS certificate was issued by the local authority')
  }

  #wanted(): string[] {
    const { namesOf = namesOfMachine } = this.#deps
    const { hostname: host, addresses } = namesOf()
    const short = host.split('.')[0] ?? host
    return [...new Set([host, short, `${short}.local`, 'localhost', ...addresses])].map((name) => name.toLowerCase()).filter(Boolean)
  }
}

function hostnameOf({ namesOf = namesOfMachine }: LocalAuthorityDeps): string {
  return namesOf().hostname.toLowerCase()
}

function namesOfMachine(): { hostname: string; addresses: string[] } {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  // Link-local addresses carry the name of an interface of the one who asks: no certificate can hold them.
  return { hostname: hostname(), addresses: addresses.filter(({ scopeid }) => !scopeid).map(({ address }) => address) }
}

function endOf({ certificate }: Issued): Date {
  return new X509Certificate(certificate).validToDate
}

/** What the certificate is for. Addresses in the form that the system writes them in. */
function namesIn({ certificate }: Issued): string[] {
  const names = new X509Certificate(certificate).subjectAltName?.split(', ') ?? []
  return names.map((name) => {
    const value = name.replace(/^(DNS|IP Address):/, '')
    return name.startsWith('IP') && value.includes(':') ? new URL(`http://[${value}]`).hostname.slice(1, -1) : value
  })
}

function readPair(folder: string, name: string): Issued | null {
  const files = { certificate: `${folder}/${name}.crt`, key: `${folder}/${name}.key` }
  if (!existsSync(files.certificate) || !existsSync(files.key)) return null
  const pair = { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') }
  try {
    new X509Certificate(pair.certificate)
  } catch {
    throw new StartFault(
      `${files.certificate} is damaged. Restore it from a backup, or remove ${folder} to make a new authority that devices must learn again.`,
    )
  }
  return pair
}

/** The key first: a certificate without its key is made anew, a key alone does nobody harm. */
async function writePair(folder: string, name: string, { certificate, key }: Issued): Promise<void> {
  await writeWhole(`${folder}/${name}.key`, key, 0o600)
  await writeWhole(`${folder}/${name}.crt`, certificate, 0o644)
}
