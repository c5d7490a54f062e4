import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { LocalAuthority } from './local-authority.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const log = pino({ level: 'silent' })
const clockAt = (time: Date) => ({ now: () => time, monotonic: () => 0 })
const machine = { hostname: 'nas', addresses: ['127.0.0.1', '192.168.1.20', '::1'] }
const day = 24 * 3_600_000

function folder(): string {
  const made = mkdtempSync(`${tmpdir()}/baluhost-tls-`)
  folders.push(made)
  return made
}

const openAt = (at: string, time = new Date(), namesOf = () => machine) =>
  LocalAuthority.open({ folder: at, clock: clockAt(time), log, namesOf })

test('the server has a certificate for all names of the machine, by an authority that is bound to homes', async () => {
  const at = folder()
  const local = await openAt(at)
  const server = new X509Certificate(local.current().cert)
  const authority = new X509Certificate(local.authority.certificate)
  expect(server.verify(authority.publicKey)).toBe(true)
  expect(server.checkIssued(authority)).toBe(true)
  for (const name of ['nas', 'nas.local', 'localhost']) expect(server.checkHost(name), name).toBeDefined()
  for (const address of machine.addresses) expect(server.checkIP(address), address).toBeDefined()
  expect(authority.ca).toBe(true)
  expect(local.authority.fingerprint).toBe(authority.fingerprint256)
  expect(local.authority.names).toEqual(expect.arrayContaining(['nas', 'nas.local', ...machine.addresses]))
  expect(readdirSync(at).sort()).toEqual(['ca.crt', 'ca.key', 'server.crt', 'server.key'])
  for (const key of ['ca.key', 'server.key']) expect(statSync(`${at}/${key}`).mode & 0o777, key).toBe(0o600)
})

test('a later start goes on with the same authority and certificate', async () => {
  const at = folder()
  const first = await openAt(at)
  const second = await openAt(at)
  expect(second.authority).toEqual(first.authority)
  expect(second.current()).toEqual(first.current())
})

test('the certificate renews itself before it ends, under the same authority', async () => {
  const at = folder()
  const now = new Date()
  const first = await openAt(at, now)
  const early = await openAt(at, new Date(now.getTime() + 360 * day))
  expect(early.current()).toEqual(first.current())
  const late = await openAt(at, new Date(now.getTime() + 380 * day))
  expect(late.current().cert).not.toBe(first.current().cert)
  expect(late.authority.certificate).toBe(first.authority.certificate)
})

test('an address that is new is in the certificate; while the server runs, too', async () => {
  const at = folder()
  let addresses = machine.addresses
  const local = await openAt(at, new Date(), () => ({ ...machine, addresses }))
  const renewed = new Promise<string>((resolve) => {
    const stop = local.watch(({ cert }) => {
      stop()
      resolve(cert)
    }, 20)
  })
  addresses = [...addresses, '10.0.0.7']
  expect(new X509Certificate(await renewed).checkIP('10.0.0.7')).toBeDefined()
})

test('a public address is left out: the authority may not speak for it', async () => {
  const local = await openAt(folder(), new Date(), () => ({ hostname: 'nas', addresses: ['8.8.8.8', '192.168.1.20'] }))
  const server = new X509Certificate(local.current().cert)
  expect(server.checkIP('8.8.8.8')).toBeUndefined()
  expect(server.checkIP('192.168.1.20')).toBeDefined()
})

test('an authority that has ended is made anew', async () => {
  const at = folder()
  const now = new Date()
  const first = await openAt(at, now)
  const later = await openAt(at, new Date(now.getTime() + 3_700 * day))
  expect(later.authority.fingerprint).not.toBe(first.authority.fingerprint)
})
