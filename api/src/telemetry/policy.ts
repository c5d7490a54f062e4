import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireScope } from '../auth/policy.ts'

/** Everybody signed in may read what the machine does; API keys need `telemetry:read`. */
export function requireReadTelemetry(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'telemetry:read')
}
