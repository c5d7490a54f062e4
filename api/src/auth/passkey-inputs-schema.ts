import { builder } from '../graphql/builder.ts'

const standard = 'https://www.w3.org/TR/webauthn-3/'

export const PasskeyAssertionInput = builder.inputType('PasskeyAssertionInput', {
  description: `What a passkey answered: parts of an AuthenticationResponseJSON (${standard}#dictdef-authenticationresponsejson), base64url.`,
  fields: (t) => ({
    credentialId: t.string({ required: true, description: 'Its `id`.' }),
    clientDataJSON: t.string({ required: true }),
    authenticatorData: t.string({ required: true }),
    signature: t.string({ required: true }),
    userHandle: t.string(),
  }),
})

export const PasskeyAttestationInput = builder.inputType('PasskeyAttestationInput', {
  description: `What an authenticator made: parts of a RegistrationResponseJSON (${standard}#dictdef-registrationresponsejson), base64url.`,
  fields: (t) => ({
    credentialId: t.string({ required: true, description: 'Its `id`.' }),
    clientDataJSON: t.string({ required: true }),
    attestationObject: t.string({ required: true }),
    transports: t.stringList({ required: true, description: 'How the browser reaches it.' }),
  }),
})
