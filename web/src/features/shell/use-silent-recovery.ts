import { useApolloClient } from '@apollo/client/react'
import { useEffect } from 'react'
import { readConnection, watchConnection } from '../../graphql/connection'

/** After a loss, what the page shows is read again: changes made meanwhile were not pushed to anyone. */
export function useSilentRecovery() {
  const client = useApolloClient()
  useEffect(() => {
    let before = readConnection().status
    return watchConnection(() => {
      const { status } = readConnection()
      if (before === 'lost' && status === 'live') void client.reFetchObservableQueries().catch(() => {})
      before = status
    })
  }, [client])
}
