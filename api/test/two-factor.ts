import { generateSync } from 'otplib'
import type { Answer, Client } from './client.ts'

/** What an authenticator app shows at a time, or so many steps from it. */
export function codeOf(secret: string, at: Date, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(at.getTime() / 1_000) + steps * 30 })
}

async function ask(client: Client, document: string, variables: object = {}) {
  const { data, errors } = await client.graphql(document, variables as Record<string, unknown>)
  return errors?.[0] ? { code: errors[0].extensions.code } : Object.values(data)[0]
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is its type
type Result = any

export const startTotp = (client: Client): Promise<Result> =>
  ask(client, 'mutation { startTotpEnrolment { __typename ... on TotpEnrolment { secret uri expiresAt } ... on Problem { code } } }')

export const confirmTotp = (client: Client, code: string): Promise<Result> =>
  ask(
    client,
    'mutation ($input: ConfirmTotpEnrolmentInput!) { confirmTotpEnrolment(input: $input) { ... on RecoveryCodes { codes } ... on Problem { code field } } }',
    { input: { code } },
  )

/** Sets up an authenticator app. The code used is that of the step before, so that the present one is still good. */
export async function enrol(client: Client, now: Date): Promise<{ secret: string; codes: string[] }> {
  const began = Date.now()
  const { secret } = await startTotp(client)
  const at = () => new Date(now.getTime() + Date.now() - began)
  // Near the end of a step the one before would be two old when it arrives.
  const left = 30_000 - (at().getTime() % 30_000)
  if (left < 3_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
  const { codes, code } = await confirmTotp(client, codeOf(secret, at(), -1))
  if (!codes) throw new Error(`The authenticator was not set up: ${code}`)
  return { secret, codes }
}

/** The first half of a sign-in; `challenge` is there when there is a second. */
export const begin = (client: Client, username: string, password: string): Promise<Result> =>
  ask(
    client,
    `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on Session { user { username } }
      ... on TwoFactorRequired { challenge methods expiresAt } ... on Problem { code } } }`,
    { input: { username, password } },
  )

export interface SecondHalf {
  readonly challenge: string
  readonly code?: string
  readonly rememberBrowser?: boolean
  readonly passkey?: object
}

export const finish = (client: Client, input: SecondHalf): Promise<Result> =>
  ask(
    client,
    `mutation ($input: VerifyTwoFactorInput!) { verifyTwoFactor(input: $input) { __typename ... on Session { user { username } }
      ... on Problem { code field } } }`,
    { input },
  )

/** A field of the graph that answers with `code` when it is a problem, and with `__typename` when not. */
export const attempt = (client: Client, mutation: string): Promise<Result> =>
  ask(client, `mutation { ${mutation} { __typename ... on Problem { code } } }`)

export const signedInName = async (client: Client): Promise<string | null> =>
  ((await client.graphql('{ me { username } }')) as Answer).data.me?.username ?? null
