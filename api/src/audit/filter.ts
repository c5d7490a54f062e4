import { InvalidInput } from '../platform/errors.ts'
import type { AuditFilter } from './model.ts'

/** As much text as a search may be for. */
const longestText = 256
const mostActions = 50

/** Throws INVALID_INPUT for a filter that no entry could ever match, or that would cost more than a search is worth. */
export function requireFilter(filter: AuditFilter): void {
  const { actions, since, until } = filter
  for (const name of ['actor', 'target', 'result', 'address', 'keyId'] as const) {
    const text = filter[name]
    if (text !== undefined && (text === '' || text.length > longestText)) throw new InvalidInput(`1 to ${longestText} characters.`, name)
  }
  if (
    actions &&
    (actions.length === 0 || actions.length > mostActions || actions.some((action) => action === '' || action.length > longestText))
  )
    throw new InvalidInput(`1 to ${mostActions} actions.`, 'actions')
  if (since && until && since >= until) throw new InvalidInput('The end must be after the beginning.', 'until')
}
