import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

/** What an authenticator made: parts of a RegistrationResponseJSON, all base64url. */
export interface PasskeyAttestation {
  readonly credentialId: string
  readonly clientDataJSON: string
  readonly attestationObject: string
  readonly transports: readonly string[]
}

/** What an authenticator answered: parts of an AuthenticationResponseJSON, all base64url. */
export interface PasskeyAssertion {
  readonly credentialId: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
  readonly userHandle?: string | null | undefined
}

/** The challenge that was answered; null where nothing of the kind can be read. */
export function tokenIn(clientDataJSON: string): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    const challenge = typeof data === 'object' && data !== null && 'challenge' in data ? data.challenge : null
    return typeof challenge === 'string' && /^[\w-]{43}$/.test(challenge) ? challenge : null
  } catch {
    return null
  }
}

export function attestationOf({
  credentialId,
  clientDataJSON,
  attestationObject,
  transports,
}: PasskeyAttestation): RegistrationResponseJSON {
  return {
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    response: { clientDataJSON, attestationObject, transports: [...transports] as never },
    clientExtensionResults: {},
  }
}

export function assertionOf({ credentialId, clientDataJSON, authenticatorData, signature }: PasskeyAssertion): AuthenticationResponseJSON {
  return {
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    response: { clientDataJSON, authenticatorData, signature },
    clientExtensionResults: {},
  }
}
