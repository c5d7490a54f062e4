import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createId } from '../../src/platform/identifier.ts'
import type { Someone, World } from './world.ts'

/** Who asks for what: `subject` is the person whose things are asked for. */
export interface Asking {
  readonly world: World
  readonly subject: Someone
}

type Variables = Readonly<Record<string, unknown>>

export interface Given {
  readonly variables: (asking: Asking) => Variables | Promise<Variables>
  /** The answer that means that the asker was let in, where it is a problem: with it nothing is broken for the next one. */
  readonly done?: string
  /** The asker shows by it who they are: of the account that is answered they see what its owner sees. */
  readonly proves?: true
}

const none: Variables = {}
const unique = () => randomUUID().slice(0, 8)
const input = (fields: Variables): Variables => ({ input: fields })
const attestation = { attestationObject: 'eA', clientDataJSON: 'eA', credentialId: 'eA', transports: [] }
const assertion = { authenticatorData: 'eA', clientDataJSON: 'eA', credentialId: 'eA', signature: 'eA' }
const members = async ({ world }: Asking) => input({ groupId: world.group.id, userIds: [(await world.somebody()).id] })

/**
 * What root fields are asked with: a line for each that has required arguments, or whose answer depends on whose things are
 * asked for. Mutations make what they change beforehand, so that each column finds the same.
 */
export const given: Readonly<Record<string, Given | Given['variables']>> = {
  'Query.apiKeys': ({ subject }) => ({ ownerId: subject.id }),
  'Query.databaseTable': () => ({ name: 'Setup' }),
  'Query.file': ({ subject }) => ({ path: `/${subject.username}/note.txt` }),
  'Query.files': () => ({ path: '/Shared' }),
  'Query.group': ({ world }) => ({ id: world.group.id }),
  'Query.invitation': async ({ world }) => ({ token: (await invited(world)).token }),
  'Query.job': async (asking) => ({ id: await jobOf(asking) }),
  'Query.jobLog': async (asking) => ({ id: await jobOf(asking) }),
  'Query.raidArray': () => ({ name: 'md0' }),
  'Query.schedule': async ({ world }) => ({ name: await scheduleOf(world) }),
  'Query.scheduleTimeline': () => ({
    from: new Date(Date.now() - 86_400_000).toISOString(),
    to: new Date(Date.now() + 86_400_000).toISOString(),
  }),
  'Query.schedulePreview': () => ({ cron: '0 3 * * *' }),
  'Query.search': () => ({ query: 'note' }),
  'Query.service': () => ({ name: 'telemetry' }),
  'Query.trash': async (asking) => {
    await trashedOf(asking)
    return none
  },
  'Query.user': ({ subject }) => ({ id: subject.id }),
  'Query.userDeletionPreview': ({ subject }) => ({ id: subject.id, files: 'ARCHIVE' }),
  'Mutation.acceptInvitation': {
    variables: async ({ world }) => input({ token: (await invited(world)).token, username: `new-${unique()}`, password: world.password }),
    proves: true,
  },
  'Mutation.addGroupMembers': members,
  'Mutation.cancelJob': async (asking) => ({ id: await jobOf(asking, 'WAITING') }),
  // The password that there is: they were let in, and nothing changes.
  'Mutation.changePassword': { variables: ({ world }) => input({ current: world.password, new: world.password }), done: 'WEAK_PASSWORD' },
  'Mutation.completeSetup': {
    variables: ({ world }) => input({ setupToken: 'x', username: 'x', password: world.password }),
    done: 'SETUP_DONE',
  },
  'Mutation.confirmIdentity': ({ world }) => input({ password: world.password }),
  'Mutation.confirmTotpEnrolment': { variables: () => input({ code: '000000' }), done: 'CHALLENGE_OVER' },
  'Mutation.copyFile': async (asking) => input({ from: await folderOf(asking), to: `/${asking.subject.username}/${unique()}` }),
  'Mutation.createApiKey': () => input({ name: 'x', scopes: ['account:read'] }),
  'Mutation.createDownloadUrl': ({ subject }) => input({ path: `/${subject.username}/note.txt`, expiresInSeconds: 60 }),
  'Mutation.createFolder': ({ subject }) => input({ path: `/${subject.username}/${unique()}` }),
  'Mutation.createGroup': () => input({ name: unique() }),
  'Mutation.createUser': ({ world }) => input({ username: `u-${unique()}`, password: world.password }),
  'Mutation.deleteFile': async (asking) => input({ path: await folderOf(asking) }),
  'Mutation.restoreVersion': async (asking) => input({ path: await replacedOf(asking), version: 1 }),
  'Mutation.deleteVersion': async (asking) => input({ path: await replacedOf(asking), version: 1 }),
  'Mutation.changeVersionSettings': () => input({ last: 11 }),
  'Mutation.deleteFromTrash': async (asking) => input({ ids: [await trashedOf(asking)] }),
  'Mutation.changeTrashSettings': () => input({ days: 31 }),
  'Mutation.restoreFromTrash': async (asking) => input({ id: await trashedOf(asking) }),
  'Mutation.deleteGroup': async ({ world }) => {
    const name = unique()
    const { id } = await world.nas.services.groups.create(world.asAdmin, { name, description: null })
    return { id }
  },
  'Mutation.deletePasskey': { variables: () => input({ id: 'none' }), done: 'PASSKEY_NOT_FOUND' },
  'Mutation.disableTotp': { variables: () => none, done: 'NO_SECOND_FACTOR' },
  'Mutation.forgetBrowser': () => input({ id: 'none' }),
  'Mutation.deleteUser': async ({ world }) => input({ id: (await world.somebody()).id, files: 'DELETE' }),
  'Mutation.endSession': { variables: () => input({ id: 'x' }), done: 'SESSION_NOT_FOUND' },
  'Mutation.inviteUser': () => input({ role: 'USER', expiresInHours: 1 }),
  'Mutation.moveFile': async (asking) => input({ from: await folderOf(asking), to: `/${asking.subject.username}/${unique()}` }),
  'Mutation.removeGroupMembers': members,
  'Mutation.regenerateRecoveryCodes': { variables: () => none, done: 'NO_SECOND_FACTOR' },
  'Mutation.registerPasskey': { variables: () => input({ name: 'x', attestation }), done: 'CHALLENGE_OVER' },
  'Mutation.renamePasskey': { variables: () => input({ id: 'none', name: 'x' }), done: 'PASSKEY_NOT_FOUND' },
  'Mutation.resetLimit': () => input({ name: 'exportAudit' }),
  'Mutation.resetPassword': async ({ world }) => input({ userId: (await world.somebody()).id, password: world.password }),
  'Mutation.resetTwoFactor': async ({ world }) => input({ userId: (await world.somebody()).id }),
  'Mutation.restartService': () => input({ name: 'telemetry' }),
  'Mutation.revokeApiKey': async ({ world, subject }) => input({ id: (await world.keyOf(subject)).id }),
  'Mutation.revokeInvitation': async ({ world }) => ({ id: (await invited(world)).id }),
  'Mutation.signIn': { variables: ({ world }) => input({ username: world.ben.username, password: world.password }), proves: true },
  'Mutation.signInWithPasskey': { variables: () => input({ passkey: assertion }), done: 'CHALLENGE_OVER' },
  'Mutation.startPasskeyVerification': { variables: () => input({ challenge: 'none' }), done: 'CHALLENGE_OVER' },
  'Mutation.updateApiKey': async ({ world, subject }) => input({ id: (await world.keyOf(subject)).id, name: 'y' }),
  'Mutation.updateAuditRetention': () => input({ days: 400 }),
  'Mutation.updateGroup': ({ world }) => input({ id: world.group.id, description: unique() }),
  'Mutation.updateLimit': () => input({ name: 'exportAudit', capacity: 20, refillPerSecond: 1 }),
  'Mutation.updateSignInPolicy': () => input({ idleHours: 24 * 14 }),
  'Mutation.updateUser': ({ subject }) => input({ id: subject.id, email: `${unique()}@example.org` }),
  'Mutation.verifyTwoFactor': { variables: () => input({ challenge: 'none', code: '000000' }), done: 'CHALLENGE_OVER' },
  'Mutation.retryJob': async (asking) => ({ id: await jobOf(asking) }),
  'Mutation.createSchedule': () =>
    input({ name: `s_${unique()}`, title: 'Example', action: { databaseCheck: {} }, timing: { everySeconds: 86_400 } }),
  'Mutation.updateSchedule': async ({ world }) => input({ name: await scheduleOf(world), jitterSeconds: 1 }),
  'Mutation.pauseSchedule': async ({ world }) => ({ name: await scheduleOf(world) }),
  'Mutation.resumeSchedule': async ({ world }) => {
    const name = await scheduleOf(world)
    await world.nas.services.scheduleChanges.pause(world.asAdmin, name)
    return { name }
  },
  'Mutation.deleteSchedule': async ({ world }) => ({ name: await scheduleOf(world) }),
  'Mutation.runSchedule': async ({ world }) => input({ name: await scheduleOf(world) }),
  'Mutation.acceptDamage': { variables: () => ({ id: 'none' }), done: 'DAMAGE_NOT_FOUND' },
  'Mutation.quarantineDamage': { variables: () => ({ id: 'none' }), done: 'DAMAGE_NOT_FOUND' },
  'Mutation.restoreFromQuarantine': { variables: () => ({ id: 'none' }), done: 'DAMAGE_NOT_FOUND' },
  'Mutation.updateIntegrity': () => input({ megabytesPerSecond: 60 }),
  'Subscription.jobChanged': async (asking) => ({ id: await jobOf(asking) }),
  'Subscription.jobLogAppended': async (asking) => ({ id: await jobOf(asking) }),
  'Subscription.folderChanged': ({ subject }) => ({ path: `/${subject.username}` }),
  'Subscription.uploadProgressed': ({ subject, world }) => ({ id: world.finishedUploads[subject.username] }),
}

/** What fields further down are asked with, as it stands in the document. */
export const inside: Readonly<Record<string, string>> = {
  'File.versions': 'first: 1',
  'Schedule.nextRuns': 'count: 1',
  'Schedule.runs': 'first: 1',
  'Telemetry.history': 'metric: "cpu.percent", from: "2026-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z", points: 2',
  'Telemetry.recent': 'seconds: 60',
}

/** Fields that cannot be met in a small household, and why, with the test that shows them where there is one. */
export const elsewhere: Readonly<Record<string, string>> = {
  AuditFault: 'Only of a log that somebody has tampered with: api/src/audit/tampering.test.ts.',
  FileDamage: 'Only of a file that was damaged: api/src/integrity/integrity.test.ts.',
  FileDamageEdge: 'The same.',
  FileScrub: 'Only after all files were read: api/src/integrity/integrity.test.ts.',
  PasskeyDeleted: 'Needs an authenticator: no test has one yet.',
  PasskeyRegistered: 'Needs an authenticator: no test has one yet.',
  RecoveryCodes: 'Needs an authenticator app: api/src/auth/two-factor.test.ts.',
  ServiceError: 'Only of a service that has failed: api/src/health/health.test.ts.',
  TwoFactorRequired: 'Needs an authenticator app: api/src/auth/two-factor.test.ts.',
  RaidSync: 'Only while something goes over an array: api/src/raid/service.test.ts.',
}

export function givenFor(coordinate: string): Given {
  const found = given[coordinate] ?? (() => none)
  return typeof found === 'function' ? { variables: found } : found
}

/** A file of the subject's with one version. */
async function replacedOf({ subject, world }: Asking): Promise<string> {
  const { services, storageDir } = world.nas
  const [from, to] = [`/${subject.username}/${unique()}`, `/${subject.username}/${unique()}`]
  for (const path of [from, to]) writeFileSync(`${storageDir}${path}`, path)
  await services.files.moveFile(world.asAdmin, { from, to, replace: true })
  return to
}

/** A folder of the subject's in their trash. */
async function trashedOf(asking: Asking): Promise<string> {
  const { services } = asking.world.nas
  await services.files.ensureHome(asking.subject)
  const { trashItemId } = await services.files.deleteFile(asking.world.asAdmin, { path: await folderOf(asking), permanently: false })
  return trashItemId ?? ''
}

async function folderOf({ subject, world }: Asking): Promise<string> {
  const path = `/${subject.username}/${unique()}`
  await world.nas.services.files.createFolder(world.asAdmin, path)
  return path
}

async function invited({ nas, asAdmin }: World): Promise<{ id: string; token: string }> {
  const wish = { username: null, email: null, role: 'USER', quotaBytes: null, groupIds: [], expiresInHours: 1 } as const
  const { invitation, path } = await nas.services.invitations.invite(asAdmin, wish)
  return { id: invitation.id, token: /[\w-]{43}$/.exec(path)?.[0] ?? '' }
}

/** A schedule with everything that one can have, and a run of it. */
async function scheduleOf({ asAdmin, nas }: World): Promise<string> {
  const name = `s_${unique()}`
  await nas.services.scheduleChanges.create(asAdmin, {
    name,
    title: 'Example',
    action: () => ({ kind: 'database_check', input: { thorough: false } }),
    rules: {
      timing: { everySeconds: 86_400 },
      timeZone: 'Europe/Berlin',
      jitterSeconds: 0,
      window: { from: '22:00', to: '06:00' },
      catchUp: 'SKIP',
      overlap: 'QUEUE',
      maxAttempts: 2,
    },
  })
  const now = new Date()
  const run = {
    scheduleName: name,
    dueAt: now,
    trigger: 'SCHEDULED',
    outcome: 'SKIPPED',
    reason: 'MISSED',
    dueCount: 3,
    gapFrom: now,
    at: now,
  } as const
  await nas.database.scheduleRun.create({ data: { id: createId(), ...run } })
  return name
}

/** A job of the person whose things are asked for, with everything that a job can have, made anew each time. */
async function jobOf({ subject, world }: Asking, state: 'FAILED' | 'WAITING' = 'FAILED'): Promise<string> {
  const id = createId()
  const [now, later] = [new Date(), new Date(Date.now() + 3_600_000)]
  await world.nas.database.job.create({
    data: {
      id,
      kind: 'session_cleanup',
      class: 'MAINTENANCE',
      state,
      waitingFor: state === 'WAITING' ? 'RETRY' : null,
      input: {},
      result: { ended: 0 },
      errorCode: 'INTERNAL',
      errorMessage: 'An example.',
      subject: `/${subject.username}`,
      actorId: subject.id,
      actorName: subject.username,
      origin: { address: '127.0.0.1', client: null, requestId: '', sessionId: '', scopes: null },
      scheduleName: 'example',
      dueAt: now,
      parentId: createId(),
      locks: [{ name: 'session_cleanup', exclusive: true }],
      attempts: 1,
      maxAttempts: 1,
      runAfter: later,
      cancelRequestedAt: state === 'WAITING' ? null : now,
      cancelledByName: 'ada',
      progressDone: 1n,
      progressTotal: 2n,
      progressUnit: 'ITEMS',
      progressItem: 'one',
      createdAt: now,
      startedAt: now,
      endedAt: state === 'WAITING' ? null : now,
      changedAt: now,
    },
  })
  await world.nas.database.jobLogLine.create({
    data: { jobId: id, sequence: 1, at: now, attempt: 1, level: 'INFO', message: 'An example.' },
  })
  return id
}
