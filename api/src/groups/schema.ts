import { limited, needs } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { connectionOf, pageSize } from '../graphql/connection.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { UserNotFound } from '../users/errors.ts'
import { GroupNameTaken, GroupNotFound } from './errors.ts'
import type { Group } from './model.ts'

problemType(GroupNotFound, 'No group has this id.')
problemType(GroupNameTaken, 'Another group has this name, perhaps in other letters case.')

export const GroupType = builder.objectRef<Group>('Group').implement({
  description: 'People under one name. Its members are `users(filter: { groupId })`.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name', { description: 'Unique without regard to letters case.' }),
    description: t.exposeString('description', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    memberCount: t.loadable({
      type: 'Int',
      nullable: true,
      description: 'How many people are in it; null where it is not the viewer’s to know.',
      load: (ids: string[], { actor, services }) => services.groups.memberCounts(actor, ids),
      resolve: (group) => group.id,
    }),
  }),
})

const CreateGroupInput = builder.inputType('CreateGroupInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 64 characters.' }),
    description: t.string({ description: 'Up to 500 characters.' }),
  }),
})

const UpdateGroupInput = builder.inputType('UpdateGroupInput', {
  description: 'What is not given stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ description: '1 to 64 characters.' }),
    description: t.string({ description: 'Up to 500 characters; null takes it away.' }),
  }),
})

const GroupMembersInput = builder.inputType('GroupMembersInput', {
  fields: (t) => ({
    groupId: t.id({ required: true }),
    userIds: t.idList({ required: true, description: '500 at a time.' }),
  }),
})

builder.queryFields((t) => ({
  group: t.field({
    type: GroupType,
    nullable: true,
    description: 'A group; null when there is none of this id. Administrators only.',
    ...needs('users:read', 'ADMIN'),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.groups.find(actor, id),
  }),
  groups: t.connection(
    {
      type: GroupType,
      description: 'All groups by name. Administrators only.',
      ...needs('users:read', 'ADMIN'),
      resolve: async (_root, args, { actor, services }) => {
        const limit = pageSize(args)
        const after = args.after ? Buffer.from(args.after, 'base64url').toString() : null
        const { groups, totalCount } = await services.groups.list(actor, { after, limit: limit + 1 })
        const cursor = (group: { nameKey: string }) => Buffer.from(group.nameKey).toString('base64url')
        return connectionOf({ rows: groups, limit, totalCount, hasPreviousPage: after !== null, cursor })
      },
    },
    { name: 'GroupConnection', fields: (c) => ({ totalCount: c.exposeInt('totalCount') }) },
    { name: 'GroupEdge' },
  ),
}))

builder.mutationFields((t) => ({
  createGroup: t.field({
    type: GroupType,
    description: 'Makes an empty group. Administrators only.',
    ...limited(needs('users:manage', 'ADMIN'), 'createAccount'),
    errors: { types: [GroupNameTaken, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: CreateGroupInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.groups.create(actor, { name: input.name, description: input.description ?? null }),
  }),
  updateGroup: t.field({
    type: GroupType,
    description: 'Gives a group another name or description. Administrators only.',
    ...needs('users:manage', 'ADMIN'),
    errors: { types: [GroupNotFound, GroupNameTaken, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: UpdateGroupInput, required: true }) },
    resolve: (_root, { input: { id, name, description } }, { actor, services }) =>
      services.groups.update(actor, { id, ...(name == null ? {} : { name }), ...(description === undefined ? {} : { description }) }),
  }),
  deleteGroup: t.field({
    type: GroupType,
    description: 'Deletes a group; its members stay what they are. Answers what it was. Administrators only.',
    ...needs('users:manage', 'ADMIN'),
    errors: { types: [GroupNotFound, Forbidden] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { actor, services }) => services.groups.delete(actor, id),
  }),
  addGroupMembers: t.field({
    type: GroupType,
    description: 'Adds people to a group; who is in it already stays. Administrators only.',
    ...needs('users:manage', 'ADMIN'),
    errors: { types: [GroupNotFound, UserNotFound, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: GroupMembersInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.groups.addMembers(actor, input),
  }),
  removeGroupMembers: t.field({
    type: GroupType,
    description: 'Takes people out of a group; who is not in it is no error. Administrators only.',
    ...needs('users:manage', 'ADMIN'),
    errors: { types: [GroupNotFound, UserNotFound, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: GroupMembersInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.groups.removeMembers(actor, input),
  }),
}))
