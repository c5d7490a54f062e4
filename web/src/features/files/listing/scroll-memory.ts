/** Where each folder was left, so that going back comes back to the same rows. Only of this visit. */
const left = new Map<string, { top: number; cursor: number }>()
const MOST = 50

export function rememberPlace(key: string, place: { top: number; cursor: number }) {
  left.delete(key)
  left.set(key, place)
  const oldest = left.keys().next().value
  if (left.size > MOST && oldest !== undefined) left.delete(oldest)
}

export function recallPlace(key: string): { top: number; cursor: number } | null {
  return left.get(key) ?? null
}
