import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<string>()

/** Runs what belongs to one request, so that its errors can name the request wherever they are masked. */
export function inRequest<T>(requestId: string, run: () => T): T {
  return scope.run(requestId, run)
}

export function currentRequestId(): string {
  return scope.getStore() ?? ''
}
