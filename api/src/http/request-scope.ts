import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<string>()

/** Runs what belongs to one request, so that its errors can name the request wherever they are masked. */
export function inRequest<T>(requestId: string, run: () => T): T {
  return scope.run(requestId, run)
}

/** The same for each value of a stream; what is not a stream is given back as it is. */
export async function streamInRequest(requestId: string, answer: Promise<object>): Promise<object> {
  const stream = await answer
  if (!isGenerator(stream)) return stream
  const scoped: AsyncGenerator<unknown> = {
    next: () => inRequest(requestId, () => stream.next()),
    return: (value) => inRequest(requestId, () => stream.return(value)),
    throw: (error) => inRequest(requestId, () => stream.throw(error)),
    [Symbol.asyncIterator]: () => scoped,
    [Symbol.asyncDispose]: async () => void (await scoped.return(undefined)),
  }
  return scoped
}

export function currentRequestId(): string {
  return scope.getStore() ?? ''
}

function isGenerator(value: object): value is AsyncGenerator<unknown> {
  return Symbol.asyncIterator in value && 'next' in value && 'return' in value && 'throw' in value
}
