import { type Actor, sessionEnded } from '../auth/model.ts'
import type { Bus } from '../platform/bus.ts'

/** setTimeout cannot wait longer than 2^31 - 1 ms; no transfer lasts that long either. */
const longestTimer = 2 ** 31 - 1

/**
 * Bytes that flow in somebody's name stop with the session or the API key that let them: runs `stop` when it ends. A key
 * ends at its hour; a session may have been prolonged by other requests meanwhile, and ends when it is ended. Returns how
 * to stop waiting.
 */
export function whenSessionEnds(bus: Bus, actor: Actor, stop: () => void): () => void {
  if (actor.kind !== 'user') return () => {}
  const ended = bus.watch(sessionEnded, actor.sessionId)
  void ended.next().then(({ done }) => {
    if (!done) stop()
  })
  const rest = Math.min(Math.max(actor.expiresAt.getTime() - Date.now(), 0), longestTimer)
  const timer = actor.scopes ? setTimeout(stop, rest) : null
  timer?.unref()
  return () => {
    if (timer) clearTimeout(timer)
    void ended.return()
  }
}
