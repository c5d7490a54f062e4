import { type Actor, sessionEnded } from '../auth/model.ts'
import type { Bus } from '../platform/bus.ts'

/** Bytes that flow in somebody's name stop with the session that let them: runs `stop` when it ends. Returns how to stop waiting. */
export function whenSessionEnds(bus: Bus, actor: Actor, stop: () => void): () => void {
  if (actor.kind !== 'user') return () => {}
  const ended = bus.watch(sessionEnded, actor.sessionId)
  void ended.next().then(({ done }) => {
    if (!done) stop()
  })
  return () => void ended.return()
}
