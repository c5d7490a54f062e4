import { ConfirmationRequired, WeakPassword } from '../auth/errors.ts'
import { anyone, limited, needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { OrderDirectionEnum } from '../graphql/order-direction.ts'
import { GroupType } from '../groups/schema.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { HomeNameTaken, UsernameTaken } from './errors.ts'
import { byUsername, type UserOrder, userCursor } from './listing.ts'
import type { SeenUser } from './model.ts'
import { avatarUrlOf } from './model.ts'
import type { UserCounts } from './service.ts'

problemType(UsernameTaken, 'Another account has this name, perhaps in other letters case.')
problemType(HomeNameTaken, 'A folder that is nobody’s home stands where the home would be.')

export const RoleType = builder.enumType('Role', {
  description: 'What an account may do.',
  values: {
    ADMIN: { description: 'Sees every home and does everything.' },
    USER: { description: 'Has a home and writes there and in Shared.' },
    VIEWER: { description: 'Reads own home and Shared, changes nothing.' },
  } as const,
})

const unseen = 'Null also where it is not the viewer’s to see.'

/** Resolve with an id (batched) or with the row itself. */
export const UserType = builder.loadableObjectRef<SeenUser, string>('User', {
  load: async (ids, { actor, services }) => {
    const users = await services.users.byIds(actor, ids)
    return users.map((user) => user ?? new Error('This account is gone.'))
  },
})

UserType.implement({
  description:
    'Someone with an account here. Administrators see all of everybody, others all of themselves; of another person only id, username, role and avatarUrl are there, and the rest is null. An API key needs `users:read` for the rest of others, `account:read` for that of its owner.',
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username', { description: 'Also the name of the home folder.' }),
    email: t.exposeString('email', { nullable: true, description: unseen }),
    role: t.expose('role', { type: RoleType }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: unseen }),
    lastSignInAt: t.expose('lastSignInAt', { type: 'DateTime', nullable: true, description: `Null before the first. ${unseen}` }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: `Since when the account may not sign in; null while it may. ${unseen}`,
    }),
    quotaBytes: t.expose('quotaBytes', {
      type: 'Bytes',
      nullable: true,
      description: `What the home may hold; null for no limit. ${unseen}`,
    }),
    avatarUrl: t.string({
      nullable: true,
      description: 'Where the picture is read: GET, signed in. Another picture has another address. Set with PUT /avatars/me.',
      resolve: (user) => avatarUrlOf(user.avatar),
    }),
    groups: t.loadableList({
      type: GroupType,
      nullable: true,
      description: `The groups the account is in, by name. ${unseen}`,
      load: (ids: string[], { actor, services }) => services.groups.ofUsers(actor, ids),
      resolve: (user) => user.id,
    }),
    hasTwoFactor: t.loadable({
      type: 'Boolean',
      nullable: true,
      description: `Whether an authenticator app or a passkey is set up. ${unseen}`,
      load: (ids: string[], { actor, services }) => services.users.twoFactorStates(actor, ids),
      resolve: (user) => user.id,
    }),
    sessionCount: t.loadable({
      type: 'Int',
      nullable: true,
      description: `On how many devices the account is signed in. ${unseen}`,
      load: (ids: string[], { actor, services }) => services.users.sessionCounts(actor, ids),
      resolve: (user) => user.id,
    }),
    isBeingDeleted: t.loadable({
      type: 'Boolean',
      nullable: true,
      description: `True from the moment the deletion was asked for until it is done. ${unseen}`,
      load: (ids: string[], { actor, services }) => services.users.deletionStates(actor, ids),
      resolve: (user) => user.id,
    }),
  }),
})

const CreateUserInput = builder.inputType('CreateUserInput', {
  fields: (t) => ({
    username: t.string({ required: true, description: '1 to 32 letters, digits, dots, dashes or underscores.' }),
    password: t.string({ required: true, description: '12 to 128 characters.' }),
    email: t.string(),
    role: t.field({ type: RoleType, description: 'USER when nothing is said.' }),
    quotaBytes: t.field({ type: 'Bytes', description: 'What the home may hold; no limit when nothing is said.' }),
  }),
})

const UserFilter = builder.inputType('UserFilter', {
  description: 'Only accounts that meet all that is given.',
  fields: (t) => ({
    search: t.string({ description: 'Part of a name or an e-mail address; letters case does not count.' }),
    role: t.field({ type: RoleType }),
    disabled: t.boolean(),
    groupId: t.id(),
  }),
})

const UserOrderInput = builder.inputType('UserOrder', {
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('UserOrderField', {
        values: {
          USERNAME: {},
          CREATED_AT: {},
          LAST_SIGN_IN_AT: { description: 'Who never signed in stands before every sign-in.' },
          ROLE: { description: 'Administrators, users, viewers; by name within each.' },
        } as const,
      }),
      required: true,
    }),
    direction: t.field({ type: OrderDirectionEnum, required: true }),
  }),
})

const UserCountsType = builder.objectRef<UserCounts>('UserCounts').implement({
  description: 'How many accounts there are.',
  fields: (t) => ({
    total: t.exposeInt('total'),
    disabled: t.exposeInt('disabled', { description: 'Of all: those that may not sign in.' }),
    admins: t.exposeInt('admins'),
    users: t.exposeInt('users'),
    viewers: t.exposeInt('viewers'),
  }),
})

builder.queryFields((t) => ({
  me: t.field({
    type: UserType,
    nullable: true,
    description: 'The signed-in account; null when nobody is signed in.',
    ...anyone,
    resolve: (_root, _args, { actor, services }) => services.users.me(actor),
  }),
  user: t.field({
    type: UserType,
    nullable: true,
    description: 'An account; null when there is none of this id. Who is not an administrator sees little of others.',
    ...needs('users:read'),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.users.find(actor, id),
  }),
  userCounts: t.field({
    type: UserCountsType,
    description: 'How many accounts there are, by role and state. Administrators only.',
    ...needs('users:read', 'ADMIN'),
    resolve: (_root, _args, { actor, services }) => services.users.counts(actor),
  }),
  users: t.connection(
    {
      type: UserType,
      description: 'Accounts, by name when nothing else is said. Administrators only.',
      ...needs('users:read', 'ADMIN'),
      args: { filter: t.arg({ type: UserFilter }), orderBy: t.arg({ type: UserOrderInput }) },
      resolve: async (_root, args, { actor, services }) => {
        const limit = pageSize(args)
        const order: UserOrder = args.orderBy ?? byUsername
        const page = { after: args.after ?? null, limit: limit + 1, filter: args.filter ?? {}, order }
        const { users, totalCount } = await services.users.list(actor, page)
        return connectionOf({
          rows: users,
          limit,
          totalCount,
          hasPreviousPage: args.after != null,
          cursor: (user) => userCursor(user, order),
        })
      },
    },
    { name: 'UserConnection', fields: (c) => ({ totalCount: c.exposeInt('totalCount') }) },
    { name: 'UserEdge' },
  ),
}))

builder.mutationField('createUser', (t) =>
  t.field({
    type: UserType,
    description: 'Creates an account with its home folder. Administrators only.',
    ...limited(needs('users:manage', 'ADMIN'), 'createAccount'),
    errors: { types: [UsernameTaken, HomeNameTaken, WeakPassword, ConfirmationRequired, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: CreateUserInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.users.create(actor, {
        ...input,
        email: input.email ?? null,
        role: input.role ?? 'USER',
        quotaBytes: input.quotaBytes == null ? null : Number(input.quotaBytes),
      }),
  }),
)
