import { InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'

export function createCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Query: { fields: { users: relayStylePagination() } },
      RaidArray: { keyFields: ['name'], fields: { members: { merge: false } } },
      // One of each per server: without ids they would be replaced whole and could not be read by fragment.
      Server: { keyFields: [] },
      Storage: { keyFields: [] },
      Telemetry: { keyFields: [] },
      // A moment, not a thing: kept in its parent.
      TelemetrySample: { keyFields: false },
    },
  })
}
