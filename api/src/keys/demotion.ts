import { administratorScopes, isScope } from '../auth/scopes.ts'
import type { DatabaseTransaction } from '../platform/db.ts'

/**
 * Takes from the keys of an account what opens something to administrators alone. They could do nothing with it any more; but it must
 * not wake when somebody makes the account an administrator again.
 */
export async function dropAdministratorScopes(userId: string, transaction: DatabaseTransaction): Promise<void> {
  for (const { id, scopes } of await transaction.apiKey.findMany({ where: { userId }, select: { id: true, scopes: true } })) {
    const names = Array.isArray(scopes) ? scopes.map(String) : []
    const kept = names.filter((name) => !(isScope(name) && administratorScopes.has(name)))
    if (kept.length < names.length) await transaction.apiKey.update({ where: { id }, data: { scopes: kept } })
  }
}
