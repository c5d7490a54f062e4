import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net'
import { InvalidInput } from '../platform/errors.ts'

/** More than these nobody keeps in mind. */
const mostAddresses = 50

interface Network {
  readonly family: 'ipv4' | 'ipv6'
  readonly address: string
  /** Leading bits that count; all of them for a single address. */
  readonly bits: number
}

/**
 * Addresses and networks as they are kept: each in its shortest form, none twice. Throws INVALID_INPUT that names the one
 * at fault.
 */
export function parseAddresses(texts: readonly string[]): string[] {
  if (texts.length > mostAddresses) throw new InvalidInput(`A key has at most ${mostAddresses} addresses.`, 'addresses')
  return [...new Set(texts.map((text) => textOf(parseNetwork(text.trim()))))]
}

/** Whether a request from this address may use a key with this list; an empty list is for anywhere. */
export function includesAddress(list: readonly string[], address: string): boolean {
  if (list.length === 0) return true
  const plain = plainAddress(address)
  if (!plain) return false
  const allowed = new BlockList()
  for (const { family, address: first, bits } of list.map(parseNetwork)) {
    // A BlockList takes an IPv4 address for the IPv6 one that it is mapped to: ::/0 would let in what nobody wrote.
    if (family === plain.family) allowed.addSubnet(first, bits, family)
  }
  return allowed.check(plain.address, plain.family)
}

/** True when every address of `inner` is one of `outer` too. */
export function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true
  if (inner.length === 0) return false
  const networks = outer.map(parseNetwork)
  return inner.map(parseNetwork).every((one) => networks.some((other) => contains(other, one)))
}

function contains(outer: Network, inner: Network): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false
  const list = new BlockList()
  list.addSubnet(outer.address, outer.bits, outer.family)
  return list.check(inner.address, inner.family)
}

function parseNetwork(text: string): Network {
  const [host = '', length, ...more] = text.split('/')
  // A zone (fe80::1%eth0) is a name of one machine's own interface: it says nothing about a client.
  const plain = host.includes('%') || more.length > 0 ? null : plainAddress(host)
  if (!plain) throw new InvalidInput(`${quoted(text)} is neither an address nor a network such as 192.168.1.0/24.`, 'addresses')
  const all = plain.family === 'ipv4' ? 32 : 128
  if (length === undefined) return { ...plain, bits: all }
  const most = isIPv4(host) ? 32 : 128
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > most) {
    throw new InvalidInput(`${quoted(text)}: behind the slash stands a number from 0 to ${most}.`, 'addresses')
  }
  const bits = Number(length) - (most - all)
  if (bits < 0) throw new InvalidInput(`${quoted(text)} holds more than the IPv4 addresses: write them without ::ffff:.`, 'addresses')
  const network = { ...plain, bits }
  const first = firstAddress(network)
  if (first !== plain.address) {
    throw new InvalidInput(
      `${quoted(text)} is in the middle of a network: write ${first}/${bits} for the network or ${plain.address} for the address.`,
      'addresses',
    )
  }
  return network
}

function textOf({ address, bits, family }: Network): string {
  return bits === (family === 'ipv4' ? 32 : 128) ? address : `${address}/${bits}`
}

/** An address in its shortest form, IPv4 also where it came as `::ffff:…`; null when it is none. */
function plainAddress(text: string): Pick<Network, 'address' | 'family'> | null {
  if (isIPv4(text)) return { family: 'ipv4', address: text }
  const [withoutZone = ''] = text.split('%')
  if (!isIPv6(withoutZone)) return null
  const { address } = new SocketAddress({ address: withoutZone, family: 'ipv6' })
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  return mapped ? { family: 'ipv4', address: mapped } : { family: 'ipv6', address }
}

function firstAddress({ address, bits, family }: Network): string {
  const groups = family === 'ipv4' ? address.split('.').map(Number) : groupsOf(address)
  const width = family === 'ipv4' ? 8 : 16
  const kept = groups.map((group, at) => {
    const rest = Math.min(Math.max(bits - at * width, 0), width)
    return group & (((1 << width) - 1) ^ ((1 << (width - rest)) - 1))
  })
  if (family === 'ipv4') return kept.join('.')
  return new SocketAddress({ address: kept.map((group) => group.toString(16)).join(':'), family }).address
}

/** The eight groups of an IPv6 address, whose shortest form may end like an IPv4 one. */
function groupsOf(address: string): number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
    [256 * Number(a) + Number(b), 256 * Number(c) + Number(d)].map((group) => group.toString(16)).join(':'),
  )
  const [head = '', tail] = plain.split('::')
  const front = head.split(':').filter(Boolean)
  const back = (tail ?? '').split(':').filter(Boolean)
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16))
}

function quoted(text: string): string {
  return `“${text.slice(0, 64)}”`
}
