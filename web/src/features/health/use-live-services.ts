import { useQuery, useSubscription } from '@apollo/client/react'
import { graphql } from '../../graphql/generated'

export const ServicesDocument = graphql(`
  query Services {
    services {
      id
      ...ServiceRow_service @unmask
    }
  }
`)

export const ServiceChangedDocument = graphql(`
  subscription ServiceChanged {
    serviceChanged {
      id
      ...ServiceRow_service @unmask
    }
  }
`)

/** Every service, and what changes about it. The server looks every few seconds while somebody has this open. */
export function useLiveServices() {
  useSubscription(ServiceChangedDocument, {
    onData: ({ client, data }) => {
      const changed = data.data?.serviceChanged
      if (!changed) return
      // The service is written by its id already; one that joined later must also join the list.
      client.cache.updateQuery({ query: ServicesDocument }, (known) =>
        known && !known.services.some(({ id }) => id === changed.id) ? { ...known, services: [...known.services, changed] } : undefined,
      )
    },
  })
  return useQuery(ServicesDocument, { fetchPolicy: 'cache-and-network' })
}
