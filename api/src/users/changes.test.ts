import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, closed } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { testAudit } from '../audit/test-audit.ts'
import { testActor } from '../files/test-storage.ts'
import { systemClock } from '../platform/clock.ts'
import { requireAnotherAdmin } from './account-lock.ts'
import { forgetConfirmation, join, mutate, updateUser } from './test-people.ts'

describe.each(await testedProviders())('changing accounts on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let adminId: string
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    adminId = (await admin.graphql('{ me { id } }')).data.me.id
  })
  afterAll(() => nas.close())

  /** A WebSocket of the account that stands, and the promise of its end. */
  const liveOf = async (client: Client) => {
    const live = client.live()
    const frames = live.iterate({ query: 'subscription { telemetryChanged { at } }' })
    expect((await frames.next()).value?.errors).toBeUndefined()
    const socket = client.socket()
    const end = closed(socket)
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await new Promise((resolve) => socket.once('message', resolve))
    return { end, stop: () => live.dispose() }
  }
  const isSignedIn = async (client: Client) => (await client.graphql('{ me { id } }')).data.me !== null

  test.each([
    ['disabled', { disabled: true }],
    ['given another role', { role: 'VIEWER' }],
    ['renamed', { username: 'kay-renamed' }],
  ])('who is %s loses every session and every stream within a second', async (what, change) => {
    const name = `kay${what.length}`
    const { id, client } = await join(nas, admin, name)
    const second = nas.client()
    await second.signIn(name, goodPassword)
    const { end, stop } = await liveOf(client)
    const started = performance.now()
    expect((await updateUser(admin, { id, ...change })).__typename).toBe('User')
    expect((await end).code).toBe(4401)
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(await isSignedIn(client)).toBe(false)
    expect(await isSignedIn(second)).toBe(false)
    expect(await nas.database.session.count({ where: { userId: id } })).toBe(0)
    await stop()
  })

  test('a download that flows stops with the account', async () => {
    const { id, client } = await join(nas, admin, 'drew')
    writeFileSync(`${nas.storageDir}/drew/large.bin`, Buffer.alloc(200_000_000))
    const response = await client.fetch('/files/drew/large.bin')
    const reader = response.body?.getReader()
    await reader?.read()
    await updateUser(admin, { id, disabled: true })
    const rest = async () => {
      for (;;) if ((await reader?.read())?.done) return 'whole'
    }
    await expect(rest()).rejects.toThrow()
  })

  test('an account that is disabled cannot sign in until it is enabled again', async () => {
    const { id } = await join(nas, admin, 'dan')
    await updateUser(admin, { id, disabled: true })
    const client = nas.client()
    expect((await client.signIn('dan', goodPassword)).data.signIn.code).toBe('SIGN_IN_FAILED')
    await updateUser(admin, { id, disabled: false })
    expect((await client.signIn('dan', goodPassword)).data.signIn.__typename).toBe('Session')
  })

  test('who is no administrator any more has keys without what was for administrators, also when made one again', async () => {
    const { id, client } = await join(nas, admin, 'gil')
    await updateUser(admin, { id, role: 'ADMIN' })
    await client.signIn('gil', goodPassword)
    const { key } = (await client.createApiKey({ scopes: ['files:read', 'users:read'] })).data.createApiKey
    const program = nas.client()
    program.key = key
    expect((await program.graphql('{ users { totalCount } }')).errors).toBeUndefined()
    await updateUser(admin, { id, role: 'USER' })
    await updateUser(admin, { id, role: 'ADMIN' })
    expect((await program.graphql('{ users { totalCount } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await program.graphql('{ files(path: "/gil") { totalCount } }')).errors).toBeUndefined()
    await updateUser(admin, { id, role: 'USER' })
  })

  test('a new name takes the home along: entries keep their ids, uploads go on, the old name is free', async () => {
    const { id, client } = await join(nas, admin, 'old-name')
    mkdirSync(`${nas.storageDir}/old-name/deep`)
    writeFileSync(`${nas.storageDir}/old-name/deep/letter.txt`, 'words')
    const idOf = async (path: string) =>
      (await admin.graphql('query ($path: Path!) { file(path: $path) { id owner { username } } }', { path })).data.file
    const before = await idOf('/old-name/deep/letter.txt')
    const upload = await client.fetch('/uploads', {
      method: 'POST',
      headers: {
        'x-baluhost-csrf': '1',
        'tus-resumable': '1.0.0',
        'upload-length': '5',
        'upload-metadata': `path ${Buffer.from('/old-name/deep/late.txt').toString('base64')}`,
      },
    })
    const location = upload.headers.get('location') ?? ''
    expect(await updateUser(admin, { id, username: 'New.Name' })).toMatchObject({ username: 'New.Name' })
    expect(existsSync(`${nas.storageDir}/old-name`)).toBe(false)
    expect(readFileSync(`${nas.storageDir}/New.Name/deep/letter.txt`, 'utf8')).toBe('words')
    expect(await idOf('/New.Name/deep/letter.txt')).toEqual({ id: before.id, owner: { username: 'New.Name' } })
    expect(await idOf('/old-name')).toBeNull()

    await client.signIn('new.name', goodPassword)
    const patched = await client.fetch(location, {
      method: 'PATCH',
      headers: {
        'x-baluhost-csrf': '1',
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: 'later',
    })
    expect(patched.status).toBe(204)
    expect(readFileSync(`${nas.storageDir}/New.Name/deep/late.txt`, 'utf8')).toBe('later')
    await join(nas, admin, 'old-name')
    expect((await client.graphql('{ files(path: "/New.Name/deep") { totalCount } }')).data.files.totalCount).toBe(2)
    // Only the letters case.
    expect(await updateUser(admin, { id, username: 'new.name' })).toMatchObject({ username: 'new.name' })
    expect(existsSync(`${nas.storageDir}/new.name/deep/late.txt`)).toBe(true)
  })

  test('a name that is taken, reserved, malformed, or a folder of the storage is refused, and nothing moves', async () => {
    const { id, client } = await join(nas, admin, 'stays')
    writeFileSync(`${nas.storageDir}/stays/mine.txt`, 'mine')
    mkdirSync(`${nas.storageDir}/in-the-way`)
    writeFileSync(`${nas.storageDir}/a-file`, '')
    for (const [username, code] of [
      ['ADA', 'USERNAME_TAKEN'],
      ['ada', 'USERNAME_TAKEN'],
      ['Shared', 'INVALID_INPUT'],
      ['archive', 'INVALID_INPUT'],
      ['../x', 'INVALID_INPUT'],
      ['', 'INVALID_INPUT'],
      ['in-the-way', 'HOME_NAME_TAKEN'],
      ['a-file', 'HOME_NAME_TAKEN'],
    ])
      expect(await updateUser(admin, { id, username })).toMatchObject({ code, field: 'username' })
    expect(readFileSync(`${nas.storageDir}/stays/mine.txt`, 'utf8')).toBe('mine')
    expect(await nas.database.user.findUnique({ where: { id } })).toMatchObject({ username: 'stays', homeName: null })
    expect(await isSignedIn(client)).toBe(true)
  })

  test('of many who want one name at once, one has it, and every home is somebody’s', async () => {
    const people = await Promise.all(['r1', 'r2', 'r3', 'r4'].map((name) => join(nas, admin, name)))
    for (const [index, { id }] of people.entries()) writeFileSync(`${nas.storageDir}/r${index + 1}/whose.txt`, id)
    const answers = await Promise.all([
      ...people.map(({ id }) => updateUser(admin, { id, username: 'wanted' })),
      admin.createUser({ username: 'r1', password: goodPassword }).then(({ data }) => data.createUser),
      admin.createUser({ username: 'r2', password: goodPassword }).then(({ data }) => data.createUser),
    ])
    expect(answers.slice(0, 4).filter(({ __typename }) => __typename === 'User')).toHaveLength(1)
    for (const { id } of people) {
      const { username, homeName } = await nas.database.user.findUniqueOrThrow({ where: { id } })
      expect(homeName).toBeNull()
      expect(readFileSync(`${nas.storageDir}/${username}/whose.txt`, 'utf8')).toBe(id)
    }
    for (const answer of answers.slice(4)) {
      if (answer.__typename === 'User') expect(existsSync(`${nas.storageDir}/${answer.username}/whose.txt`)).toBe(false)
      else expect(answer.code).toBe('USERNAME_TAKEN')
    }
  })

  test('nobody takes the own rights away, nor those of the last administrator', async () => {
    for (const change of [{ disabled: true }, { role: 'USER' }])
      expect(await updateUser(admin, { id: adminId, ...change })).toMatchObject({ code: 'CANNOT_DO_TO_SELF' })
    // What does not change is no change: a form may send all of it.
    expect(await updateUser(admin, { id: adminId, disabled: false, role: 'ADMIN', quotaBytes: 5 })).toMatchObject({ quotaBytes: 5 })
    expect(await nas.database.user.findUnique({ where: { id: adminId } })).toMatchObject({ role: 'ADMIN', disabledAt: null })
  })

  test('the last administrator who can sign in is known, whoever else there is', async () => {
    const { id } = await join(nas, admin, 'second-admin', 'ADMIN')
    await expect(requireAnotherAdmin(adminId, nas.database)).resolves.toBeUndefined()
    await updateUser(admin, { id, disabled: true })
    await expect(requireAnotherAdmin(adminId, nas.database)).rejects.toMatchObject({ code: 'LAST_ADMIN' })
    await expect(requireAnotherAdmin(id, nas.database)).resolves.toBeUndefined()
  })

  test.each([{ role: 'USER' }, { disabled: true }])(
    'of two administrators who do this to each other at once, one stays: %j',
    async (change) => {
      const name = 'role' in change ? 'rival' : 'rival2'
      for (let round = 0; round < 5; round++) {
        const { id, client } = await join(nas, admin, `${name}-${round}`, 'ADMIN')
        const ask = async (by: Client, target: string) => {
          const document = 'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { __typename ... on Problem { code } } }'
          const { data, errors } = await by.graphql(document, { input: { id: target, ...change } })
          return errors?.[0]?.extensions.code ?? data.updateUser.code ?? 'done'
        }
        const answers = await Promise.all([ask(admin, id), ask(client, adminId)])
        expect(answers).toContain('done')
        const active = await nas.database.user.count({ where: { role: 'ADMIN', disabledAt: null, id: { in: [id, adminId] } } })
        expect(active, String(answers)).toBe(1)
        // The other came too late, or was signed out before being heard.
        expect(['FORBIDDEN', 'UNAUTHENTICATED']).toContain(answers.find((answer) => answer !== 'done'))
        await nas.database.user.updateMany({ where: { id: adminId }, data: { role: 'ADMIN', disabledAt: null } })
        await nas.database.user.updateMany({ where: { id }, data: { role: 'USER' } })
        await admin.signIn(adminName, goodPassword)
      }
    },
  )

  test('one changes the own e-mail address and nothing else, nothing of others', async () => {
    const { id, client } = await join(nas, admin, 'selma')
    expect(await updateUser(client, { id, email: ' Selma@Example.org ' })).toMatchObject({ email: 'Selma@Example.org' })
    expect(await updateUser(client, { id, email: 'nonsense' })).toMatchObject({ code: 'INVALID_INPUT', field: 'email' })
    for (const change of [{ username: 'boss' }, { role: 'ADMIN' }, { quotaBytes: 9 }, { quotaBytes: null }, { disabled: false }])
      expect(await updateUser(client, { id, ...change }), JSON.stringify(change)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await updateUser(client, { id: adminId, email: 'taken@over.org' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await updateUser(client, { id: 'nobody', email: 'a@b.de' })).toMatchObject({ code: 'FORBIDDEN' })
    const { client: viewer, id: viewerId } = await join(nas, admin, 'vito', 'VIEWER')
    expect(await updateUser(viewer, { id: viewerId, email: 'vito@example.org' })).toMatchObject({ email: 'vito@example.org' })
    expect(await updateUser(client, { id, email: null })).toMatchObject({ email: null })
    for (const wrong of ['nobody', '', 'a\u0000b', 'x'.repeat(9_999)])
      expect(await updateUser(admin, { id: wrong, email: null })).toMatchObject({ code: 'USER_NOT_FOUND' })
    expect(await nas.database.user.findUnique({ where: { id } })).toMatchObject({ role: 'USER', quotaBytes: null })
  })

  test('a new password by an administrator who confirmed who they are ends every session', async () => {
    const { id, client } = await join(nas, admin, 'pia')
    const reset = (by: Client, input: Record<string, unknown>) => mutate(by, 'resetPassword', input, '... on User { id }')
    const password = 'another good battery'
    expect(await reset(client, { userId: adminId, password })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await reset(admin, { userId: adminId, password })).toMatchObject({ code: 'CANNOT_DO_TO_SELF' })
    expect(await reset(admin, { userId: id, password: 'short' })).toMatchObject({ code: 'WEAK_PASSWORD', field: 'password' })
    await forgetConfirmation(nas, adminId)
    expect(await reset(admin, { userId: id, password })).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    expect(await isSignedIn(client)).toBe(true)
    await admin.signIn(adminName, goodPassword)
    expect(await reset(admin, { userId: id, password })).toMatchObject({ id })
    expect(await isSignedIn(client)).toBe(false)
    expect((await client.signIn('pia', goodPassword)).data.signIn.code).toBe('SIGN_IN_FAILED')
    expect((await client.signIn('pia', password)).data.signIn.__typename).toBe('Session')
    expect(JSON.stringify(await nas.database.auditEntry.findMany())).not.toContain(password)
  })

  test('of others one sees name, role and picture; administrators see all', async () => {
    const { id, client } = await join(nas, admin, 'nosy')
    const all =
      '{ id username email role createdAt lastSignInAt disabledAt quotaBytes avatarUrl hasTwoFactor sessionCount isBeingDeleted groups { name } }'
    const look = async (by: Client, wanted: string) =>
      (await by.graphql(`query ($id: ID!) { user(id: $id) ${all} }`, { id: wanted })).data.user
    expect(await look(client, adminId)).toEqual({
      id: adminId,
      username: adminName,
      role: 'ADMIN',
      avatarUrl: null,
      ...Object.fromEntries(
        ['email', 'createdAt', 'lastSignInAt', 'disabledAt', 'quotaBytes', 'hasTwoFactor', 'sessionCount', 'isBeingDeleted', 'groups'].map(
          (field) => [field, null],
        ),
      ),
    })
    const own = await look(client, id)
    expect(own).toMatchObject({ username: 'nosy', hasTwoFactor: false, sessionCount: 1, isBeingDeleted: false, groups: [] })
    expect(own.createdAt).toEqual(expect.any(String))
    expect(await look(admin, id)).toEqual(own)
    expect(await look(client, 'nobody')).toBeNull()
    for (const query of [
      '{ userCounts { total } }',
      '{ users(filter: { search: "a" }) { totalCount } }',
      '{ groups { totalCount } }',
      '{ invitations { totalCount } }',
    ])
      expect((await client.graphql(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('a browser left open makes nobody an administrator, on no way', async () => {
    const { id: ownId, client } = await join(nas, admin, 'absent', 'ADMIN')
    const { id } = await join(nas, admin, 'accomplice')
    const { id: formerId } = await join(nas, admin, 'former', 'ADMIN')
    await updateUser(admin, { id: formerId, disabled: true })
    await forgetConfirmation(nas, ownId)
    const ways = () => [
      client.createUser({ username: 'backdoor', password: goodPassword, role: 'ADMIN' }).then(({ data }) => data.createUser),
      mutate(client, 'inviteUser', { role: 'ADMIN', expiresInHours: 1 }, '... on IssuedInvitation { path }'),
      updateUser(client, { id, role: 'ADMIN' }),
      updateUser(client, { id: formerId, disabled: false }),
    ]
    for (const answer of await Promise.all(ways())) expect(answer).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    const { role } = await nas.database.user.findUniqueOrThrow({ where: { id } })
    expect([role, await nas.database.user.count({ where: { username: 'backdoor' } })]).toEqual(['USER', 0])
    expect(await nas.database.invitation.count({ where: { createdById: ownId } })).toBe(0)
    // What makes no administrator needs no confirmation.
    expect(await updateUser(client, { id, role: 'VIEWER' })).toMatchObject({ role: 'VIEWER' })
    await nas.database.session.updateMany({ where: { userId: ownId }, data: { confirmedAt: new Date() } })
    const answers = await Promise.all(ways())
    for (const answer of answers) expect(answer.code, JSON.stringify(answer)).toBeUndefined()
  })

  test('who loses the right while the password is hashed makes no account any more', async () => {
    const { id } = await join(nas, admin, 'leaving', 'ADMIN')
    const { UsersService } = await import('./service.ts')
    const users = new UsersService({
      database: nas.database,
      clock: systemClock,
      audit: testAudit(nas.database),
      homes: { requireFree: async () => {}, make: async () => {}, ensure: async () => {} },
    })
    // As the request knew them when it came.
    const actor = { ...testActor('leaving', 'ADMIN'), userId: id, confirmedAt: new Date() }
    await updateUser(admin, { id, disabled: true })
    const input = { username: 'last-favour', password: goodPassword, email: null, role: 'ADMIN' } as const
    await expect(users.create(actor, input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await nas.database.user.count({ where: { username: 'last-favour' } })).toBe(0)
  })

  test('what changed is written down with what was before, and what was refused', async () => {
    const { id } = await join(nas, admin, 'noted')
    await updateUser(admin, { id, username: 'noted2', role: 'VIEWER', quotaBytes: 1_000_000, email: 'n@example.org' })
    await updateUser(admin, { id, disabled: true })
    const { client } = await join(nas, admin, 'climber')
    await updateUser(client, { id, role: 'ADMIN' })
    const entries = await nas.database.auditEntry.findMany({ where: { action: 'users.update' }, orderBy: { sequence: 'desc' }, take: 3 })
    expect(entries.reverse()).toMatchObject([
      {
        actorId: adminId,
        target: 'noted',
        result: 'ok',
        before: { username: 'noted', role: 'USER', quotaBytes: null, email: null },
        after: { username: 'noted2', role: 'VIEWER', quotaBytes: 1_000_000, email: 'n@example.org' },
      },
      { target: 'noted2', result: 'ok', before: { disabled: false }, after: { disabled: true } },
      { actorName: 'climber', target: id, result: 'FORBIDDEN' },
    ])
  })
})
