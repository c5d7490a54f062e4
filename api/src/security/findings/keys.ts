import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { about, type FindingSource } from '../model.ts'

/** A key that was not used for so long is not missed by anybody but a thief. */
const unused = 90 * 24 * 3_600_000
const most = 10_000

/** API keys that are wider open than they need to be. */
export function keyFindings({ database, clock }: { database: Database; clock: Clock }): FindingSource {
  return {
    name: 'keys',
    async find() {
      const now = clock.now().getTime()
      const keys = await database.apiKey.findMany({
        where: { OR: [{ expiresAt: null }, { expiresAt: { gt: clock.now() } }] },
        select: { name: true, addresses: true, createdAt: true, expiresAt: true, lastUsedAt: true, user: { select: { username: true } } },
        orderBy: { createdAt: 'asc' },
        take: most,
      })
      const names = (some: typeof keys) => some.map(({ name, user }) => `${name} (${user.username})`)
      const endless = keys.filter(({ expiresAt }) => expiresAt === null)
      return [
        ...about('KEY_WITHOUT_EXPIRY', 'WARNING', names(endless), endless[0]?.createdAt ?? null),
        ...about('KEY_UNUSED', 'WARNING', names(keys.filter((key) => now - (key.lastUsedAt ?? key.createdAt).getTime() > unused))),
        ...about('KEY_FROM_ANYWHERE', 'INFO', names(keys.filter(({ addresses }) => Array.isArray(addresses) && addresses.length === 0))),
      ]
    },
  }
}
