import { AsyncLocalStorage } from 'node:async_hooks'

/** Something that is asked for, and whether a refusal of it has been written down by the service that decided. */
export interface RefusalScope {
  noted: boolean
}

const current = new AsyncLocalStorage<RefusalScope>()

/** Runs what answers one thing that is asked for: what it refuses is noted in the scope. */
export function inRefusalScope<T>(scope: RefusalScope, run: () => T): T {
  return current.run(scope, run)
}

/** The door need not write it down again. */
export function noteRefusal(): void {
  const scope = current.getStore()
  if (scope) scope.noted = true
}
