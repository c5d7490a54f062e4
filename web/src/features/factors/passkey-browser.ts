import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { PasskeyAssertionInput, PasskeyAttestationInput } from '../../graphql/generated/graphql'

/** Why a browser has no passkeys here; null when it has. The server says the same of itself. */
export type PasskeyObstacle = 'needsTls' | 'needsName' | 'unsupported'

export function passkeyObstacle(): PasskeyObstacle | null {
  if (!window.isSecureContext) return 'needsTls'
  if (/^\[|^[\d.]+$/.test(window.location.hostname)) return 'needsName'
  return typeof window.PublicKeyCredential === 'function' ? null : 'unsupported'
}

/** What went wrong in the browser, by a name that has words. */
export class PasskeyFailure extends Error {
  readonly why: 'cancelled' | 'known' | 'unsupported' | 'failed'
  constructor(why: PasskeyFailure['why']) {
    super(why)
    this.why = why
  }
}

/** Lets the browser make a passkey. The library comes when it is needed first. */
export async function createPasskey(options: object): Promise<PasskeyAttestationInput> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const { id, response } = await orFailure(() => startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }))
  const { attestationObject, clientDataJSON, transports = [] } = response
  return { credentialId: id, attestationObject, clientDataJSON, transports: [...transports] }
}

/** Lets a passkey answer. */
export async function askPasskey(options: object): Promise<PasskeyAssertionInput> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const { id, response } = await orFailure(() => startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }))
  const { authenticatorData, clientDataJSON, signature, userHandle } = response
  return { credentialId: id, authenticatorData, clientDataJSON, signature, userHandle: userHandle ?? null }
}

async function orFailure<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'NotAllowedError' || name === 'AbortError') throw new PasskeyFailure('cancelled')
    if (name === 'InvalidStateError') throw new PasskeyFailure('known')
    throw new PasskeyFailure(name === 'NotSupportedError' ? 'unsupported' : 'failed')
  }
}
