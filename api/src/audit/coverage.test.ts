import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { type RootField, rootFields } from '../../test/field-walk.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { type AccessRule, accessRules } from '../graphql/access.ts'
import { nasSchema } from '../graphql/schema.nas.ts'

describe('what is refused', () => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin())
    for (const name of ['createAccount', 'signIn', 'query', 'mutation', 'subscription'])
      await admin.graphql(`mutation { updateLimit(input: { name: "${name}", capacity: 1000, refillPerSecond: 10 }) { __typename } }`)
  })
  afterAll(() => nas.close())

  /** Each is somebody for a few fields only: what one account is refused in a minute is counted together from some number on. */
  const fewFields = 10
  const people: Promise<{ name: string; client: Client }>[] = []
  let asked = 0
  const somebody = () => {
    const index = Math.floor(asked++ / fewFields)
    people[index] ??= (async () => {
      const name = `person${index}`
      await admin.createUser({ username: name, password: goodPassword })
      const client = nas.client()
      await client.signIn(name, goodPassword)
      return { name, client }
    })()
    return people[index]
  }

  const rules = accessRules(nasSchema)
  const fieldsWhere = (is: (rule: AccessRule) => boolean) =>
    rootFields(nasSchema)
      .map((field) => ({ ...field, coordinate: coordinateOf(field) }))
      .filter(({ coordinate }) => is(rules.get(coordinate) ?? { who: 'anyone' }))
      .map((field) => [field.coordinate, field] as const)

  const ask = async (client: Client, { document, kind, name }: RootField): Promise<string | undefined> => {
    if (kind === 'subscription') {
      const live = client.live()
      const answer = (await live.iterate({ query: document }).next()).value
      await live.dispose()
      return answer?.errors?.[0]?.extensions?.['code'] as string
    }
    const { data, errors } = await client.graphql(
      document.replace('__typename', '__typename ... on Problem { code }').replace(...plain(kind)),
    )
    return errors?.[0]?.extensions.code ?? data[name].code
  }
  // Only mutations answer with problems as members of unions.
  const plain = (kind: RootField['kind']): [string, string] => (kind === 'mutation' ? ['', ''] : [' ... on Problem { code }', ''])

  const expectOneEntry = async (run: () => Promise<unknown>, entry: object) => {
    const before = await nas.database.auditEntry.count()
    expect(await run()).toBe('FORBIDDEN')
    await expect.poll(() => nas.database.auditEntry.count()).toBe(before + 1)
    const last = await nas.database.auditEntry.findFirstOrThrow({ orderBy: { sequence: 'desc' } })
    expect(last).toMatchObject({ result: 'FORBIDDEN', address: '127.0.0.1', ...entry })
    return last
  }

  test.each(fieldsWhere((rule) => rule.who !== 'anyone' && rule.role === 'ADMIN'))(
    '%s by somebody who may not is written down, once',
    async (coordinate, field) => {
      const { client, name } = await somebody()
      const { action, target } = await expectOneEntry(() => ask(client, field), { actorName: name, keyId: null })
      // By the service where there is one that tells what was to be done.
      if (action === 'access.refuse') expect(target).toBe(coordinate)
      else expect(field.kind === 'mutation' || action.startsWith('audit.') || action.startsWith('database.'), action).toBe(true)
      if (field.kind === 'mutation') expect(action).not.toBe('access.refuse')
    },
  )

  const keyWithout = async (owner: Client, scope: string | null) => {
    const { data } = await owner.createApiKey({ scopes: [scope === 'account:read' ? 'files:read' : 'account:read'] })
    const client = nas.client()
    client.key = data.createApiKey.key
    return { client, id: data.createApiKey.apiKey.id as string }
  }

  test.each(fieldsWhere((rule) => rule.who !== 'anyone'))('%s with a key that may not is written down, once', async (coordinate, field) => {
    const rule = rules.get(coordinate)
    const { client, name } = await somebody()
    const key = await keyWithout(client, rule?.who === 'scope' ? rule.scope : null)
    await expectOneEntry(() => ask(key.client, field), { actorName: name, keyId: key.id, action: 'access.refuse', target: coordinate })
  })

  test('a route beside the graph, too', async () => {
    const { client, name } = await somebody()
    const status = async (path: string, who: Client, method = 'GET') =>
      (await (await who.fetch(path, { method, headers: who.key ? {} : { 'x-baluhost-csrf': '1' } })).json()).code
    const body = { actorName: name, action: 'access.refuse' }
    await expectOneEntry(() => status('/avatars/another', client, 'DELETE'), { ...body, target: 'DELETE /avatars/:name' })
    await expectOneEntry(() => status('/audit/export?format=csv', client), { actorName: name, action: 'audit.export' })
    const key = await keyWithout(client, null)
    await expectOneEntry(() => status('/files/Shared', key.client), { ...body, keyId: key.id, target: 'GET /files/*' })
  })
})

function coordinateOf({ kind, name }: RootField): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}.${name}`
}
