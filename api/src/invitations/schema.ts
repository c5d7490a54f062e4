import { ConfirmationRequired, WeakPassword } from '../auth/errors.ts'
import { SessionType } from '../auth/schema.ts'
import { anyone, limited, needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { GroupNotFound } from '../groups/errors.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { HomeNameTaken, UsernameTaken } from '../users/errors.ts'
import { RoleType } from '../users/schema.ts'
import { InvitationExpired, InvitationNotFound, InvitationRevoked, InvitationUsed } from './errors.ts'
import { type Invitation, type InvitationOffer, stateOf } from './model.ts'
import type { IssuedInvitation } from './service.ts'

problemType(InvitationNotFound, 'No invitation has this id or this token.')
problemType(InvitationExpired, 'The link was open until a while ago.')
problemType(InvitationUsed, 'The link works once, and has.')
problemType(InvitationRevoked, 'Who made the link took it back, or may not invite any more.')

const InvitationType = builder.objectRef<Invitation>('Invitation').implement({
  description: 'A one-time link with which somebody makes their own account. What opens it is not part of it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username', { nullable: true, description: 'Proposed; who takes it up may choose another.' }),
    email: t.exposeString('email', { nullable: true, description: 'Of the new account.' }),
    role: t.expose('role', { type: RoleType }),
    quotaBytes: t.expose('quotaBytes', { type: 'Bytes', nullable: true, description: 'Of the new account; null for no limit.' }),
    groupIds: t.exposeIDList('groupIds', { description: 'Groups that the new account joins, as far as they still exist.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdByName: t.exposeString('createdByName', { description: 'The name that its maker had then.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    usedAt: t.expose('usedAt', { type: 'DateTime', nullable: true }),
    state: t.field({
      type: builder.enumType('InvitationState', { values: ['OPEN', 'USED', 'REVOKED', 'EXPIRED'] as const }),
      resolve: (invitation) => stateOf(invitation, new Date()),
    }),
  }),
})

const InvitationOfferType = builder.objectRef<InvitationOffer>('InvitationOffer').implement({
  description: 'What the holder of a link may know before taking it up.',
  fields: (t) => ({
    username: t.exposeString('username', { nullable: true, description: 'Proposed; another may be chosen.' }),
    invitedBy: t.exposeString('invitedBy'),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

const IssuedInvitationType = builder.objectRef<IssuedInvitation>('IssuedInvitation').implement({
  description: 'A new invitation with its link, which exists only in this answer.',
  fields: (t) => ({
    invitation: t.field({ type: InvitationType, resolve: (issued) => issued.invitation }),
    path: t.exposeString('path', {
      description: 'The page to open, below the address of this server: `/join#token=…`, which sends the token to nobody.',
    }),
  }),
})

const InviteUserInput = builder.inputType('InviteUserInput', {
  fields: (t) => ({
    username: t.string({ description: 'Proposed to the person; they may choose another.' }),
    email: t.string(),
    role: t.field({ type: RoleType, required: true }),
    quotaBytes: t.field({ type: 'Bytes', description: 'What the home may hold; no limit when nothing is said.' }),
    groupIds: t.idList({ description: 'Groups to join, 50 at most.' }),
    expiresInHours: t.int({ required: true, description: '1 to 720.' }),
  }),
})

const AcceptInvitationInput = builder.inputType('AcceptInvitationInput', {
  fields: (t) => ({
    token: t.string({ required: true, description: 'Of the link.' }),
    username: t.string({ required: true, description: '1 to 32 letters, digits, dots, dashes or underscores.' }),
    password: t.string({ required: true, description: '12 to 128 characters.' }),
  }),
})

builder.queryFields((t) => ({
  invitations: t.connection(
    {
      type: InvitationType,
      description: 'Invitations, newest first, also those that are not open any more. Administrators only.',
      ...needs('users:read', 'ADMIN'),
      resolve: async (_root, args, { actor, services }) => {
        const limit = pageSize(args)
        const { invitations, totalCount } = await services.invitations.list(actor, { after: args.after ?? null, limit: limit + 1 })
        return connectionOf({ rows: invitations, limit, totalCount, hasPreviousPage: args.after != null, cursor: ({ id }) => id })
      },
    },
    { name: 'InvitationConnection', fields: (c) => ({ totalCount: c.exposeInt('totalCount') }) },
    { name: 'InvitationEdge' },
  ),
  invitation: t.field({
    type: InvitationOfferType,
    description:
      'What a link offers. No sign-in needed. Errors: INVITATION_NOT_FOUND, INVITATION_EXPIRED, INVITATION_USED, INVITATION_REVOKED.',
    ...anyone,
    args: { token: t.arg.string({ required: true }) },
    resolve: (_root, { token }, { services }) => services.invitations.offer(token),
  }),
}))

builder.mutationFields((t) => ({
  inviteUser: t.field({
    type: IssuedInvitationType,
    description: 'Makes a one-time link for a new account. Administrators only; it ends when its maker is no administrator any more.',
    ...limited(needs('users:manage', 'ADMIN'), 'createAccount'),
    errors: { types: [UsernameTaken, GroupNotFound, ConfirmationRequired, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: InviteUserInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.invitations.invite(actor, {
        username: input.username ?? null,
        email: input.email ?? null,
        role: input.role,
        quotaBytes: input.quotaBytes == null ? null : Number(input.quotaBytes),
        groupIds: input.groupIds ?? [],
        expiresInHours: input.expiresInHours,
      }),
  }),
  revokeInvitation: t.field({
    type: InvitationType,
    description: 'Takes a link back. Twice is no error. Administrators only.',
    ...needs('users:manage', 'ADMIN'),
    errors: { types: [InvitationNotFound, InvitationUsed, Forbidden] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.invitations.revoke(actor, id),
  }),
  acceptInvitation: t.field({
    type: SessionType,
    description: 'Makes the account that a link offers, and signs in. A link works once.',
    ...limited(anyone, 'acceptInvitation'),
    errors: {
      types: [
        InvitationNotFound,
        InvitationExpired,
        InvitationUsed,
        InvitationRevoked,
        UsernameTaken,
        HomeNameTaken,
        WeakPassword,
        InvalidInput,
      ],
    },
    args: { input: t.arg({ type: AcceptInvitationInput, required: true }) },
    resolve: async (_root, { input }, { actor, services, setCookie, secure }) => {
      const { session, token } = await services.invitations.accept(actor, input)
      setCookie(services.sessions.cookie(token, secure))
      return session
    },
  }),
}))
