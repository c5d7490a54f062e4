import { WeakPassword } from '../auth/errors.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { UsernameTaken } from './errors.ts'
import type { User } from './model.ts'
import { usernameKey } from './model.ts'

problemType(UsernameTaken, 'Another account has this name, perhaps in other letters case.')

const RoleType = builder.enumType('Role', {
  description: 'What an account may do.',
  values: {
    ADMIN: { description: 'Sees every home and does everything.' },
    USER: { description: 'Has a home and writes there and in Shared.' },
    VIEWER: { description: 'Reads own home and Shared, changes nothing.' },
  } as const,
})

/** Resolve with an id (batched) or with the row itself. */
export const UserType = builder.loadableObjectRef<User, string>('User', {
  load: async (ids, { actor, services }) => {
    const users = await services.users.byIds(actor, ids)
    return users.map((user) => user ?? new Error('This account is gone.'))
  },
})

UserType.implement({
  description: 'Someone with an account here.',
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username', { description: 'Also the name of the home folder.' }),
    email: t.exposeString('email', { nullable: true, description: 'Null also where it is not the viewer’s to see.' }),
    role: t.expose('role', { type: RoleType }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

const CreateUserInput = builder.inputType('CreateUserInput', {
  fields: (t) => ({
    username: t.string({ required: true, description: '1 to 32 letters, digits, dots, dashes or underscores.' }),
    password: t.string({ required: true, description: '12 to 128 characters.' }),
    email: t.string(),
    role: t.field({ type: RoleType, description: 'USER when nothing is said.' }),
  }),
})

builder.queryFields((t) => ({
  me: t.field({
    type: UserType,
    nullable: true,
    description: 'The signed-in account; null when nobody is signed in.',
    skipTypeScopes: true,
    resolve: (_root, _args, { actor, services }) => services.users.me(actor),
  }),
  users: t.connection(
    {
      type: UserType,
      description: 'All accounts by name. Administrators only.',
      authScopes: { admin: true },
      resolve: async (_root, args, { actor, services }) => {
        const limit = pageSize(args)
        const { users, totalCount } = await services.users.list(actor, { after: args.after ?? null, limit: limit + 1 })
        return connectionOf({
          rows: users,
          limit,
          totalCount,
          hasPreviousPage: args.after != null,
          cursor: (user) => usernameKey(user.username),
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
    errors: { types: [UsernameTaken, WeakPassword, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: CreateUserInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.users.create(actor, { ...input, email: input.email ?? null, role: input.role ?? 'USER' }),
  }),
)
