import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { beforeEach, expect, test, vi } from 'vitest'
import { SessionStateDocument } from './generated/graphql'
import { createFreshPageLink, sendHashOnly } from './stored-operations-link'

const unknown = { message: 'x', extensions: { code: 'UNKNOWN_OPERATION' } }
const clientOf = (...links: ApolloLink[]) => new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from(links) })
const answering = (result: ApolloLink.Result) =>
  new ApolloLink(
    () =>
      new Observable((observer) => {
        observer.next(result)
        observer.complete()
      }),
  )

beforeEach(() => {
  vi.resetModules()
  window.sessionStorage.clear()
})

test('a build sends the hash of a document and not its text', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  const seen: { extensions: unknown; http: unknown }[] = []
  const spy = new ApolloLink((operation) => {
    seen.push({ extensions: operation.extensions, http: operation.getContext()['http'] })
    return new Observable((observer) => {
      observer.next({ data: { setup: { __typename: 'Setup', required: false }, me: null } })
      observer.complete()
    })
  })
  await clientOf(sendHashOnly, spy).query({ query: SessionStateDocument })
  vi.unstubAllEnvs()
  expect(seen).toEqual([
    {
      extensions: { persistedQuery: { version: 1, sha256Hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      http: { includeQuery: false, includeExtensions: true },
    },
  ])
})

test('a server that does not know the document has the page loaded again, and nothing fails meanwhile', async () => {
  const reload = vi.fn(() => true)
  const settled = vi.fn()
  void clientOf(createFreshPageLink(reload), answering({ errors: [unknown] }))
    .query({ query: SessionStateDocument })
    .then(settled, settled)
  const failing = new ApolloLink(() => new Observable((observer) => observer.error(new CombinedGraphQLErrors({ errors: [unknown] }))))
  void clientOf(createFreshPageLink(reload), failing).query({ query: SessionStateDocument }).then(settled, settled)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(2))
  await new Promise((resolve) => setTimeout(resolve))
  expect(settled).not.toHaveBeenCalled()
})

test('when that did not help, the failure is told', async () => {
  const query = clientOf(
    createFreshPageLink(() => false),
    answering({ errors: [unknown] }),
  ).query({ query: SessionStateDocument })
  await expect(query).rejects.toMatchObject({ errors: [unknown] })
})

test('other failures load nothing again', async () => {
  const reload = vi.fn(() => true)
  const other = { message: 'x', extensions: { code: 'FORBIDDEN' } }
  const query = clientOf(createFreshPageLink(reload), answering({ errors: [other] })).query({ query: SessionStateDocument })
  await expect(query).rejects.toMatchObject({ errors: [other] })
  expect(reload).not.toHaveBeenCalled()
})

test('a page is loaded again once, also when many answers ask for it, and not again by the page that came', async () => {
  const load = async () => (await import('./reload-once')).reloadOnce
  const reload = vi.fn()
  const first = await load()
  expect([first(reload), first(reload), first(reload)]).toEqual([true, true, true])
  expect(reload).toHaveBeenCalledTimes(1)
  // What a load does: the modules are new, what the tab remembers is not.
  vi.resetModules()
  const second = await load()
  expect(second(reload)).toBe(false)
  expect(reload).toHaveBeenCalledTimes(1)
})
