import { useSubscription } from '@apollo/client/react'
import { graphql } from '../../graphql/generated'

const ArrayNamesDocument = graphql(`
  query ArrayNames {
    raidArrays {
      name
    }
  }
`)

const RaidArrayChangedDocument = graphql(`
  subscription RaidArrayChanged {
    raidArrayChanged {
      name
      level
      state
      size
      members {
        device
        slot
        state
        writeMostly
      }
      sync {
        action
        done
        total
        percent
        bytesPerSecond
        etaSeconds
      }
    }
  }
`)

/**
 * Keeps every array in the cache as it is, on whichever page: a degraded array must show without a reload. It is also what holds
 * the tab's WebSocket open, so that the connection state always means something.
 */
export function useLiveArrays() {
  useSubscription(RaidArrayChangedDocument, {
    onData: ({ client, data }) => {
      const changed = data.data?.raidArrayChanged
      if (!changed) return
      // The entity is written by its name already; a new one must also join the list.
      client.cache.updateQuery({ query: ArrayNamesDocument }, (known) =>
        known && !known.raidArrays.some((each) => each.name === changed.name)
          ? { ...known, raidArrays: [...known.raidArrays, { __typename: 'RaidArray' as const, name: changed.name }] }
          : undefined,
      )
    },
  })
}
