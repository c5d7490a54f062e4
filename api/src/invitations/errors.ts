import { Problem } from '../platform/errors.ts'

/** The link is not one of this server, or its invitation was forgotten long ago. */
export class InvitationNotFound extends Problem {
  readonly code = 'INVITATION_NOT_FOUND'
  readonly status = 404
  constructor(field = 'token') {
    super('There is no such invitation.', field)
  }
}

/** The link was open until a while ago. */
export class InvitationExpired extends Problem {
  readonly code = 'INVITATION_EXPIRED'
  readonly status = 410
  constructor() {
    super('This invitation has expired. Ask for a new one.', 'token')
  }
}

/** The link works once, and has. */
export class InvitationUsed extends Problem {
  readonly code = 'INVITATION_USED'
  readonly status = 410
  constructor(field = 'token') {
    super('This invitation has been used already.', field)
  }
}

/** Who made the link took it back, or may not invite any more. */
export class InvitationRevoked extends Problem {
  readonly code = 'INVITATION_REVOKED'
  readonly status = 410
  constructor() {
    super('This invitation was taken back. Ask for a new one.', 'token')
  }
}
