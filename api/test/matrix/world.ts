import { mkdirSync, writeFileSync } from 'node:fs'
import type { SignedInActor } from '../../src/auth/model.ts'
import { type Scope, scopeNames } from '../../src/auth/scopes.ts'
import { testActor } from '../../src/files/test-storage.ts'
import { createKeyText, hashOfKey, prefixOfKey } from '../../src/keys/key-text.ts'
import { createId } from '../../src/platform/identifier.ts'
import { Client } from '../client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas } from '../nas.ts'
import type { Column } from './model.ts'

export interface Someone {
  readonly id: string
  readonly username: string
}

/** A server with a household, in which there is something of everything to ask for. */
export interface World {
  readonly nas: TestNas
  readonly ada: Someone
  readonly ben: Someone
  readonly carl: Someone
  readonly vera: Someone
  readonly group: { readonly id: string }
  readonly password: string
  /** An administrator who has just confirmed who they are, for what a line of the matrix needs beforehand. */
  readonly asAdmin: SignedInActor
  /** An upload that has finished, of each by name. */
  readonly finishedUploads: Readonly<Record<string, string>>
  /** The one API key of somebody, made anew. Not of the administrator, whose keys the columns are. */
  keyOf(owner: Someone): Promise<{ id: string; key: string }>
  /** An account that nobody else asks for. */
  somebody(): Promise<Someone>
  /** A client as whom the column stands for: with a session of its own, or with the key of the administrator. */
  client(column: Column): Promise<Client>
  /** Whom the column is. */
  selfOf(column: Column): Someone | null
  /** Whose things the column asks for. */
  subjectOf(column: Column): Someone
  /** The sessions of those in whose name a line is prepared are there, whatever the line before has ended. */
  prepare(): Promise<void>
  /** Makes something happen that is told to those who listen. */
  stir(): Promise<void>
  close(): Promise<void>
}

const everything = { email: 'someone@example.org', lastSignInAt: new Date(), quotaBytes: 10n ** 12n, passwordChangedAt: new Date() }

export async function createWorld(): Promise<World> {
  const { nas } = await startNasWithAdmin()
  const { database, services } = nas
  const make = async (username: string, role: 'USER' | 'VIEWER' = 'USER') => {
    const row = { id: createId(), username, usernameKey: username, role, passwordHash: null, createdAt: new Date(), ...everything }
    await database.user.create({ data: row })
    mkdirSync(`${nas.storageDir}/${username}`, { recursive: true })
    writeFileSync(`${nas.storageDir}/${username}/note.txt`, username)
    return { id: row.id, username }
  }
  const { id: adaId } = await database.user.update({ where: { usernameKey: adminName }, data: everything })
  const ada = { id: adaId, username: adminName }
  writeFileSync(`${nas.storageDir}/${adminName}/note.txt`, adminName)
  const [ben, carl, vera] = [await make('ben'), await make('carl'), await make('vera', 'VIEWER')]
  const { passwordHash } = await database.user.findUniqueOrThrow({ where: { id: ada.id } })
  await database.user.updateMany({ data: { passwordHash } })
  // What is null for most is there for all but the one whose field would otherwise never show that it is hidden.
  await database.user.update({ where: { id: carl.id }, data: { disabledAt: new Date(), avatar: 'none.webp' } })
  const groupRow = { id: createId(), name: 'Household', nameKey: 'household', description: 'All of us', createdAt: new Date() }
  const group = await database.group.create({ data: groupRow })
  const people = [ada, ben, carl, vera]
  await database.groupMember.createMany({ data: people.map(({ id }) => ({ groupId: group.id, userId: id, addedAt: new Date() })) })
  const passkey = { name: 'Key ring', credentialId: 'none', publicKey: Buffer.from('none'), counter: 0n, transports: [], backedUp: false }
  await database.passkey.create({ data: { ...passkey, id: createId(), userId: vera.id, createdAt: new Date() } })
  const tomorrow = new Date(Date.now() + 86_400_000)
  const browser = { tokenHash: 'none', createdAt: new Date(), expiresAt: tomorrow, client: 'Firefox' }
  await database.rememberedBrowser.create({ data: { ...browser, id: createId(), userId: vera.id } })
  // Everybody asks for everything here, all from one address.
  const actorOf = ({ id, username }: Someone, role: 'ADMIN' | 'USER') => ({
    ...testActor(username, role),
    userId: id,
    sessionId: `of ${id}`,
  })
  const asAdmin: SignedInActor = actorOf(ada, 'ADMIN')
  const prepare = async () => {
    const now = new Date()
    const times = { createdAt: now, lastUsedAt: now, confirmedAt: now, expiresAt: tomorrow, absoluteExpiresAt: tomorrow }
    for (const { id } of people) {
      const row = {
        ...times,
        id: `of ${id}`,
        tokenHash: `of ${id}`,
        userId: id,
        address: '127.0.0.1',
        client: null,
        method: 'PASSWORD',
      } as const
      await database.session.upsert({ where: { id: row.id }, create: row, update: {} })
    }
  }
  await prepare()
  // Everybody asks, and most of them for the same account.
  for (const name of ['confirmIdentity', 'changePassword'])
    await services.limits.update(asAdmin, { name, capacity: 1_000, refillPerSecond: 10 })
  for (const { name, kind, most } of services.limits.list(asAdmin))
    if (kind === 'rate') await services.limits.update(asAdmin, { name, ...most })
  const origin = { address: '127.0.0.1', client: null, requestId: 'matrix' }
  const keyOf = async (owner: Someone, scopes: readonly Scope[] = ['account:read']) => {
    // As it stands in the table: some of its owners may make none themselves any more.
    const [id, key] = [createId(), createKeyText()]
    const terms = { name: 'matrix', scopes: [...scopes], addresses: [], expiresAt: null }
    await database.apiKey.create({
      data: { ...terms, id, userId: owner.id, prefix: prefixOfKey(key), keyHash: hashOfKey(key), createdAt: new Date() },
    })
    return { id, key }
  }
  const keys = new Map<string, string>()
  for (const scope of scopeNames) keys.set(`key ${scope}`, (await keyOf(ada, [scope])).key)
  const finishedUploads = Object.fromEntries(
    await Promise.all(people.map(async (owner) => [owner.username, await finishedUpload(nas, asAdmin, owner)])),
  )
  for (const owner of people) {
    await database.fileEntry.updateMany({ where: { name: `${owner.username}.txt` }, data: { ownerId: owner.id } })
  }
  const selves: Partial<Record<Column, Someone>> = { viewer: vera, own: ben, other: ben, admin: ada }
  const selfOf = (column: Column) => (column === 'anonymous' ? null : (selves[column] ?? ada))

  return {
    nas,
    ada,
    ben,
    carl,
    vera,
    group,
    password: goodPassword,
    asAdmin,
    finishedUploads,
    async keyOf(owner) {
      // An account may not have many; whoever asked before is done with theirs.
      await database.apiKey.deleteMany({ where: { userId: owner.id } })
      return keyOf(owner)
    },
    somebody: () => make(`somebody-${createId()}`),
    selfOf,
    subjectOf: (column) => ({ viewer: vera, other: carl })[column as string] ?? ben,
    async client(column) {
      // By this name, since passkeys are tied to one and not to an address.
      const client = new Client(nas.origin.replace('127.0.0.1', 'localhost'))
      const self = selfOf(column)
      client.key = keys.get(column) ?? null
      if (!self || client.key) return client
      const user = await database.user.findUniqueOrThrow({ where: { id: self.id } })
      const { token } = await services.sessions.start(user, origin, 'PASSWORD')
      client.cookie = `baluhost_session=${token}`
      return client
    },
    prepare,
    async stir() {
      await services.groups.update(asAdmin, { id: group.id, description: createId() })
    },
    close: () => nas.close(),
  }
}

/** A file of theirs in `Shared`, and the upload that brought it. */
async function finishedUpload({ database, services, storageDir }: TestNas, asAdmin: SignedInActor, owner: Someone): Promise<string> {
  const path = `/Shared/${owner.username}.txt`
  writeFileSync(`${storageDir}${path}`, owner.username)
  const file = await services.files.find(asAdmin, path)
  if (!file) throw new Error(`${path} is not there.`)
  const now = new Date()
  const common = {
    ownerId: owner.id,
    path,
    length: 1n,
    metadata: '{}',
    createdAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
  }
  await database.upload.create({ data: { ...common, id: createId(), durableOffset: 0n, state: 'RECEIVING' } })
  const id = createId()
  await database.upload.create({ data: { ...common, id, durableOffset: 1n, state: 'DONE', entryId: file.id } })
  return id
}
