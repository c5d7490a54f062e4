import { type Me, SessionStateDocument } from '../src/features/auth/session'
import { answers } from './answer'

export const balu: Me = { __typename: 'User', id: 'u1', username: 'balu', role: 'ADMIN', mustEnrol: false, avatarUrl: null }

/** Answers who is signed in. */
export function sessionIs({ me, setupRequired = false }: { me: Me | null; setupRequired?: boolean }) {
  return answers(SessionStateDocument, { setup: { __typename: 'Setup', required: setupRequired }, me })
}
