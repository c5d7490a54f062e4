import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { adminName, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { join, mutate, updateUser } from '../users/test-people.ts'

const password = 'a welcome battery'

describe.each(await testedProviders())('invitations on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
  })
  afterAll(() => nas.close())

  const ask = (input: Record<string, unknown>, by = admin) =>
    mutate(
      by,
      'inviteUser',
      { role: 'USER', expiresInHours: 24, ...input },
      '... on IssuedInvitation { path invitation { id username email role state expiresAt groupIds } }',
    )
  const invite = async (input: Record<string, unknown> = {}, by = admin) => {
    const { path, invitation } = await ask(input, by)
    return { token: new URLSearchParams(new URL(path, nas.origin).hash.slice(1)).get('token') ?? '', path, ...invitation }
  }
  const accept = (token: string, username: string, client = nas.client(), input: Record<string, unknown> = {}) =>
    mutate(client, 'acceptInvitation', { token, username, password, ...input }, '... on Session { user { id username role } }')
  const offer = async (token: string) => {
    const { data, errors } = await nas
      .client()
      .graphql('query ($token: String!) { invitation(token: $token) { username invitedBy expiresAt } }', { token })
    return errors ? errors[0]?.extensions.code : data.invitation
  }
  const revoke = async (id: string, by = admin) =>
    (
      await by.graphql(
        'mutation ($id: ID!) { revokeInvitation(id: $id) { __typename ... on Invitation { state } ... on Problem { code } } }',
        { id },
      )
    ).data.revokeInvitation

  test('who holds the link makes an account with everything the invitation says, and is signed in', async () => {
    const group = await mutate(admin, 'createGroup', { name: 'Friends' }, '... on Group { id }')
    const gone = await mutate(admin, 'createGroup', { name: 'Foes' }, '... on Group { id }')
    const { token, path, ...made } = await invite({
      username: 'guest1',
      email: 'Guest@example.org',
      role: 'VIEWER',
      quotaBytes: 5_000_000_000,
      groupIds: [group.id, gone.id],
    })
    expect(path).toMatch(/^\/join#token=[\w-]{43}$/)
    expect(made).toMatchObject({ username: 'guest1', email: 'Guest@example.org', role: 'VIEWER', state: 'OPEN' })
    await admin.graphql('mutation ($id: ID!) { deleteGroup(id: $id) { __typename } }', { id: gone.id })
    expect(await offer(token)).toEqual({ username: 'guest1', invitedBy: adminName, expiresAt: made.expiresAt })

    const client = nas.client()
    expect(await accept(token, 'Guest.One', client)).toMatchObject({ user: { username: 'Guest.One', role: 'VIEWER' } })
    const { data } = await client.graphql('{ me { username email role quotaBytes groups { name } } }')
    expect(data.me).toEqual({
      username: 'Guest.One',
      email: 'Guest@example.org',
      role: 'VIEWER',
      quotaBytes: 5_000_000_000,
      groups: [{ name: 'Friends' }],
    })
    expect(existsSync(`${nas.storageDir}/Guest.One`)).toBe(true)
    expect(await nas.database.session.findFirst({ where: { user: { usernameKey: 'guest.one' } } })).toMatchObject({ method: 'INVITATION' })
    const fresh = nas.client()
    expect((await fresh.signIn('guest.one', password)).data.signIn.__typename).toBe('Session')

    expect(await offer(token)).toBe('INVITATION_USED')
    expect(await accept(token, 'again')).toMatchObject({ code: 'INVITATION_USED', field: 'token' })
    expect(await revoke(made.id)).toMatchObject({ code: 'INVITATION_USED' })
  })

  test('of many who use one link at once, one gets an account', async () => {
    const { token } = await invite()
    const before = await nas.database.user.count()
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => accept(token, `racer${index}`)))
    expect(answers.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1)
    for (const { code } of answers.filter(({ __typename }) => __typename !== 'Session')) expect(code).toBe('INVITATION_USED')
    expect(await nas.database.user.count()).toBe(before + 1)
    const homes = answers.map((_, index) => existsSync(`${nas.storageDir}/racer${index}`))
    expect(homes.filter(Boolean)).toHaveLength(1)
  })

  test('what goes wrong does not use the link up', async () => {
    const { token } = await invite()
    expect(await accept(token, adminName)).toMatchObject({ code: 'USERNAME_TAKEN', field: 'username' })
    expect(await accept(token, '../x')).toMatchObject({ code: 'INVALID_INPUT', field: 'username' })
    expect(await accept(token, 'weak', nas.client(), { password: 'short' })).toMatchObject({ code: 'WEAK_PASSWORD', field: 'password' })
    writeFileSync(`${nas.storageDir}/blocked`, '')
    expect(await accept(token, 'blocked')).toMatchObject({ code: 'HOME_NAME_TAKEN', field: 'username' })
    expect(await nas.database.user.count({ where: { usernameKey: 'blocked' } })).toBe(0)
    rmSync(`${nas.storageDir}/blocked`)
    expect(await accept(token, 'blocked')).toMatchObject({ __typename: 'Session' })
  })

  test('a folder that was there before stays what it is, and the link goes on working for another name', async () => {
    const { token } = await invite()
    mkdirSync(`${nas.storageDir}/backups`)
    writeFileSync(`${nas.storageDir}/backups/all.tar`, 'of another')
    expect(await accept(token, 'backups')).toMatchObject({ code: 'HOME_NAME_TAKEN', field: 'username' })
    expect(await nas.database.user.count({ where: { usernameKey: 'backups' } })).toBe(0)
    const { data } = await admin.graphql('{ file(path: "/backups") { owner { username } } }')
    expect(data.file).toEqual({ owner: null })
    expect(await accept(token, 'somebody')).toMatchObject({ __typename: 'Session' })
  })

  test('an expired, a revoked and an invented link are told apart, and none works', async () => {
    const expired = await invite()
    await nas.database.invitation.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1) } })
    const revoked = await invite()
    expect(await revoke(revoked.id)).toEqual({ __typename: 'Invitation', state: 'REVOKED' })
    expect(await revoke(revoked.id)).toEqual({ __typename: 'Invitation', state: 'REVOKED' })
    const row = await nas.database.invitation.findUniqueOrThrow({ where: { id: revoked.id } })
    for (const [token, code] of [
      [expired.token, 'INVITATION_EXPIRED'],
      [revoked.token, 'INVITATION_REVOKED'],
      ['', 'INVITATION_NOT_FOUND'],
      ['x'.repeat(100_000), 'INVITATION_NOT_FOUND'],
      ['a\u0000b', 'INVITATION_NOT_FOUND'],
      [row.tokenHash, 'INVITATION_NOT_FOUND'],
      [row.id, 'INVITATION_NOT_FOUND'],
    ] as const) {
      expect(await offer(token)).toBe(code)
      expect(await accept(token, 'nobody-new')).toMatchObject({ code })
    }
    expect(await nas.database.user.count({ where: { usernameKey: 'nobody-new' } })).toBe(0)
    expect(await revoke('nothing')).toMatchObject({ code: 'INVITATION_NOT_FOUND' })
  })

  test('a link ends with the rights of who made it', async () => {
    const { id, client } = await join(nas, admin, 'deputy', 'ADMIN')
    const { token } = await invite({ role: 'ADMIN' }, client)
    expect(await offer(token)).toMatchObject({ invitedBy: 'deputy' })
    await updateUser(admin, { id, role: 'USER' })
    expect(await offer(token)).toBe('INVITATION_REVOKED')
    expect(await accept(token, 'usurper')).toMatchObject({ code: 'INVITATION_REVOKED' })
    await updateUser(admin, { id, role: 'ADMIN', disabled: true })
    expect(await accept(token, 'usurper')).toMatchObject({ code: 'INVITATION_REVOKED' })
    expect(await nas.database.user.count({ where: { usernameKey: 'usurper' } })).toBe(0)
  })

  test('somebody who is signed in and takes a link up goes on as the new account alone', async () => {
    const { client } = await join(nas, admin, 'double')
    const old = client.cookie
    const { token } = await invite()
    await accept(token, 'second-self', client)
    expect((await client.graphql('{ me { username } }')).data.me.username).toBe('second-self')
    const past = nas.client()
    past.cookie = old
    expect((await past.graphql('{ me { username } }')).data.me).toBeNull()
  })

  test('wrong wishes are refused at their fields', async () => {
    for (const [input, code, field] of [
      [{ username: adminName.toUpperCase() }, 'USERNAME_TAKEN', 'username'],
      [{ username: 'a b' }, 'INVALID_INPUT', 'username'],
      [{ email: 'nonsense' }, 'INVALID_INPUT', 'email'],
      [{ expiresInHours: 0 }, 'INVALID_INPUT', 'expiresInHours'],
      [{ expiresInHours: 721 }, 'INVALID_INPUT', 'expiresInHours'],
      [{ groupIds: ['nowhere'] }, 'GROUP_NOT_FOUND', 'groupIds'],
      [{ groupIds: ['a\u0000'] }, 'GROUP_NOT_FOUND', 'groupIds'],
    ] as const)
      expect(await ask(input)).toMatchObject({ code, field })
  })

  test('only administrators invite, see and revoke', async () => {
    const { id } = await invite()
    for (const role of ['USER', 'VIEWER']) {
      const { client } = await join(nas, admin, `plain-${role.toLowerCase()}`, role)
      expect(await ask({}, client)).toMatchObject({ code: 'FORBIDDEN' })
      expect(await revoke(id, client)).toMatchObject({ code: 'FORBIDDEN' })
      expect((await client.graphql('{ invitations { totalCount } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
  })

  test('all are listed, newest first, without what opens them; the token is nowhere', async () => {
    const { token, id } = await invite({ email: 'last@example.org' })
    const { data } = await admin.graphql(
      '{ invitations(first: 2) { totalCount nodes { id email state createdByName } pageInfo { endCursor } } }',
    )
    expect(data.invitations.nodes[0]).toEqual({ id, email: 'last@example.org', state: 'OPEN', createdByName: adminName })
    expect(data.invitations.totalCount).toBe(await nas.database.invitation.count())
    const next = await admin.graphql('query ($after: String) { invitations(first: 500, after: $after) { nodes { id } } }', {
      after: data.invitations.pageInfo.endCursor,
    })
    expect(next.data.invitations.nodes).toHaveLength(data.invitations.totalCount - 2)
    await accept(token, 'quiet')
    const rows = [await nas.database.invitation.findMany(), await nas.database.auditEntry.findMany(), nas.logged]
    const kept = JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    expect(kept).not.toContain(token)
    expect(kept).not.toContain(password)
    const [entry] = await nas.database.auditEntry.findMany({ where: { action: 'invitations.accept', target: 'quiet' } })
    expect(entry).toMatchObject({ result: 'ok', actorName: 'anonymous', details: { invitationId: id, invitedBy: adminName } })
  })
})
