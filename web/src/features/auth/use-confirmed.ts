import { askForConfirmation } from './confirmation-request'

interface Answered {
  data?: Record<string, unknown> | null | undefined
}

/**
 * Runs a mutation; when the server wants to know who is there (CONFIRMATION_REQUIRED), asks, and runs it again. Null when the
 * person would rather not: then nothing was done.
 */
export async function confirmed<T extends Answered>(mutate: () => Promise<T>): Promise<T | null> {
  const first = await mutate()
  if (!wantsConfirmation(first)) return first
  if (!(await askForConfirmation())) return null
  return mutate()
}

/** For components: the same function each time. */
export function useConfirmed() {
  return confirmed
}

function wantsConfirmation({ data }: Answered): boolean {
  return Object.values(data ?? {}).some(
    (result) => typeof result === 'object' && result !== null && 'code' in result && result.code === 'CONFIRMATION_REQUIRED',
  )
}
