import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireScope } from '../auth/policy.ts'
import { JobNotFound } from './errors.ts'
import type { Job } from './model.ts'

/** Everybody signed in may read jobs: their own, administrators all. API keys need `jobs:read`. */
export function requireReadJobs(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'jobs:read')
}

/** Whose jobs the actor sees: null means all. */
export function visibleActorId(actor: SignedInActor): string | null {
  return actor.role === 'ADMIN' ? null : actor.userId
}

export function maySeeJob(actor: SignedInActor, job: Pick<Job, 'actorId'>): boolean {
  return actor.role === 'ADMIN' || job.actorId === actor.userId
}

/** Cancelling and trying again are for who started the job, and for administrators. API keys need `jobs:manage`. */
export function requireManageJob(actor: Actor, job: Pick<Job, 'actorId'> | null): asserts job is Job {
  requireManageJobs(actor)
  if (!job || !maySeeJob(actor, job)) throw new JobNotFound()
}

export function requireManageJobs(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'jobs:manage')
}
