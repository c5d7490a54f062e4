import { useQuery, useSubscription } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { IntegrityWhole_IntegrityFragment } from '../../graphql/generated/graphql'

export type IntegrityWhole = Omit<IntegrityWhole_IntegrityFragment, ' $fragmentName'>
export type Damage = IntegrityWhole['damages']['nodes'][number]

graphql(`
  fragment IntegrityWhole_integrity on Integrity {
    jobId
    openDamages
    lastScrub {
      endedAt
      files
      bytes
      directBytes
      unreadable
    }
    damages(first: 100) {
      totalCount
      nodes {
        id
        path
        size
        foundAt
        state
        settledAt
        settledByName
      }
    }
  }
`)

export const IntegrityDocument = graphql(`
  query Integrity {
    integrity {
      ...IntegrityWhole_integrity @unmask
    }
  }
`)

export const IntegrityChangedDocument = graphql(`
  subscription IntegrityChanged {
    integrityChanged {
      ...IntegrityWhole_integrity @unmask
    }
  }
`)

/** How the files are at every moment; undefined until it is known. */
export function useIntegrity() {
  const [integrity, setIntegrity] = useState<IntegrityWhole>()
  const { data, error, refetch } = useQuery(IntegrityDocument, { fetchPolicy: 'no-cache' })
  const found = data?.integrity
  useEffect(() => {
    if (found) setIntegrity(found)
  }, [found])
  useSubscription(IntegrityChangedDocument, {
    skip: !found,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: frame }) => {
      if (frame.data) setIntegrity(frame.data.integrityChanged)
    },
  })
  return { integrity, error: integrity ? undefined : error, refetch }
}
