import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest()

/** As much of CBOR (RFC 8949) as an attestation needs: small numbers, byte and text strings, maps. */
function cbor(value: number | string | Uint8Array | ReadonlyMap<number | string, unknown>): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const entries = [...value].flatMap(([key, each]) => [cbor(key), cbor(each as number)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length)
  return length < 256 ? Buffer.of((major << 5) | 24, length) : Buffer.of((major << 5) | 25, length >> 8, length & 255)
}

interface Options {
  readonly challenge: string
  readonly rp?: { readonly id: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}

/** What may be wrong with an answer: everything is right where nothing is said. */
export interface Twist {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly userHandle?: string | null
  readonly credentialId?: string
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly counter?: number
  readonly type?: string
  readonly signature?: string
}

/** An authenticator in software (WebAuthn Level 3, 6.1): one key pair, a counter, and the freedom to misbehave. */
export class Authenticator {
  readonly #origin: string
  readonly #credentialId = randomBytes(32)
  readonly #private: KeyObject
  readonly #public: KeyObject
  #userHandle: string | null = null
  #counter = 0

  constructor(origin: string) {
    this.#origin = origin
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#private = privateKey
    this.#public = publicKey
  }

  /** Makes a credential; a PasskeyAttestationInput. */
  create(options: Options, twist: Twist = {}) {
    this.#userHandle = options.user?.id ?? null
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' })
    // COSE_Key (RFC 9053): EC2, ES256, P-256.
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, this.#credentialId.length), this.#credentialId, cbor(key)])
    const authData = Buffer.concat([this.#data(twist.rpId ?? options.rp?.id ?? '', twist, 0x40), attested])
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    return {
      credentialId: this.#credentialId.toString('base64url'),
      clientDataJSON: this.#client('webauthn.create', options, twist).toString('base64url'),
      attestationObject: cbor(attestation).toString('base64url'),
      transports: ['internal'],
    }
  }

  /** Answers a challenge; a PasskeyAssertionInput. */
  get(options: Options, twist: Twist = {}) {
    this.#counter += 1
    const authData = this.#data(twist.rpId ?? options.rpId ?? '', twist, 0)
    const client = this.#client('webauthn.get', options, twist)
    const signed = createSign('sha256')
      .update(Buffer.concat([authData, sha256(client)]))
      .sign(this.#private)
    return {
      credentialId: twist.credentialId ?? this.#credentialId.toString('base64url'),
      clientDataJSON: client.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: twist.signature ?? signed.toString('base64url'),
      userHandle: twist.userHandle === undefined ? this.#userHandle : twist.userHandle,
    }
  }

  #client(type: string, { challenge }: Options, twist: Twist): Buffer {
    const data = {
      type: twist.type ?? type,
      challenge: twist.challenge ?? challenge,
      origin: twist.origin ?? this.#origin,
      crossOrigin: false,
    }
    return Buffer.from(JSON.stringify(data))
  }

  #data(rpId: string, { counter = this.#counter, userPresent = true, userVerified = true }: Twist, flags: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.of(flags | (userPresent ? 1 : 0) | (userVerified ? 4 : 0)), count])
  }
}
