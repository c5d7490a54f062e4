import { expect } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, type TestNas } from '../../test/nas.ts'

/** Asks for a mutation with one input and gives what its union answered; `selection` is of the success member. */
export async function mutate(client: Client, field: string, input: Record<string, unknown>, selection: string) {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename ${selection} ... on Problem { code field message } } }`
  const { data, errors } = await client.graphql(document, { input })
  expect(errors, `${field} ${JSON.stringify(input)}`).toBeUndefined()
  return data[field]
}

export function updateUser(client: Client, input: Record<string, unknown>) {
  return mutate(client, 'updateUser', input, '... on User { id username email role quotaBytes disabledAt }')
}

export function deleteUser(client: Client, input: Record<string, unknown>) {
  return mutate(client, 'deleteUser', input, '... on DeletedUser { id username files filesPath }')
}

/** A new account, its id, and a browser in which it is signed in. */
export async function join(nas: TestNas, admin: Client, username: string, role = 'USER'): Promise<{ id: string; client: Client }> {
  const { data } = await admin.createUser({ username, password: goodPassword, role })
  expect(data.createUser.__typename, JSON.stringify(data)).toBe('User')
  const client = nas.client()
  await client.signIn(username, goodPassword)
  return { id: data.createUser.id, client }
}

/** As if the person had not proved who they are for an hour. */
export async function forgetConfirmation(nas: TestNas, userId: string): Promise<void> {
  await nas.database.session.updateMany({ where: { userId }, data: { confirmedAt: new Date(Date.now() - 3_600_000) } })
}

/** A picture of one colour as a PNG, made by the decoder that reads it. */
export async function makePicture(format: 'png' | 'jpeg' | 'webp' | 'gif', width = 40, height = 30): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const image = sharp({ create: { width, height, channels: 3, background: { r: 30, g: 120, b: 90 } } })
  return image
    .withExif({ IFD0: { Copyright: 'kept secret' } })
    [format]()
    .toBuffer()
}
