import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { StartFault } from './start-fault.ts'
import { writeWhole } from './whole-file.ts'

/** 256 bits, for AES-256 (NIST FIPS 197) and HKDF-SHA-256 (RFC 5869). */
const keyBytes = 32
/** As NIST SP 800-38D recommends for GCM. */
const nonceBytes = 12

export interface MasterKey {
  readonly id: string
  readonly bytes: Buffer
}

/** The keys as they are now, when they are others than at the last call; null otherwise. */
export type RenewedKeys = () => readonly MasterKey[] | null

/**
 * Seals what must be kept secret at rest and yet be read again: the secrets of authenticators, passwords of devices. One
 * master key outside the database, so that a copy of the database alone tells nothing. The first key seals, all of them open:
 * those that were rotated out stay for what they sealed or signed. A rotation may happen while this runs.
 */
export class Secrets {
  readonly #renewed: RenewedKeys
  #keys: readonly MasterKey[]

  constructor(keys: readonly MasterKey[], renewed: RenewedKeys = () => null) {
    if (keys.length === 0) throw new Error('There is no master key.')
    this.#keys = keys
    this.#renewed = renewed
  }

  /** Id of the key that seals now. */
  get keyId(): string {
    return this.#newest().id
  }

  #newest(): MasterKey {
    this.#keys = this.#renewed() ?? this.#keys
    return this.#keys[0] as MasterKey
  }

  #find(id: string): MasterKey | undefined {
    const known = this.#keys.find((key) => key.id === id)
    if (known) return known
    this.#newest()
    return this.#keys.find((key) => key.id === id)
  }

  /** `v1.<key id>.<nonce>.<ciphertext and tag>`. `context` says what it belongs to, such as `totp:<user>`: it opens nowhere else. */
  seal(context: string, plain: string): string {
    const key = this.#newest()
    const { id } = key
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', deriveFrom(key, 'seal'), nonce)
    cipher.setAAD(Buffer.from(`${id}:${context}`))
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `v1.${id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`
  }

  /** Throws when it was sealed for something else, was changed, or its key is gone. */
  open(context: string, sealed: string): string {
    const [version, id, nonce, bytes] = sealed.split('.')
    if (version !== 'v1' || !id || !nonce || !bytes) throw new Error('This is not a sealed secret.')
    const key = this.#find(id)
    if (!key) throw new Error(`The master key ${id}, with which this was sealed, is not here.`)
    const data = Buffer.from(bytes, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', deriveFrom(key, 'seal'), Buffer.from(nonce, 'base64url'))
    decipher.setAAD(Buffer.from(`${id}:${context}`))
    decipher.setAuthTag(data.subarray(-16))
    return Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]).toString('utf8')
  }

  /** False when another key than the present one sealed it. */
  isCurrent(sealed: string): boolean {
    return sealed.split('.')[1] === this.keyId
  }

  /** A key for one purpose only: with the present master key, or with the one of that id. */
  derive(purpose: string, keyId = this.keyId): Buffer {
    const key = this.#find(keyId)
    if (!key) throw new Error(`The master key ${keyId} is not here.`)
    return deriveFrom(key, purpose)
  }
}

function deriveFrom(key: MasterKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key.bytes, Buffer.alloc(0), `baluhost ${purpose}`, keyBytes))
}

/** One line for each key, the present one first: `<id> <base64url>`. */
export function parseMasterKeys(text: string, where: string): MasterKey[] {
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [id = '', encoded = ''] = line.split(/\s+/, 2)
      const bytes = Buffer.from(encoded, 'base64url')
      if (!/^[a-z0-9]{1,16}$/.test(id) || bytes.length !== keyBytes) {
        throw new StartFault(
          `The master key in ${where} is damaged: a line must be an id and 32 bytes in base64url. Restore it from a backup.`,
        )
      }
      return { id, bytes }
    })
  if (keys.length === 0) throw new StartFault(`There is no master key in ${where}. Restore it from a backup.`)
  return keys
}

/** A line for a new key. */
export function createMasterKeyLine(): string {
  return `${randomBytes(4).toString('hex')} ${randomBytes(keyBytes).toString('base64url')}`
}

/** A line as it stands in the file. */
export function masterKeyLine({ id, bytes }: MasterKey): string {
  return `${id} ${bytes.toString('base64url')}`
}

/** Where the master key is: given by systemd, or a file in the data folder. */
export interface MasterKeyPlace {
  readonly file: string
  readonly credential: string | null
}

/** The master key from a systemd credential, or from the data folder, where the first start makes it. */
export async function readSecrets({ file, credential }: MasterKeyPlace): Promise<Secrets> {
  if (credential && existsSync(credential)) return new Secrets(parseMasterKeys(readFileSync(credential, 'utf8'), credential))
  if (!existsSync(file)) await writeMasterKeys(file, createMasterKeyLine())
  return secretsOfFile(file)
}

/** As they are in a file, also after a rotation meanwhile. Throws StartFault when others than its owner could read it. */
export function secretsOfFile(file: string): Secrets {
  let seen = versionOf(file)
  const keys = readMasterKeys(file)
  return new Secrets(keys, () => {
    const now = versionOf(file)
    // Away or being replaced: what is known goes on being right.
    if (now === null || now === seen) return null
    const renewed = readMasterKeys(file)
    seen = now
    return renewed
  })
}

function versionOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.ino} ${found.mtimeNs} ${found.size}` : null
}

export function readMasterKeys(file: string): MasterKey[] {
  const { mode } = statSync(file)
  if ((mode & 0o077) !== 0) {
    throw new StartFault(
      `The master key in ${file} can be read by others (mode ${(mode & 0o777).toString(8)}). Take that from them: chmod 600 ${file}. If somebody may have read it, change it: npm run admin -- rotate-key`,
    )
  }
  return parseMasterKeys(readFileSync(file, 'utf8'), file)
}

/** Whole or not at all, readable by the server alone, and on the disk when it returns: what is sealed with a lost key is lost. */
export async function writeMasterKeys(file: string, lines: string): Promise<void> {
  const note = '# Seals the secrets in the database. Keep a copy of this file apart from copies of the database.'
  await writeWhole(file, `${note}\n${lines}\n`, 0o600)
}
