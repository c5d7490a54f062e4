import { type ExecutionResult, execute, parse, subscribe, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { type RootField, rootFields } from '../../test/field-walk.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { testAudit } from '../audit/test-audit.ts'
import { testActor } from '../files/test-storage.ts'
import { noLimits } from '../limits/test-limiter.ts'
import { Unauthenticated } from '../platform/errors.ts'
import type { Context, Services } from './context.ts'
import { nasSchema } from './schema.nas.ts'

/** What works without a session, and nothing else ever by accident: change this list only with the decision to. */
const open = [
  'acceptInvitation',
  'completeSetup',
  'invitation',
  'me',
  'setup',
  'signIn',
  'signInWithPasskey',
  'signOut',
  'startPasskeySignIn',
  'startPasskeyVerification',
  'verifyTwoFactor',
]
/** What only administrators may ask for. */
const adminOnly = [
  'addGroupMembers',
  'auditEntryAdded',
  'auditLog',
  'auditRetention',
  'auditState',
  'createGroup',
  'createUser',
  'deleteGroup',
  'deleteUser',
  'group',
  'groups',
  'invitations',
  'inviteUser',
  'limits',
  'removeGroupMembers',
  'resetLimit',
  'resetPassword',
  'resetTwoFactor',
  'revokeInvitation',
  'securityOverview',
  'signInPolicy',
  'updateAuditRetention',
  'updateGroup',
  'updateLimit',
  'updateSignInPolicy',
  'userCounts',
  'userDeletionPreview',
  'users',
  'verifyAuditLog',
]

const fields = rootFields(nasSchema)
const name = ({ kind, name }: RootField) => `${kind} ${name}`

/** No service is reached by what is refused at the door, but for the one that counts: touching one fails the field in another way. */
const untouchable = new Proxy(
  { limiter: noLimits },
  {
    get: (target, service) => {
      if (service === 'limiter') return target.limiter
      throw new Error(`the service ${String(service)} was reached`)
    },
  },
) as unknown as Services
const nobody: Context = {
  actor: { kind: 'anonymous', address: '', client: null, requestId: '' },
  services: untouchable,
  secure: false,
  origin: 'http://localhost',
  cookies: undefined,
  transport: 'http',
  setCookie: () => {},
}

async function ask({ document, kind }: RootField, contextValue: Context): Promise<ExecutionResult> {
  const args = { schema: nasSchema, document: parse(document), contextValue }
  expect(validate(args.schema, args.document), document).toEqual([])
  const answer = kind === 'subscription' ? await subscribe(args) : await execute(args)
  if (!(Symbol.asyncIterator in answer)) return answer
  const first = await answer.next()
  await answer.return()
  return first.value ?? {}
}

describe('without a session', () => {
  test('the walk finds the fields of all three roots', () => {
    expect(fields.length).toBeGreaterThan(20)
    expect(new Set(fields.map(({ kind }) => kind))).toEqual(new Set(['query', 'mutation', 'subscription']))
    expect(fields.map((field) => field.name)).toEqual(expect.arrayContaining([...open, ...adminOnly]))
  })

  test.each(fields.filter(({ name }) => !open.includes(name)).map((field) => [name(field), field] as const))(
    '%s is refused before any service is reached',
    async (_name, field) => {
      const { data, errors } = await ask(field, nobody)
      expect(data?.[field.name] ?? null).toBeNull()
      expect(errors).toHaveLength(1)
      expect(errors?.[0]?.originalError).toBeInstanceOf(Unauthenticated)
    },
  )

  test.each(fields.filter(({ name }) => open.includes(name)).map((field) => [name(field), field] as const))(
    '%s is open',
    async (_name, field) => {
      // It comes as far as its service, or answers: either way it is not refused.
      const { errors } = await ask(field, nobody)
      expect(errors?.[0]?.originalError).not.toBeInstanceOf(Unauthenticated)
    },
  )
})

describe('over HTTP', () => {
  let nas: TestNas
  let ben: Client
  beforeAll(async () => {
    const started = await startNasWithAdmin()
    nas = started.nas
    await started.admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
  })
  afterAll(() => nas.close())

  test('everything but the open fields is UNAUTHENTICATED to a stranger', async () => {
    const answered: string[] = []
    for (const field of fields.filter(({ kind }) => kind !== 'subscription')) {
      const { data, errors } = await nas.client().graphql(field.document)
      // Who holds no link is told so, whoever they are.
      const isOwnAnswer = errors?.[0]?.extensions.code === 'INVITATION_NOT_FOUND'
      if (!errors || isOwnAnswer) answered.push(field.name)
      else {
        expect(data?.[field.name] ?? null).toBeNull()
        expect(errors[0]?.extensions, field.name).toEqual({ code: 'UNAUTHENTICATED', requestId: expect.stringMatching(/./) })
      }
    }
    expect(answered.sort()).toEqual(open)
    const { data } = await nas.client().graphql('{ __typename setup { required } me { id } }')
    expect(data).toEqual({ __typename: 'Query', setup: { required: false }, me: null })
  })

  test('an invented, a foreign and a stolen-from-the-database session are none', async () => {
    const [row] = await nas.database.session.findMany()
    for (const token of ['x', row?.id, row?.tokenHash, `${row?.tokenHash}=`, 'null', 'undefined']) {
      const stranger = nas.client()
      stranger.cookie = `baluhost_session=${token}`
      expect((await stranger.graphql('{ server { version } }')).errors?.[0]?.extensions.code, token).toBe('UNAUTHENTICATED')
    }
  })

  test('what administrators do is FORBIDDEN to a user, as an error or as the problem of its union', async () => {
    // Subscriptions go over the WebSocket: their services refuse in the same way.
    for (const field of fields.filter(({ kind, name }) => kind !== 'subscription' && adminOnly.includes(name))) {
      const document = field.document.replace('__typename', field.kind === 'mutation' ? '... on Problem { code }' : '__typename')
      const { data, errors } = await ben.graphql(document)
      expect(errors?.[0]?.extensions.code ?? data[field.name].code, field.name).toBe('FORBIDDEN')
    }
    expect((await ben.graphql('{ me { username } server { version } }')).errors).toBeUndefined()
    expect(await nas.database.user.findMany({ select: { username: true }, orderBy: { username: 'asc' } })).toEqual([
      { username: adminName },
      { username: 'ben' },
    ])
  })
})

test('the services refuse by themselves, should a door ever be left open', async () => {
  const { nas } = await startNasWithAdmin()
  try {
    const { UsersService } = await import('../users/service.ts')
    const { systemClock } = await import('../platform/clock.ts')
    const { database } = nas
    const users = new UsersService({
      database,
      clock: systemClock,
      audit: testAudit(database),
      homes: { requireFree: async () => {}, make: async () => {}, ensure: async () => {} },
    })
    const input = { username: 'eve', password: goodPassword, email: null, role: 'ADMIN' } as const
    await expect(users.create(nobody.actor, input)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(users.list(nobody.actor, { after: null, limit: 1 })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(users.byIds(nobody.actor, ['x'])).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(users.create(testActor('ben'), input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(users.list(testActor('ben'), { after: null, limit: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await users.me(nobody.actor)).toBeNull()
  } finally {
    await nas.close()
  }
})
