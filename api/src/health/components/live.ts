import { degraded, type HealthComponent, running, stopped } from '../component.ts'
import type { Detail } from '../model.ts'

/** So much, in bytes, waits for clients that do not read: memory that nobody gets back from them. */
const muchUnsent = 64 * 1024 * 1024

export interface LiveDoor {
  /** The WebSockets that are open, with what was given to each and not sent yet. */
  sockets(): Iterable<{ readonly bufferedAmount: number }>
  isListening(): boolean
}

/** Where browsers come in, and how many of them are connected for live values. */
export function liveHealth(door: LiveDoor): HealthComponent {
  return {
    name: 'live',
    title: 'Live connections',
    kind: 'INTERNAL',
    required: false,
    notRestartable: 'Everybody would be disconnected, and come back at once.',
    check() {
      let connections = 0
      let unsent = 0
      for (const { bufferedAmount } of door.sockets()) {
        connections += 1
        unsent += bufferedAmount
      }
      const details: Detail[] = [
        { name: 'connections', value: connections, unit: 'COUNT' },
        { name: 'unsent', value: unsent, unit: 'BYTES' },
      ]
      if (!door.isListening()) return stopped('NOT_LISTENING', 'The server does not listen yet, or not any more.', { details })
      if (unsent > muchUnsent) return degraded('CLIENTS_SLOW', 'Clients do not read what is sent to them.', { details })
      return running({ details })
    },
  }
}
