import type { Role } from '../auth/model.ts'

/** A one-time link with which somebody makes their own account; without what opens it. */
export interface Invitation {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
  readonly role: Role
  readonly quotaBytes: bigint | null
  readonly groupIds: readonly string[]
  readonly createdAt: Date
  readonly createdById: string
  readonly createdByName: string
  readonly expiresAt: Date
  readonly usedAt: Date | null
  readonly usedById: string | null
  readonly revokedAt: Date | null
}

export const invitationColumns = {
  id: true,
  username: true,
  email: true,
  role: true,
  quotaBytes: true,
  groupIds: true,
  createdAt: true,
  createdById: true,
  createdByName: true,
  expiresAt: true,
  usedAt: true,
  usedById: true,
  revokedAt: true,
} as const

export type InvitationState = 'OPEN' | 'USED' | 'REVOKED' | 'EXPIRED'

export function stateOf(
  { usedAt, revokedAt, expiresAt }: Pick<Invitation, 'usedAt' | 'revokedAt' | 'expiresAt'>,
  now: Date,
): InvitationState {
  if (usedAt) return 'USED'
  if (revokedAt) return 'REVOKED'
  return expiresAt <= now ? 'EXPIRED' : 'OPEN'
}

/** How long a link may be open, in hours: thirty days. */
export const longestHours = 720

/** What whoever holds the link learns before taking it up. */
export interface InvitationOffer {
  readonly username: string | null
  readonly invitedBy: string
  readonly expiresAt: Date
}

/** The address of the page behind the link, below the address of the server. */
export function invitationPath(token: string): string {
  return `/join#token=${token}`
}
