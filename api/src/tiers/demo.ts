import { existsSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Actor, Role, SignedInActor } from '../auth/model.ts'
import type { AuthService } from '../auth/service.ts'
import type { GroupsService } from '../groups/service.ts'
import { StartFault } from '../platform/start-fault.ts'
import type { UsersService } from '../users/service.ts'
import { demoFiles } from './demo-files.ts'

/** Everybody may know it: a demo server holds nothing but what is written here. */
export const demoPassword = 'simulated disks only'

const people: { username: string; role: Role; email: string }[] = [
  { username: 'anna', role: 'USER', email: 'anna@example.org' },
  { username: 'ben', role: 'USER', email: 'ben@example.org' },
  { username: 'guest', role: 'VIEWER', email: 'guest@example.org' },
]

export interface DemoDeps {
  readonly auth: AuthService
  readonly users: UsersService
  readonly groups: GroupsService
  readonly setupToken: string
  readonly storageDir: string
  readonly now: Date
}

/** Fills a server that has not been set up with an administrator `demo`, a small household and its files. */
export async function seedDemo({ auth, groups, users, setupToken, storageDir, now }: DemoDeps): Promise<void> {
  for (const name of ['demo', ...people.map(({ username }) => username)]) {
    // Said at once: a folder that was there before becomes nobody's home.
    if (existsSync(`${storageDir}/${name}`))
      throw new StartFault(`A demo begins with an empty storage, and ${storageDir}/${name} is there already.`)
  }
  const visitor: Actor = { kind: 'anonymous', address: '127.0.0.1', client: null, requestId: 'demo' }
  const { session } = await auth.completeSetup(visitor, { setupToken, username: 'demo', password: demoPassword })
  const admin: SignedInActor = {
    kind: 'user',
    userId: session.userId,
    username: 'demo',
    role: 'ADMIN',
    sessionId: session.id,
    expiresAt: session.expiresAt,
    scopes: null,
    confirmedAt: now,
    mustEnrol: false,
    address: visitor.address,
    client: null,
    requestId: visitor.requestId,
  }
  const members: string[] = []
  for (const person of people) members.push((await users.create(admin, { ...person, password: demoPassword })).id)
  const family = await groups.create(admin, { name: 'Family', description: 'Everybody at home' })
  await groups.addMembers(admin, { groupId: family.id, userIds: members.slice(0, 2) })
  // Straight into the storage, as a shell or a network share would: the tree finds them when somebody looks.
  for (const { path, bytes, daysAgo } of demoFiles()) {
    const target = `${storageDir}${path}`
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes)
    const modifiedAt = new Date(now.getTime() - daysAgo * 86_400_000)
    await utimes(target, modifiedAt, modifiedAt)
  }
  await auth.signOut(admin)
}
