import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { Client } from '../../test/client.ts'
import { goodPassword, testedProviders } from '../../test/nas.ts'
import { type ServerProcess, startProcess } from '../../test/server-process.ts'
import { createTestDatabase } from '../files/test-storage.ts'

test.each(await testedProviders())(
  'killed without warning, the server still knows who is signed in and who is not any more (%s)',
  async (provider) => {
    const folder = mkdtempSync(`${tmpdir()}/baluhost-kill-`)
    const { address, drop } = await createTestDatabase(provider)
    const env = { BALUHOST_DATA_DIR: folder, DATABASE_URL: address.url, BALUHOST_SETUP_TOKEN: 'a token of this test' }
    let server: ServerProcess | null = null
    const start = async () => {
      server = startProcess(env)
      return server.listening
    }
    const kill = async () => {
      server?.child.kill('SIGKILL')
      await server?.ended
    }
    const isIn = async (origin: string, cookie: string | null) => {
      const client = new Client(origin)
      client.cookie = cookie
      return (await client.graphql('{ me { id } }')).data.me !== null
    }
    try {
      let origin = await start()
      const admin = new Client(origin)
      await admin.completeSetup({ setupToken: 'a token of this test', username: 'ada', password: goodPassword })
      const [kept, ended, signedOut] = await Promise.all(
        [1, 2, 3].map(async () => {
          const client = new Client(origin)
          const { data } = await client.signIn('ada', goodPassword)
          return { client, id: data.signIn.id as string, cookie: client.cookie }
        }),
      )
      await admin.graphql('mutation ($id: ID!) { endSession(input: { id: $id }) { __typename } }', { id: ended?.id })
      await signedOut?.client.graphql('mutation { signOut { __typename } }')
      await kill()
      origin = await start()
      expect(await isIn(origin, kept?.cookie ?? null)).toBe(true)
      expect(await isIn(origin, ended?.cookie ?? null)).toBe(false)
      expect(await isIn(origin, signedOut?.cookie ?? null)).toBe(false)

      // A password changed in the last moment: either all of it, or nothing.
      const changer = new Client(origin)
      changer.cookie = kept?.cookie ?? null
      const input = { current: goodPassword, new: 'nine tall violet kettles' }
      const { data } = await changer.graphql('mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }', {
        input,
      })
      expect(data.changePassword.__typename).toBe('Session')
      await kill()
      origin = await start()
      expect(await isIn(origin, changer.cookie)).toBe(true)
      expect(await isIn(origin, kept?.cookie ?? null)).toBe(false)
      expect(await isIn(origin, admin.cookie)).toBe(false)
    } finally {
      await kill()
      await drop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  60_000,
)
