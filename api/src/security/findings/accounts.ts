import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { about, type FindingSource } from '../model.ts'

const day = 24 * 3_600_000
/** A session that is older has been carried around for long. */
const oldSession = 30 * day
/** As many accounts are looked at: a list of thousands says no more than its count. */
const most = 10_000

/** Accounts without a second factor, and sessions that have lived long. */
export function accountFindings({ database, clock }: { database: Database; clock: Clock }): FindingSource {
  return {
    name: 'accounts',
    async find() {
      const open = await database.user.findMany({
        where: { disabledAt: null, totp: { is: null }, passkeys: { none: {} } },
        select: { username: true, role: true },
        orderBy: { usernameKey: 'asc' },
        take: most,
      })
      const unconfirmed = await database.user.findMany({
        where: { disabledAt: null, totp: { is: { confirmedAt: null } }, passkeys: { none: {} } },
        select: { username: true, role: true },
        take: most,
      })
      const without = [...open, ...unconfirmed]
      const names = (administrators: boolean) =>
        without.filter(({ role }) => (role === 'ADMIN') === administrators).map(({ username }) => username)
      const sessions = await database.session.findMany({
        where: { createdAt: { lt: new Date(clock.now().getTime() - oldSession) }, absoluteExpiresAt: { gt: clock.now() } },
        select: { createdAt: true, user: { select: { username: true } } },
        orderBy: { createdAt: 'asc' },
        take: most,
      })
      const disabled = await database.user.findMany({
        where: { disabledAt: { not: null }, apiKeys: { some: { OR: [{ expiresAt: null }, { expiresAt: { gt: clock.now() } }] } } },
        select: { username: true },
        take: most,
      })
      return [
        ...about('ADMIN_WITHOUT_SECOND_FACTOR', 'CRITICAL', names(true)),
        ...about('USER_WITHOUT_SECOND_FACTOR', 'INFO', names(false)),
        ...about(
          'DISABLED_ACCOUNT_WITH_KEY',
          'WARNING',
          disabled.map(({ username }) => username),
        ),
        ...about('OLD_SESSION', 'INFO', [...sessions.map(({ user }) => user.username)], sessions[0]?.createdAt ?? null),
      ]
    },
  }
}
