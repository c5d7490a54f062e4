import { type FieldPolicy, InMemoryCache } from '@apollo/client'
import { possibleTypes } from './generated/possible-types'

interface Page {
  nodes?: readonly unknown[]
}

/** A list read page by page through `nodes`: a page asked for with `after` joins the end, one without begins anew. */
function pagedNodes(keyArgs: readonly string[]): FieldPolicy<Page> {
  return {
    keyArgs: [...keyArgs],
    merge(existing, incoming, { args }) {
      if (!args?.['after'] || !existing) return incoming
      return { ...incoming, nodes: [...(existing.nodes ?? []), ...(incoming.nodes ?? [])] }
    },
  }
}

export function createCache(): InMemoryCache {
  return new InMemoryCache({
    possibleTypes,
    typePolicies: {
      Query: { fields: { users: pagedNodes(['filter', 'orderBy']), groups: pagedNodes([]), invitations: pagedNodes([]) } },
      // A list that is always whole.
      Subscription: { fields: { mySessionsChanged: { merge: false } } },
      RaidArray: { keyFields: ['name'], fields: { members: { merge: false }, sync: { merge: false } } },
      // One of each per server: without ids they would be replaced whole and could not be read by fragment.
      Server: { keyFields: [] },
      Storage: { keyFields: [] },
      Telemetry: { keyFields: [] },
      // A moment, not a thing: kept in its parent.
      TelemetrySample: { keyFields: false },
    },
  })
}
