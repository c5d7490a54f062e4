import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas } from '../../test/nas.ts'

let nas: TestNas
let admin: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
})
afterAll(() => nas.close())

let count = 0
async function tried(password: string, username = `person${++count}`): Promise<{ username: string; code: string | null }> {
  const { data } = await admin.createUser({ username, password })
  return { username, code: data.createUser.code ?? null }
}

async function signsIn(username: string, password: string): Promise<boolean> {
  const { data } = await nas.client().signIn(username, password)
  return data.signIn.__typename === 'Session'
}

test.each([
  ['lower case only', 'mauve otter quilting'],
  ['digits only', '839105726481'],
  ['signs only', '§%&/()=?+*#-'],
  ['another script', 'длинныйпароль'],
  ['pictures', '🦊🐢🦉🐙🦀🐝🦚🐬🦔🐌🦋🐞'],
  ['spaces at both ends', '  twelve and more  '],
  ['64 characters', 'seventeen purple lanterns drift over a quiet harbour at midnight'],
  ['128 characters', 'mauve otter quilting under lanterns; '.repeat(4).slice(0, 128)],
])('a password may be of any kind: %s', async (_what, password) => {
  const { username, code } = await tried(password)
  expect(code).toBeNull()
  expect(await signsIn(username, password)).toBe(true)
})

test('it counts as it was typed: no case, no space and no end of it is left away', async () => {
  const password = `  Mauve Otter ${'quilting '.repeat(11)}!`
  const { username } = await tried(password)
  expect(password.length).toBeGreaterThan(100)
  expect(await signsIn(username, password)).toBe(true)
  for (const other of [
    password.trim(),
    password.toLowerCase(),
    password.slice(0, -1),
    password.slice(0, 72),
    `${password} `,
    `${password}\u0000`,
  ]) {
    expect(await signsIn(username, other), JSON.stringify(other)).toBe(false)
  }
})

test.each([
  'password1234',
  'Password1234!',
  'passwordpassword',
  'qwertyuiop12',
  '123456789012',
  'iloveyou1234',
  'p4ssw0rd1234',
  'letmein12345',
  'short',
  'aaaaaaaaaaaa',
  'abcdefghijkl',
  'x'.repeat(129),
])('%j is refused: too common, too short, too plain or too long', async (password) => {
  expect((await tried(password)).code).toBe('WEAK_PASSWORD')
})

test.each(['BaluHost1234', 'baluhost2026!', 'b4luh0st1234'])('%j is refused: it is the name of what it opens', async (password) => {
  expect((await tried(password)).code).toBe('WEAK_PASSWORD')
})

test('the own name is refused, whatever stands around it', async () => {
  for (const password of ['wilhelmina99', 'Wilhelmina!!', 'wilhelminawilhelmina']) {
    expect((await tried(password, 'wilhelmina')).code, password).toBe('WEAK_PASSWORD')
  }
})

test('it is kept by Argon2id with 19 MiB and two passes at least, each with a salt of its own', async () => {
  await tried('mauve otter quilting', 'twin1')
  await tried('mauve otter quilting', 'twin2')
  const rows = await nas.database.user.findMany({ where: { username: { in: ['twin1', 'twin2'] } } })
  const hashes = rows.map(({ passwordHash }) => passwordHash ?? '')
  expect(new Set(hashes).size).toBe(2)
  for (const hash of hashes) {
    const [, memory = 0, passes = 0] = (/^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(hash) ?? []).map(Number)
    expect(memory).toBeGreaterThanOrEqual(19_456)
    expect(passes).toBeGreaterThanOrEqual(2)
    expect(Buffer.from(hash.split('$')[4] ?? '', 'base64').length).toBe(16)
  }
})

test('one changes the own password by the present one; a wrong one changes nothing, and other sessions end', async () => {
  const { username } = await tried('mauve otter quilting')
  const [here, elsewhere] = [nas.client(), nas.client()]
  for (const client of [here, elsewhere]) await client.signIn(username, 'mauve otter quilting')
  const change = async (current: string | null) => {
    const { data } = await here.graphql(
      'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ... on Problem { code } } }',
      { input: { current, new: 'lanterns over a harbour' } },
    )
    return data.changePassword.code ?? null
  }
  expect(await change('not the present one')).not.toBeNull()
  expect(await signsIn(username, 'mauve otter quilting')).toBe(true)
  expect(await change('mauve otter quilting')).toBeNull()
  const me = async (client: Client) => (await client.graphql('{ me { username } }')).data.me?.username ?? null
  expect([await me(here), await me(elsewhere)]).toEqual([username, null])
  expect([await signsIn(username, 'mauve otter quilting'), await signsIn(username, 'lanterns over a harbour')]).toEqual([false, true])
})
