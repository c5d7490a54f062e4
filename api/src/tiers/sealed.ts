import { auditHashes } from '../audit/key-use.ts'
import { authenticatorSecrets, pendingChallenges, recoveryCodeHashes } from '../auth/sealed-secrets.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { KeyUse, SealedPlace } from '../platform/key-rotation.ts'

/**
 * Everything that hangs on the master key, for its rotation: who seals something, or derives a key that must last, is named here.
 * Not the cookies that tell a known browser from a strange one: without the key of its time such a browser counts as strange.
 */
export function sealedWith(deps: { database: Database; clock: Clock; headFile: string }): { places: SealedPlace[]; uses: KeyUse[] } {
  return {
    places: [authenticatorSecrets(deps.database)],
    uses: [auditHashes(deps), recoveryCodeHashes(deps.database), pendingChallenges(deps)],
  }
}
