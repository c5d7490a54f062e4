import type { Actor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may see which files are damaged: their paths are of every home. */
export function requireReadIntegrity(actor: Actor): void {
  requireAdmin(actor, 'settings:manage')
}

/** An administrator may have all files read, and decide what happens to damaged ones. */
export function requireManageIntegrity(actor: Actor): void {
  requireAdmin(actor, 'settings:manage')
}
