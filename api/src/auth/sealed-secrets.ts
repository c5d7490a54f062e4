import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { KeyUse, SealedPlace } from '../platform/key-rotation.ts'
import { totpContext } from './totp.ts'

/** The secrets of authenticator apps: what a new master key must seal anew. */
export function authenticatorSecrets(database: Database): SealedPlace {
  return {
    name: 'secrets of authenticators',
    async read(after, limit) {
      const rows = await database.totp.findMany({
        where: after === null ? {} : { userId: { gt: after } },
        orderBy: { userId: 'asc' },
        take: limit,
        select: { userId: true, secret: true },
      })
      return rows.map(({ secret, userId }) => ({ id: userId, context: totpContext(userId), sealed: secret }))
    },
    async replace(userId, from, to) {
      await database.totp.updateMany({ where: { userId, secret: from }, data: { secret: to } })
    },
  }
}

/** What somebody has begun and not ended yet may hold a sealed secret: it is not sealed anew, and gone within minutes. */
export function pendingChallenges({ clock, database }: { clock: Clock; database: Database }): KeyUse {
  return {
    name: 'an enrolment that is under way',
    async isUsed(keyId) {
      const rows = await database.challenge.findMany({ where: { expiresAt: { gt: clock.now() } }, select: { data: true } })
      return rows.some(({ data }) => JSON.stringify(data).includes(`v1.${keyId}.`))
    },
  }
}

/** Recovery codes are known by a keyed hash alone: one that is not used yet needs its key. */
export function recoveryCodeHashes(database: Database): KeyUse {
  return {
    name: 'recovery codes',
    async isUsed(keyId) {
      return (await database.recoveryCode.count({ where: { usedAt: null, codeHash: { startsWith: `${keyId}:` } } })) > 0
    },
  }
}
