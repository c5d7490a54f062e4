import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import type { Actor, SignedInActor } from '../auth/model.ts'
import { testActor } from '../files/test-storage.ts'
import { Problem } from '../platform/errors.ts'

let nas: TestNas
beforeAll(async () => {
  ;({ nas } = await startNasWithAdmin())
})
afterAll(() => nas.close())

const now = new Date()

/** What parameters are given by their names: well formed, so that nothing but the actor can be at fault. */
const byName: Record<string, unknown> = {
  id: 'x',
  userId: 'x',
  ownerId: 'x',
  ids: ['x'],
  scope: 'MINE',
  number: 1,
  userIds: ['x'],
  name: 'md0',
  who: 'x',
  pathText: '/Shared/x',
  page: { after: null, limit: 1 },
  seconds: 1,
  bytes: Buffer.alloc(8),
  code: '000000',
  browser: { origin: 'http://localhost', secure: false, cookies: undefined },
}

const assertion = {
  authenticatorData: 'eA',
  clientDataJSON: 'eA',
  credentialId: 'eA',
  signature: 'eA',
  attestationObject: 'eA',
  transports: [],
}

/** For all other parameters: a bit of everything. */
const anything = {
  id: 'x',
  userId: 'x',
  groupId: 'x',
  userIds: ['x'],
  name: 'x',
  username: 'x',
  password: 'x',
  email: null,
  role: 'ADMIN',
  groupIds: [],
  scopes: ['files:read'],
  addresses: [],
  expiresAt: null,
  files: { kind: 'ARCHIVE' },
  origin: 'http://localhost',
  answer: assertion,
}

/** Where names are not enough. */
const given: Record<string, unknown[]> = {
  'copies.copyFile': [{ from: '/Shared/x', to: '/Shared/y', replace: false, idempotencyKey: null }],
  'archives.open': [{ paths: ['/Shared'], name: null }],
  'downloadLinks.create': [{ path: '/Shared/x', expiresInSeconds: 60, download: false }],
  'files.list': ['/', { order: { field: 'NAME', direction: 'ASC' }, limit: 1, after: null, offset: 0 }],
  'files.moveFile': [{ from: '/Shared/x', to: '/Shared/y', replace: false }],
  'files.deleteFile': [{ path: '/Shared/x', permanently: true }],
  'uploads.create': [{ id: '01abc', length: 1, metadata: { path: '/Shared/x' }, role: 'WHOLE' }],
  'uploads.write': ['01abc', { offset: 0, source: [], checksum: null, completes: 'length', length: null }],
  'thumbnails.read': ['/Shared/x', 256],
  'versions.list': [
    { id: 1, path: '/Shared/x' },
    { before: null, limit: 1 },
  ],
  'versions.restore': [{ path: '/Shared/x', version: 1 }],
  'versions.deleteVersion': [{ path: '/Shared/x', version: 1 }],
  'versions.totals': [{ id: 1, path: '/Shared/x' }],
  'telemetry.history': [{ metric: 'cpu.percent', from: new Date(0), to: now, points: 1 }],
}

/** Those that ask for nothing, and why: change this list only with the decision to. */
const open: Record<string, string> = {
  'audit.record': 'Writes down what a service says of anybody; no door leads to it.',
  'audit.recordRead': 'The same for what is looked at page by page.',
  'auth.completeSetup': 'Before there is anybody to sign in as; the setup token decides.',
  'auth.signIn': 'Nobody is signed in yet.',
  'auth.signOut': 'Ends what there is, also nothing; a key has nothing to end.',
  'invitations.accept': 'Whoever has the link has no account yet.',
  'passkeys.signIn': 'Nobody is signed in yet.',
  'secondStep.finish': 'Nobody is signed in yet; what the first step gave out decides.',
  'twoFactor.afterRemoval': 'Goes on in the transaction of a service that has asked; no door leads to it.',
  'users.me': 'Answers null to strangers.',
  'files.mayWrite': 'Answers with yes or no.',
  'versions.mayList': 'Answers with yes or no.',
  'files.whenSessionEnds': 'Waits; gives nothing.',
}

/** Those that answer null for each that the actor may not know of: fields of accounts that are shown in part. */
const discreet = ['users.sessionCounts', 'users.twoFactorStates', 'users.deletionStates', 'groups.ofUsers', 'groups.memberCounts']

/** Those that a person who must still set up their second factor may use. */
const enrolling = [
  'confirmations.confirm',
  'passkeys.beginConfirmation',
  'passkeys.beginRegistration',
  'passkeys.finishRegistration',
  'passkeys.list',
  'twoFactor.confirmTotp',
  'twoFactor.startTotp',
  'twoFactor.state',
]
/** Those that any key may use, whatever its scopes. */
const anyKey = ['users.byIds', 'users.find', 'avatars.read', 'avatars.userIdOf']

const stranger: Actor = { kind: 'anonymous', address: '127.0.0.1', client: null, requestId: 'r' }
const admin = testActor('ada', 'ADMIN')
const mustEnrol: SignedInActor = { ...admin, mustEnrol: true }
const bareKey: SignedInActor = { ...admin, scopes: new Set(), confirmedAt: null }

interface Method {
  /** `service.method`. */
  readonly name: string
  readonly parameters: readonly string[]
}

/** Every public method whose first parameter is the actor. */
function methodsOf(services: TestNas['services']): Method[] {
  return Object.entries(services).flatMap(([service, object]) =>
    Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object))).flatMap(([name, { value }]) => {
      const [, list] = /^(?:async )?\*?\w+\(\s*actor\b,?([^)]*)/.exec(typeof value === 'function' ? String(value) : '') ?? []
      if (list === undefined) return []
      const parameters = list
        .replaceAll(/\{[^}]*\}/g, 'input')
        .split(',')
        .map((one) => one.trim())
      return [{ name: `${service}.${name}`, parameters: parameters.filter(Boolean) }]
    }),
  )
}

/** `done` with what it answered, when it did; the code of what it refused with otherwise. */
async function answerOf({ name, parameters }: Method, actor: Actor): Promise<string> {
  const [service = '', method = ''] = name.split('.')
  const object = nas.services[service as keyof TestNas['services']] as unknown as Record<string, (...args: unknown[]) => unknown>
  try {
    const answer = await object[method]?.(actor, ...(given[name] ?? parameters.map((parameter) => byName[parameter] ?? anything)))
    return `done: ${JSON.stringify(answer)}`
  } catch (error) {
    return error instanceof Problem ? error.code : `a bug: ${error}`
  }
}

describe('every service decides by itself, should a door ever be left open', () => {
  test('the walk finds the methods, and the lists name no other', () => {
    const methods = methodsOf(nas.services).map(({ name }) => name)
    expect(methods.length).toBeGreaterThan(25)
    for (const name of [...Object.keys(given), ...Object.keys(open), ...discreet, ...enrolling, ...anyKey]) expect(methods).toContain(name)
  })

  test.each([
    ['a stranger', stranger, 'UNAUTHENTICATED', []],
    ['an administrator who must set up a second factor', mustEnrol, 'TWO_FACTOR_ENROLMENT_REQUIRED', enrolling],
    ['a key of an administrator without scopes', bareKey, 'FORBIDDEN', anyKey],
  ] as const)('%s is refused', async (_who, actor, code, except) => {
    const answers: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const method of methodsOf(nas.services)) {
      const { name } = method
      if (name in open || (except as readonly string[]).includes(name)) continue
      answers[name] = await answerOf(method, actor)
      expected[name] = discreet.includes(name) ? 'done: [null]' : code
    }
    expect(answers).toEqual(expected)
  })

  test('nothing of it has happened', async () => {
    expect(await nas.database.user.findMany({ select: { username: true } })).toEqual([{ username: 'ada' }])
    expect(await nas.database.apiKey.count()).toBe(0)
    expect(await nas.database.setting.count()).toBe(0)
    expect(await nas.database.upload.count()).toBe(0)
  })
})
