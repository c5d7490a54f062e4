import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { deleteUser, join, mutate } from '../users/test-people.ts'

const group = '... on Group { id name description memberCount }'

describe.each(await testedProviders())('groups on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: { id: string; client: Client }
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    ben = await join(nas, admin, 'ben')
  })
  afterAll(() => nas.close())

  const create = (name: string, by = admin) => mutate(by, 'createGroup', { name }, group)
  const members = (by: Client, change: 'add' | 'remove', groupId: string, userIds: string[]) =>
    by
      .graphql(
        `mutation ($input: GroupMembersInput!) { ${change}GroupMembers(input: $input) { __typename ${group} ... on Problem { code field } } }`,
        { input: { groupId, userIds } },
      )
      .then(({ data }) => data[`${change}GroupMembers`])
  const remove = async (by: Client, id: string) =>
    (await by.graphql('mutation ($id: ID!) { deleteGroup(id: $id) { __typename ... on Group { name } ... on Problem { code } } }', { id }))
      .data.deleteGroup

  test('a group is made, described, renamed, filled, emptied and deleted', async () => {
    const made = await mutate(admin, 'createGroup', { name: '  The   Family ', description: ' at home ' }, group)
    expect(made).toMatchObject({ name: 'The Family', description: 'at home', memberCount: 0 })
    const { id } = made
    expect(await mutate(admin, 'updateGroup', { id, name: 'the family', description: null }, group)).toMatchObject({
      name: 'the family',
      description: null,
    })
    const { id: annaId, client: anna } = await join(nas, admin, 'anna')
    expect(await members(admin, 'add', id, [ben.id, annaId, ben.id])).toMatchObject({ memberCount: 2 })
    expect(await members(admin, 'add', id, [ben.id])).toMatchObject({ memberCount: 2 })
    const inside = await admin.graphql(
      'query ($id: ID!) { users(filter: { groupId: $id }) { totalCount nodes { username groups { name } } } }',
      { id },
    )
    expect(inside.data.users).toEqual({
      totalCount: 2,
      nodes: ['anna', 'ben'].map((username) => ({ username, groups: [{ name: 'the family' }] })),
    })
    expect((await anna.graphql('{ me { groups { name memberCount } } }')).data.me.groups).toEqual([
      { name: 'the family', memberCount: null },
    ])
    expect(await members(admin, 'remove', id, [ben.id, 'nobody'])).toMatchObject({ memberCount: 1 })
    // Who leaves the server leaves its groups.
    await deleteUser(admin, { id: annaId, files: 'DELETE' })
    expect((await admin.graphql('query ($id: ID!) { group(id: $id) { memberCount } }', { id })).data.group).toEqual({ memberCount: 0 })
    expect(await remove(admin, id)).toMatchObject({ name: 'the family' })
    expect(await remove(admin, id)).toMatchObject({ code: 'GROUP_NOT_FOUND' })
    expect((await admin.graphql('query ($id: ID!) { group(id: $id) { id } }', { id })).data.group).toBeNull()
  })

  test('names are unique without regard to case, also at once', async () => {
    await create('Straße')
    expect(await create('STRASSE')).toMatchObject({ __typename: 'Group' })
    for (const name of ['straße', 'Straße ', 'STRAßE'])
      expect(await create(name), name).toMatchObject({ code: 'GROUP_NAME_TAKEN', field: 'name' })
    const answers = await Promise.all(['Chess', 'chess', 'CHESS', 'ｃｈｅｓｓ'].map((name) => create(name)))
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['Group', 'GroupNameTaken', 'GroupNameTaken', 'GroupNameTaken'])
    const other = await create('Go')
    expect(await mutate(admin, 'updateGroup', { id: other.id, name: 'cHess' }, group)).toMatchObject({ code: 'GROUP_NAME_TAKEN' })
  })

  test.each(['', '   ', 'x'.repeat(65), 'a\u0000b', '\ud800', 'a\u202eb'])('the name %j is refused', async (name) => {
    expect(await create(name)).toMatchObject({ code: 'INVALID_INPUT', field: 'name' })
  })

  test('other wrong inputs are at their fields', async () => {
    const { id } = await create('Inputs')
    for (const description of ['x'.repeat(501), 'a\u0000b'])
      expect(await mutate(admin, 'updateGroup', { id, description }, group)).toMatchObject({ code: 'INVALID_INPUT', field: 'description' })
    expect(await members(admin, 'add', id, ['nobody'])).toMatchObject({ code: 'USER_NOT_FOUND', field: 'userIds' })
    expect(await members(admin, 'add', id, ['a\u0000b'])).toMatchObject({ code: 'USER_NOT_FOUND', field: 'userIds' })
    expect(await members(admin, 'add', 'nowhere', [ben.id])).toMatchObject({ code: 'GROUP_NOT_FOUND', field: 'groupId' })
    expect(
      await members(
        admin,
        'add',
        id,
        Array.from({ length: 501 }, (_, index) => `u${index}`),
      ),
    ).toMatchObject({ code: 'INVALID_INPUT' })
    for (const wrong of ['nowhere', 'a\u0000', '']) expect(await remove(admin, wrong)).toMatchObject({ code: 'GROUP_NOT_FOUND' })
  })

  test('many people added and taken out at once leave what the last of them said', async () => {
    const { id } = await create('Busy')
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => members(admin, index % 2 ? 'add' : 'remove', id, [ben.id])))
    for (const answer of answers) expect(answer.__typename).toBe('Group')
    // People and the group itself go while others are added: each is told what is so, nothing fails.
    const { id: leaverId } = await join(nas, admin, 'leaver')
    const added = Array.from({ length: 6 }, () => members(admin, 'add', id, [ben.id, leaverId]))
    const [gone, ...rest] = await Promise.all([deleteUser(admin, { id: leaverId, files: 'DELETE' }), ...added])
    expect(gone.__typename).toBe('DeletedUser')
    for (const answer of rest) expect(answer.__typename === 'Group' || answer.code === 'USER_NOT_FOUND', JSON.stringify(answer)).toBe(true)
    expect(await members(admin, 'add', id, [ben.id])).toMatchObject({ memberCount: 1 })
  })

  test('only administrators see and change them', async () => {
    const { id } = await create('Closed')
    const { client: viewer } = await join(nas, admin, 'vera', 'VIEWER')
    for (const client of [ben.client, viewer]) {
      expect(await create('Mine', client)).toMatchObject({ code: 'FORBIDDEN' })
      expect(await mutate(client, 'updateGroup', { id, name: 'Mine' }, group)).toMatchObject({ code: 'FORBIDDEN' })
      expect(await remove(client, id)).toMatchObject({ code: 'FORBIDDEN' })
      expect(await members(client, 'add', id, [ben.id])).toMatchObject({ code: 'FORBIDDEN' })
      expect(await members(client, 'remove', id, [ben.id])).toMatchObject({ code: 'FORBIDDEN' })
      expect((await client.graphql('query ($id: ID!) { group(id: $id) { name } }', { id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
  })

  test('the list goes by pages, by name', async () => {
    const names: string[] = []
    let after: string | null = null
    do {
      const { data } = await admin.graphql(
        'query ($after: String) { groups(first: 2, after: $after) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      expect(data.groups.totalCount).toBe(await nas.database.group.count())
      names.push(...data.groups.nodes.map(({ name }: { name: string }) => name))
      after = data.groups.pageInfo.hasNextPage ? data.groups.pageInfo.endCursor : null
    } while (after !== null)
    expect(names).toHaveLength(await nas.database.group.count())
    expect(new Set(names).size).toBe(names.length)
    const { errors } = await admin.graphql('query ($after: String) { groups(after: $after) { totalCount } }', {
      after: Buffer.from('a\u0000').toString('base64url'),
    })
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
  })

  test('what was done is written down', async () => {
    const { id } = await create('Noted')
    await mutate(admin, 'updateGroup', { id, name: 'Noted well' }, group)
    await members(admin, 'add', id, [ben.id])
    await members(admin, 'remove', id, [ben.id])
    await remove(admin, id)
    // By somebody who was refused nothing yet: many refusals of one person are one entry.
    await create('x'.repeat(65), (await join(nas, admin, 'careful', 'ADMIN')).client)
    const entries = await nas.database.auditEntry.findMany({
      where: { action: { startsWith: 'groups.' } },
      orderBy: { sequence: 'desc' },
      take: 6,
    })
    expect(entries.reverse()).toMatchObject([
      { action: 'groups.create', target: 'Noted', result: 'ok' },
      { action: 'groups.update', target: 'Noted', before: { name: 'Noted' }, after: { name: 'Noted well' } },
      { action: 'groups.addMembers', target: 'Noted well', details: { added: ['ben'] } },
      { action: 'groups.removeMembers', target: 'Noted well', details: { removed: ['ben'] } },
      { action: 'groups.delete', target: 'Noted well', result: 'ok' },
      { action: 'groups.create', result: 'INVALID_INPUT' },
    ])
  })
})
