import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, closed } from '../../test/client.ts'
import { rootFields } from '../../test/field-walk.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders, turnableClock } from '../../test/nas.ts'
import { attempt, begin, codeOf, confirmTotp, enrol, finish, startTotp } from '../../test/two-factor.ts'
import { accessRules } from '../graphql/access.ts'
import { nasSchema } from '../graphql/schema.nas.ts'

const required = 'TWO_FACTOR_ENROLMENT_REQUIRED'

describe.each(await testedProviders())('a second factor required by role on %s', (provider) => {
  const clock = turnableClock()
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
    for (const name of ['signIn', 'verifyTwoFactor', 'createAccount', 'enrolFactor'])
      await attempt(admin, `updateLimit(input: { name: "${name}", capacity: 1000, refillPerSecond: 10 })`)
  })
  afterAll(() => nas.close())
  beforeEach(async () => {
    await nas.database.session.updateMany({ data: { confirmedAt: clock.now() } })
    await requireOf('')
  })

  const requireOf = (roles: string) => attempt(admin, `updateSignInPolicy(input: { requireTwoFactor: [${roles}] })`)
  let made = 0
  async function person(role = 'USER') {
    const username = `person${made++}`
    await admin.createUser({ username, password: goodPassword, role })
    const client = nas.client()
    await client.signIn(username, goodPassword)
    return { username, client }
  }
  const codeOfAnswer = async (client: Client, document: string) => {
    const { data, errors } = await client.graphql(document)
    return errors?.[0]?.extensions.code ?? (Object.values(data)[0] as { code?: string } | null)?.code ?? null
  }

  test('who has none may do nothing but set one up: every field but those says so', async () => {
    const { client } = await person()
    await requireOf('USER')
    const rules = accessRules(nasSchema)
    const open: string[] = []
    for (const field of rootFields(nasSchema).filter(({ kind }) => kind !== 'subscription')) {
      const coordinate = `${field.kind === 'query' ? 'Query' : 'Mutation'}.${field.name}`
      const rule = rules.get(coordinate)
      // What strangers may ask, those may ask as well who must enrol; signing out would end the walk.
      if (rule?.who === 'anyone') continue
      const document = field.kind === 'mutation' ? field.document.replace('__typename', '... on Problem { code }') : field.document
      if ((await codeOfAnswer(client, document)) !== required) open.push(field.name)
      expect([coordinate, rule?.who === 'session' && rule.enrolling === true]).toEqual([coordinate, open.includes(field.name)])
    }
    expect(open.sort()).toEqual([
      'confirmIdentity',
      'confirmTotpEnrolment',
      'passkeys',
      'registerPasskey',
      'startPasskeyConfirmation',
      'startPasskeyRegistration',
      'startTotpEnrolment',
      'twoFactor',
    ])
    for (const path of ['/files/Shared', '/files/']) expect([path, (await client.fetch(path)).status]).toEqual([path, 403])
    const upload = await client.fetch('/uploads', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '1',
        'x-baluhost-csrf': '1',
        'upload-metadata': `path ${Buffer.from('/x').toString('base64')}`,
      },
    })
    expect(upload.status).toBe(403)
  })

  test('they learn of it from `me`, and once they have one everything is open', async () => {
    const { client } = await person()
    await requireOf('USER')
    const me = async () => (await client.graphql('{ me { username mustEnrol } twoFactor { required totpSince } }')).data
    expect(await me()).toMatchObject({ me: { mustEnrol: true }, twoFactor: { required: true, totpSince: null } })
    await enrol(client, clock.now())
    expect(await me()).toMatchObject({ me: { mustEnrol: false } })
    expect(await codeOfAnswer(client, '{ server { version } }')).toBeNull()
  })

  test('nobody else is asked, and nobody is told of others', async () => {
    const [user, viewer] = [await person(), await person('VIEWER')]
    await requireOf('VIEWER')
    expect(await codeOfAnswer(user.client, '{ server { version } }')).toBeNull()
    expect(await codeOfAnswer(viewer.client, '{ server { version } }')).toBe(required)
    const { data } = await admin.graphql('{ users(first: 50) { nodes { username mustEnrol } } }')
    for (const { username, mustEnrol } of data.users.nodes)
      expect([username, mustEnrol]).toEqual([username, username === adminName ? false : null])
  })

  test('an API key of theirs does nothing either, until they have one', async () => {
    const { client } = await person()
    const { data } = await client.createApiKey({ scopes: ['account:read'] })
    const program = nas.client()
    program.key = data.createApiKey.key
    expect(await codeOfAnswer(program, '{ server { version } }')).toBeNull()
    await requireOf('USER')
    expect(await codeOfAnswer(program, '{ server { version } }')).toBe(required)
    await enrol(client, clock.now())
    expect(await codeOfAnswer(program, '{ server { version } }')).toBeNull()
  })

  test('what flows to them when it becomes required ends at once; their session stays', async () => {
    const { client } = await person()
    const socket = client.socket()
    const end = closed(socket)
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await new Promise((resolve) => socket.once('message', resolve))
    await requireOf('USER')
    expect(await end).toMatchObject({ code: 4401 })
    expect((await client.graphql('{ me { mustEnrol } }')).data.me).toEqual({ mustEnrol: true })
  })

  test('a subscription is refused to them', async () => {
    const { client } = await person()
    await requireOf('USER')
    const live = client.live()
    try {
      const stream = live.iterate({ query: 'subscription { telemetryChanged { at } }' })
      const { value } = await stream.next()
      expect(value?.errors?.[0]?.extensions?.['code']).toBe(required)
    } finally {
      await live.dispose()
    }
  })

  test('the last factor cannot be given up, one of two can', async () => {
    const { client, username } = await person()
    await enrol(client, clock.now())
    await requireOf('USER')
    expect((await attempt(client, 'disableTotp')).code).toBe('LAST_FACTOR')
    expect(await nas.database.totp.count({ where: { user: { username } } })).toBe(1)
    // Another app takes its place without a moment in between.
    const { secret } = await startTotp(client)
    expect((await confirmTotp(client, codeOf(secret, clock.now()))).codes).toHaveLength(10)
    clock.turn(30_000)
    const half = await begin(nas.client(), username, goodPassword)
    expect((await finish(nas.client(), { challenge: half.challenge, code: codeOf(secret, clock.now()) })).__typename).toBe('Session')
  })

  test('after a reset the account must set one up again', async () => {
    const { client, username } = await person()
    await enrol(client, clock.now())
    await requireOf('USER')
    const { id } = await nas.database.user.findUniqueOrThrow({ where: { usernameKey: username } })
    await attempt(admin, `resetTwoFactor(input: { userId: "${id}" })`)
    await client.signIn(username, goodPassword)
    expect((await client.graphql('{ me { mustEnrol } }')).data.me).toEqual({ mustEnrol: true })
  })

  test('is for a confirmed administrator in person to say, and is written down', async () => {
    const { client } = await person()
    expect((await attempt(client, 'updateSignInPolicy(input: { requireTwoFactor: [] })')).code).toBe('FORBIDDEN')
    const { data } = await admin.createApiKey({ scopes: ['settings:manage'] })
    const program = nas.client()
    program.key = data.createApiKey.key
    expect((await attempt(program, 'updateSignInPolicy(input: { requireTwoFactor: [] })')).code).toBe('FORBIDDEN')
    expect(await codeOfAnswer(program, '{ signInPolicy { requireTwoFactor } }')).toBeNull()
    await nas.database.session.updateMany({ data: { confirmedAt: new Date(0) } })
    expect((await requireOf('USER')).code).toBe('CONFIRMATION_REQUIRED')
    await nas.database.session.updateMany({ data: { confirmedAt: clock.now() } })
    await requireOf('USER, USER, VIEWER')
    const { data: policy } = await admin.graphql('{ signInPolicy { requireTwoFactor withoutFactor idleHours absoluteHours } }')
    expect(policy.signInPolicy).toMatchObject({ requireTwoFactor: ['USER', 'VIEWER'], idleHours: 336, absoluteHours: 2160 })
    expect(policy.signInPolicy.withoutFactor).toBeGreaterThan(0)
    const [entry] = await nas.database.auditEntry.findMany({
      where: { action: 'settings.change', target: 'auth.requireTwoFactor' },
      orderBy: { sequence: 'desc' },
      take: 1,
    })
    expect(JSON.stringify(entry?.after)).toContain('VIEWER')
  })

  test('the life of sessions is set beside it', async () => {
    expect((await attempt(admin, 'updateSignInPolicy(input: { idleHours: 24, absoluteHours: 48 })')).__typename).toBe('SignInPolicy')
    expect((await attempt(admin, 'updateSignInPolicy(input: { idleHours: 49 })')).code).toBe('INVALID_INPUT')
    const { data } = await admin.graphql('{ signInPolicy { idleHours absoluteHours } }')
    expect(data.signInPolicy).toEqual({ idleHours: 24, absoluteHours: 48 })
  })

  test('an administrator who requires it of administrators is asked at once', async () => {
    await requireOf('ADMIN')
    expect(await codeOfAnswer(admin, '{ signInPolicy { idleHours } }')).toBe(required)
    await enrol(admin, clock.now())
    expect(await codeOfAnswer(admin, '{ signInPolicy { idleHours } }')).toBeNull()
  })
})
