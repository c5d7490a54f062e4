import type { Actor, Role } from '../auth/model.ts'
import type { Shell } from '../tiers/shell.ts'
import type { RescuedAccount } from '../users/rescue.ts'
import { UsageFault } from './usage.ts'

export interface Arguments {
  readonly name: string | null
  readonly role: Role
  /** Asks for the password only when the command needs one, and it was not to be made up. */
  readonly password: (username: string) => Promise<string>
}

/** Who acts: whoever has a shell on the machine, with the rights to read its data folder. */
const shellActor: Actor = { kind: 'system', reason: 'admin command' }

type Command = (shell: Shell, args: Arguments) => Promise<string[]>

function required(name: string | null): string {
  if (name === null) throw new UsageFault('Which account? Give its name.')
  return name
}

/** Each answers the lines to print. */
export const commands: Record<string, Command> = {
  async list({ users, database }) {
    const rows: string[][] = [['NAME', 'ROLE', 'STATE', 'SECOND FACTOR', 'LAST SIGN-IN']]
    const all = await database.user.findMany({ orderBy: { usernameKey: 'asc' }, select: { id: true } })
    const ids = all.map(({ id }) => id)
    const secured = await users.twoFactorStates(shellActor, ids)
    for (const [index, user] of (await users.byIds(shellActor, ids)).entries()) {
      if (!user) continue
      const last = user.lastSignInAt?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never'
      rows.push([user.username, user.role.toLowerCase(), user.disabledAt ? 'disabled' : 'active', secured[index] ? 'yes' : 'no', last])
    }
    return table(rows)
  },

  async create({ database, users }, { name, password, role }) {
    const username = required(name)
    if ((await database.setup.count()) === 0) {
      throw new UsageFault(
        'This server has not been set up: open its page /setup with the token in the file setup-token of the data folder.',
      )
    }
    const user = await users.create(shellActor, { username, password: await password(username), email: null, role })
    return [`${user.username} can sign in now, as ${role === 'ADMIN' ? 'an administrator' : `a ${role.toLowerCase()}`}.`]
  },

  async 'reset-password'({ rescue }, { name, password }) {
    const rescued = await rescue.resetPassword(shellActor, required(name), password)
    return [`${rescued.user.username} has a new password.`, ...whatElse(rescued)]
  },

  async 'disable-2fa'({ rescue }, { name }) {
    const rescued = await rescue.disableTwoFactor(shellActor, required(name))
    return [
      `${rescued.user.username} signs in without a second factor: authenticator, recovery codes and passkeys are gone.`,
      ...whatElse(rescued),
    ]
  },

  async 'rotate-key'({ audit, rotateKey }) {
    const { dropped, kept, keyId, sealedAnew } = await rotateKey()
    const details = { keyId, sealedAnew, dropped, kept: kept.map((key) => key.keyId) }
    await audit.record(shellActor, { action: 'secrets.rotateKey', target: keyId, result: 'ok', details })
    return [
      `The master key is ${keyId} now; ${sealedAnew} ${sealedAnew === 1 ? 'secret was' : 'secrets were'} sealed anew. Copy the key file to where its copies are kept.`,
      ...kept.map((key) => `Key ${key.keyId} stays in the file for ${key.for}.`),
      ...dropped.map((id) => `Key ${id} is not needed any more and was removed.`),
    ]
  },
}

function whatElse({ apiKeys, enabled, endedSessions, hasPassword, hasSecondFactor, user }: RescuedAccount): string[] {
  return [
    ...(endedSessions > 0 ? [`It was signed out on ${endedSessions === 1 ? 'one device' : `${endedSessions} devices`}.`] : []),
    ...(enabled ? ['It had been disabled, and no other administrator can sign in: it is enabled again.'] : []),
    ...(user.disabledAt ? ['It is still disabled: an administrator can enable it.'] : []),
    ...(hasSecondFactor ? ['It still asks for its second factor; disable-2fa takes that away.'] : []),
    ...(hasPassword ? [] : ['It has no password; reset-password gives it one.']),
    ...(apiKeys > 0 ? [`Its API keys go on working (${apiKeys}).`] : []),
  ]
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
