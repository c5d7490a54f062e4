import 'reflect-metadata'
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { AsnConvert } from '@peculiar/asn1-schema'
import { GeneralName, GeneralSubtree, GeneralSubtrees, id_ce_nameConstraints, NameConstraints } from '@peculiar/asn1-x509'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 24 * 3_600_000
/** The authority is taught to each device by hand: it lasts. */
const authorityLasts = 3_650 * day
/** Apple's devices take no server certificate that lasts longer than 825 days, of any authority: https://support.apple.com/103769 */
const serverLasts = 397 * day
/** Clocks of phones and televisions are not always right. */
const backdated = day

/** Names that only mean something at home, and the addresses of private networks (RFC 1918, 4193, 3927, 4291, 6598). */
const homeNames = ['localhost', 'local', 'home.arpa', 'lan', 'internal', 'fritz.box']
const homeNetworks = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** A key pair with its certificate, PEM. */
export interface Issued {
  readonly certificate: string
  readonly key: string
}

/**
 * A certificate authority of this machine alone. Its name constraints (RFC 5280, 4.2.1.10) let it speak for names and addresses
 * of a home and for this host, so whoever steals its key can pretend to be no bank.
 */
export async function createAuthority(hostname: string, now: Date): Promise<Issued> {
  const keys = await generateKeys()
  const name = `CN=BaluHost authority of ${escapeName(hostname)}, O=BaluHost`
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: name,
    issuer: name,
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + authorityLasts),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      nameConstraints([...new Set([hostname, ...homeNames])]),
    ],
  })
  return issued(certificate, keys)
}

/** A certificate for the server, signed by the authority. Names and addresses that the authority may not speak for are left out. */
export async function issueServerCertificate(authority: Issued, names: readonly string[], now: Date): Promise<Issued> {
  const signingKey = await importKey(authority.key)
  const keys = await generateKeys()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${escapeName(names[0] ?? 'baluhost')}`,
    issuer: new X509Certificate(authority.certificate).subject,
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + serverLasts),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
    ],
  })
  return issued(certificate, keys)
}

function nameConstraints(dnsNames: readonly string[]): Extension {
  const bases = [
    ...dnsNames.map((dNSName) => new GeneralName({ dNSName })),
    ...homeNetworks.map((network) => new GeneralName({ iPAddress: network })),
  ]
  const permittedSubtrees = new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })))
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(new NameConstraints({ permittedSubtrees })))
}

const home = new BlockList()
for (const network of homeNetworks) {
  const [address = '', prefix = '0'] = network.split('/')
  home.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Whether the authority of that host may speak for a name or an address. */
export function mayCertify(hostname: string, name: string): boolean {
  if (isIP(name)) return home.check(name, isIPv6(name) ? 'ipv6' : 'ipv4')
  return [hostname, ...homeNames].some((base) => name === base || name.endsWith(`.${base}`))
}

/** Node's keys under the library's older name for their type, which knows fewer uses of a key. */
type LibraryKeys = Parameters<typeof X509CertificateGenerator.createSelfSigned>[0]['keys']

async function generateKeys(): Promise<LibraryKeys> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as LibraryKeys
}

async function issued(certificate: X509Certificate, keys: LibraryKeys): Promise<Issued> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey as webcrypto.CryptoKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' })
  return { certificate: `${certificate.toString('pem')}\n`, key: String(key) }
}

async function importKey(pem: string): Promise<LibraryKeys['privateKey']> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  return (await webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign'])) as LibraryKeys['privateKey']
}

/** 128 random bits, positive (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

/** A host name has nothing that a distinguished name would take for its own; a kernel would let one be set that has. */
function escapeName(hostname: string): string {
  return hostname.replace(/[^a-zA-Z0-9.-]/g, '')
}
