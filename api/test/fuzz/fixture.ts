import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Scope } from '../../src/auth/scopes.ts'
import { Client } from '../client.ts'
import { goodPassword } from '../nas.ts'
import { type ServerProcess, startProcess } from '../server-process.ts'
import type { Pool } from './values.ts'

/** Words that stand in nothing but what belongs to somebody else: an answer that holds one has told too much. */
export const canaries = {
  file: 'canary-file-of-the-victim.txt',
  content: 'canary-content-of-the-victim',
  email: 'canary-mail@victim.example',
  key: 'canary-key-of-the-victim',
  group: 'canary-group-of-the-house',
  invitation: 'canary-guest@victim.example',
} as const

const victim = 'victor'
const folder = `/${victim}/private`
const owner = 'olga'
/** Whose account is what, apart from the one who keeps the others going. */
const rolesOfAccounts = { viewer: 'VIEWER', user: 'USER', admin: 'ADMIN' } as const

export type AccountRole = keyof typeof rolesOfAccounts

/** The API keys that ask, by the role of their owner. */
const keys: readonly (readonly [AccountRole, readonly Scope[]])[] = [
  ['viewer', ['files:read', 'telemetry:read']],
  ['user', ['files:read', 'files:write']],
  ['user', ['account:read', 'raid:read']],
  ['admin', ['users:read', 'telemetry:read']],
  ['admin', ['users:manage', 'audit:read', 'settings:manage']],
]

/** Somebody who asks: the headers that say who it is. */
export interface Asker {
  readonly name: string
  /** Null for a stranger. */
  readonly role: AccountRole | null
  /** Of an API key; null for who has none. */
  readonly scopes: readonly Scope[] | null
  userId: string | null
  headers: Record<string, string>
}

/** A server as its users start it, with people, one of whom is only looked for by the others. */
export class Fixture {
  readonly origin: string
  readonly dataDir: string
  readonly process: ServerProcess
  readonly askers: Asker[] = []
  pool: Pool = {}
  readonly #owner: Client
  #accounts = 0
  readonly #kept = new Set<string>([owner, victim])

  private constructor(origin: string, dataDir: string, process: ServerProcess, owner: Client) {
    this.origin = origin
    this.dataDir = dataDir
    this.process = process
    this.#owner = owner
  }

  static async start(limits: 'raised' | 'preset' = 'raised'): Promise<Fixture> {
    const dataDir = mkdtempSync(`${tmpdir()}/baluhost-fuzz-`)
    const server = startProcess({ BALUHOST_DATA_DIR: dataDir, BALUHOST_LOG_LEVEL: 'error', BALUHOST_LOG_FORMAT: 'json' })
    const origin = await server.listening
    const client = new Client(origin)
    const setupToken = readFileSync(`${dataDir}/setup-token`, 'utf8').trim()
    await client.completeSetup({ setupToken, username: owner, password: goodPassword })
    const fixture = new Fixture(origin, dataDir, server, client)
    if (limits === 'raised') await fixture.#raiseLimits()
    await fixture.#fill()
    return fixture
  }

  async close(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.ended
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Resident memory of the server, in MB. */
  memory(): number {
    const status = readFileSync(`/proc/${this.process.child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
  }

  /** What an asker knows and may try to change: administrators could, and the victim must stay. */
  changeableBy({ role }: Asker): Pool {
    if (role !== 'admin') return this.pool
    const harmless = (values: readonly string[]) => values.filter((value) => !value.includes(victim) && !this.#kept.has(value))
    return Object.fromEntries(Object.entries(this.pool).map(([name, values]) => [name, harmless(values)]))
  }

  /** A new session, on a new account where the old one is not to be had any more. */
  async renew(asker: Asker): Promise<void> {
    if (!asker.role) return
    const { userId, headers } = await this.#newAccount(asker.role)
    asker.userId = userId
    asker.headers = asker.scopes ? await this.#newKey(headers, asker.scopes) : headers
  }

  async #fill(): Promise<void> {
    const made = await this.#owner.createUser({ username: victim, password: goodPassword, email: canaries.email, role: 'USER' })
    const victimId: string = made.data.createUser.id
    const client = new Client(this.origin)
    await client.signIn(victim, goodPassword)
    await client.graphql('mutation ($path: Path!) { createFolder(input: { path: $path }) { __typename } }', { path: folder })
    await put(client, `${folder}/${canaries.file}`, canaries.content)
    const { data } = await client.graphql('query ($path: Path!) { folder: file(path: $path) { id } me { id } }', { path: folder })
    const key = await keyOf(client, canaries.key, ['files:read'])
    const upload = await begin(client, `${folder}/unfinished`)
    const { group, invitation, token } = await this.#houseRules()

    this.askers.push({ name: 'nobody', role: null, scopes: null, userId: null, headers: {} })
    for (const role of Object.keys(rolesOfAccounts) as AccountRole[]) {
      this.askers.push({ name: role, role, scopes: null, ...(await this.#newAccount(role)) })
    }
    for (const [role, scopes] of keys) {
      const asker: Asker = { name: `a key of ${role} for ${scopes.join(', ')}`, role, scopes, userId: null, headers: {} }
      await this.renew(asker)
      this.askers.push(asker)
    }
    for (const id of [victimId, String(data.folder.id), upload, key.id, group, invitation, token]) this.#kept.add(id)
    const own = this.askers.find(({ role }) => role === 'user')
    const user = withHeaders(this.origin, own)
    await put(user, '/Shared/common.txt', 'for all')
    const ownUpload = await begin(user, '/Shared/unfinished')
    const job = await copyOf(user, '/Shared/common.txt', '/Shared/copied.txt')
    this.pool = {
      Path: ['/', '/Shared', '/Shared/common.txt', folder, folder, '/user1', '/none'],
      ID: [victimId, String(data.folder.id), upload, key.id, ownUpload, group, invitation, job, job, '1', '2', 'none'],
      username: [victim, owner, 'user1', 'new-name'],
      password: ['another good password', 'wrong wrong wrong'],
      current: [goodPassword, 'wrong wrong wrong'],
      new: ['another good password'],
      code: ['000000', 'aaaa-bbbb-cccc', '123 456'],
      // Of an array, a schedule, a table of the database, a service.
      name: ['md0', 'session_cleanup', 'Job', 'telemetry', 'telemetry', 'new name'],
      cron: ['0 3 * * *', '*/5 * * * 1', '30 4 1 * *', '99 * * * *'],
      timeZone: ['Europe/Berlin', 'Australia/Lord_Howe', 'system', 'Mars/Olympus'],
      metric: ['cpu.percent', 'memory.used'],
      token: [token],
      groupId: [group],
      groupIds: [group],
      userIds: [victimId],
      ownerId: [victimId],
      scopes: ['files:read', 'telemetry:read', 'users:manage', 'no:scope'],
      addresses: ['192.168.0.0/16', '::1', '127.0.0.1/33'],
      email: ['a@b.example'],
    }
  }

  /** What only administrators know of. */
  async #houseRules(): Promise<{ group: string; invitation: string; token: string }> {
    const { data, errors } = await this.#owner.graphql(
      `mutation ($group: CreateGroupInput!, $guest: InviteUserInput!, $open: InviteUserInput!) {
        createGroup(input: $group) { ... on Group { id } }
        inviteUser(input: $guest) { ... on IssuedInvitation { invitation { id } } }
        open: inviteUser(input: $open) { ... on IssuedInvitation { path } } }`,
      {
        group: { name: canaries.group },
        guest: { email: canaries.invitation, expiresInHours: 700, role: 'VIEWER' },
        // One whose link everybody has: it is taken up by whoever comes first.
        open: { expiresInHours: 700, role: 'VIEWER' },
      },
    )
    const path: string | undefined = data?.open?.path
    if (!path || !data.createGroup.id) throw new Error(`no group or invitation was made: ${JSON.stringify(data ?? errors)}`)
    return { group: data.createGroup.id, invitation: data.inviteUser.invitation.id, token: /[\w-]{30,}/.exec(path)?.[0] ?? '' }
  }

  async #newKey(session: Record<string, string>, scopes: readonly string[]): Promise<Record<string, string>> {
    const client = new Client(this.origin)
    client.cookie = session['cookie'] ?? null
    const key = await keyOf(client, 'fuzz', scopes)
    return { authorization: `Bearer ${key.text}` }
  }

  async #newAccount(role: AccountRole): Promise<{ userId: string; headers: Record<string, string> }> {
    this.#accounts += 1
    const username = `${role}${this.#accounts}`
    const made = await this.#owner.createUser({ username, password: goodPassword, role: rolesOfAccounts[role] })
    const client = new Client(this.origin)
    const { data, errors } = await client.signIn(username, goodPassword)
    if (data?.signIn?.__typename !== 'Session') throw new Error(`${username} cannot sign in: ${JSON.stringify([made.data, data, errors])}`)
    // Something to be watched.
    if (role === 'user') await begin(client, `/Shared/unfinished ${username}`)
    return { userId: made.data.createUser.id, headers: { cookie: client.cookie ?? '', 'x-baluhost-csrf': '1' } }
  }

  /** As far as an administrator may open them: what is asked here in a minute, nobody asks in a day. */
  async #raiseLimits(): Promise<void> {
    const { data } = await this.#owner.graphql('{ limits { name most { capacity refillPerSecond } } }')
    for (const { name, most } of data.limits) {
      const input = { name, ...most }
      const answer = await this.#owner.graphql(
        'mutation ($input: UpdateLimitInput!) { updateLimit(input: $input) { ... on Limit { name } } }',
        { input },
      )
      if (answer.data?.updateLimit?.name !== name) throw new Error(`the limit ${name} was not raised: ${JSON.stringify(answer.errors)}`)
    }
  }
}

async function keyOf(client: Client, name: string, scopes: readonly string[]): Promise<{ id: string; text: string }> {
  const { data, errors } = await client.graphql(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
      ... on ApiKeyCreated { key apiKey { id } } ... on Problem { code message } } }`,
    { input: { name, scopes } },
  )
  if (!data?.createApiKey?.key) throw new Error(`no key was made: ${JSON.stringify(data ?? errors)}`)
  return { id: data.createApiKey.apiKey.id, text: data.createApiKey.key }
}

function withHeaders(origin: string, asker: Asker | undefined): Client {
  const client = new Client(origin)
  client.cookie = asker?.headers['cookie'] ?? null
  return client
}

async function begin(client: Client, path: string, length = 1_000): Promise<string> {
  const response = await client.fetch('/uploads', { method: 'POST', headers: uploadHeaders(path, length) })
  return response.headers.get('location')?.split('/').at(-1) ?? ''
}

async function put(client: Client, path: string, content: string): Promise<void> {
  const headers = { ...uploadHeaders(path, content.length), 'content-type': 'application/offset+octet-stream' }
  const response = await client.fetch('/uploads', { method: 'POST', headers, body: content })
  if (response.status !== 201) throw new Error(`${path} was not uploaded: ${response.status} ${await response.text()}`)
}

function uploadHeaders(path: string, length: number): Record<string, string> {
  const metadata = `path ${Buffer.from(path).toString('base64')}`
  return { 'tus-resumable': '1.0.0', 'x-baluhost-csrf': '1', 'upload-length': String(length), 'upload-metadata': metadata }
}

async function copyOf(client: Client, from: string, to: string): Promise<string> {
  const { data, errors } = await client.graphql(
    'mutation ($from: Path!, $to: Path!) { copyFile(input: { from: $from, to: $to }) { ... on Job { id } } }',
    { from, to },
  )
  if (!data?.copyFile?.id) throw new Error(`nothing was copied: ${JSON.stringify(data ?? errors)}`)
  return data.copyFile.id
}
