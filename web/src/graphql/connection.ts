import { useSyncExternalStore } from 'react'

export type ConnectionStatus = 'connecting' | 'live' | 'lost'

export interface Connection {
  status: ConnectionStatus
  /** When this status began, milliseconds since the epoch on this machine's clock. */
  since: number
}

let current: Connection = { status: 'connecting', since: Date.now() }
const listeners = new Set<() => void>()

/** Lost stays lost while attempts are made: "connecting" is only said before the first success. */
export function setConnectionStatus(status: ConnectionStatus) {
  if (status === current.status) return
  if (status === 'connecting' && current.status === 'lost') return
  current = { status, since: Date.now() }
  for (const listener of listeners) listener()
}

export function readConnection(): Connection {
  return current
}

export function watchConnection(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const onServer: Connection = { status: 'connecting', since: 0 }

/** The state of this tab's one WebSocket: live, not yet there, or lost and since when. */
export function useConnection(): Connection {
  return useSyncExternalStore(watchConnection, readConnection, () => onServer)
}
