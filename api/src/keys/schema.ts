import { ConfirmationRequired } from '../auth/errors.ts'
import { limited, needs, session } from '../graphql/access.ts'
import { builder, problemType } from '../graphql/builder.ts'
import { openedBy, type ScopeField, type ScopeInfo, scopeInfos } from '../graphql/scope-fields.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import { UserType } from '../users/schema.ts'
import { ApiKeyNotFound, TooManyApiKeys } from './errors.ts'
import type { ApiKey } from './model.ts'
import type { CreatedKey } from './service.ts'

problemType(ApiKeyNotFound, 'There is no such API key, or it is somebody else’s.')
problemType(TooManyApiKeys, 'The account has as many valid keys as it may have.')

const ApiKeyType = builder.objectRef<ApiKey>('ApiKey').implement({
  description: 'Lets a program act in the name of its owner, within its scopes. The key itself is shown once, when it is made.',
  fields: (t) => ({
    id: t.exposeID('id'),
    owner: t.field({ type: UserType, description: 'The key never does more than this account may.', resolve: ({ userId }) => userId }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    prefix: t.exposeString('prefix', { description: 'How the key begins, to tell keys apart.' }),
    scopes: t.exposeStringList('scopes', { description: 'What it may do: names of `scopes`.' }),
    addresses: t.exposeStringList('addresses', {
      description: 'Addresses and networks (CIDR) it may be used from; empty for anywhere.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Null when it does not expire.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'To the minute; null when it has not been used.',
    }),
    lastUsedAddress: t.exposeString('lastUsedAddress', { nullable: true, description: 'Where it was last used from.' }),
  }),
})

const ApiKeyCreatedType = builder.objectRef<CreatedKey>('ApiKeyCreated').implement({
  description: 'A new key, with its text.',
  fields: (t) => ({
    key: t.exposeString('key', {
      description: 'Send it as `Authorization: Bearer balu_…`. It is shown here and never again: only a hash of it is kept.',
    }),
    apiKey: t.expose('apiKey', { type: ApiKeyType }),
  }),
})

const ScopeFieldType = builder.objectRef<ScopeField>('ScopeField').implement({
  description: 'A field of Query, Mutation or Subscription that a scope opens.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'With its type, such as Query.files.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it does.' }),
    administratorsOnly: t.exposeBoolean('administratorsOnly', { description: 'Opens only for keys of administrators.' }),
  }),
})

const ScopeType = builder.objectRef<ScopeInfo>('Scope').implement({
  description: 'Something that an API key can be allowed.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Such as files:read.' }),
    description: t.exposeString('description'),
    administratorsOnly: t.exposeBoolean('administratorsOnly', { description: 'Only administrators can give it to their keys.' }),
    fields: t.field({
      type: [ScopeFieldType],
      description: 'What it opens, read from the rules of this graph.',
      resolve: ({ name }, _args, _context, { schema }) => openedBy(schema, name),
    }),
  }),
})

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for: 1 to 64 characters.' }),
    scopes: t.stringList({ required: true, description: 'What it may do: names of `scopes`, at least one.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Never, when nothing is said.' }),
    addresses: t.stringList({
      description: 'Addresses and networks it may be used from, such as 192.168.1.0/24 or fd00::/8; from anywhere when nothing is said.',
    }),
  }),
})

const UpdateApiKeyInput = builder.inputType('UpdateApiKeyInput', {
  description: 'What is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string(),
    scopes: t.stringList(),
    expiresAt: t.field({ type: 'DateTime', description: 'Null lets it live without end.' }),
    addresses: t.stringList({ description: 'An empty list lets it be used from anywhere.' }),
  }),
})

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', { fields: (t) => ({ id: t.id({ required: true }) }) })

builder.queryFields((t) => ({
  apiKeys: t.field({
    ...session,
    type: [ApiKeyType],
    description: 'The viewer’s API keys, newest first; administrators can ask for those of another account.',
    args: { ownerId: t.arg.id({ description: 'Whose; the viewer’s own when nothing is said.' }) },
    resolve: (_root, { ownerId }, { actor, services }) => services.keys.list(actor, ownerId ?? null),
  }),
  scopes: t.field({
    ...needs('account:read'),
    type: [ScopeType],
    description: 'What API keys can be allowed, and what each of it opens.',
    resolve: (_root, _args, _context, { schema }) => scopeInfos(schema),
  }),
}))

builder.mutationFields((t) => ({
  createApiKey: t.field({
    ...limited(session, 'createAccount'),
    type: ApiKeyCreatedType,
    description: 'Makes a key for a program. Asks for a recent confirmation.',
    errors: { types: [InvalidInput, TooManyApiKeys, ConfirmationRequired, Forbidden] },
    args: { input: t.arg({ type: CreateApiKeyInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) =>
      services.keys.create(actor, { ...input, expiresAt: input.expiresAt ?? null, addresses: input.addresses ?? [] }),
  }),
  updateApiKey: t.field({
    ...session,
    type: ApiKeyType,
    description:
      'Changes an own key. Letting it do more, for longer or from elsewhere asks for a recent confirmation; what it has open ends unless only the name changes.',
    errors: { types: [ApiKeyNotFound, InvalidInput, ConfirmationRequired, Forbidden] },
    args: { input: t.arg({ type: UpdateApiKeyInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => {
      const { name, scopes, addresses, ...rest } = input
      return services.keys.update(actor, {
        ...rest,
        name: name ?? undefined,
        scopes: scopes ?? undefined,
        addresses: addresses ?? undefined,
      })
    },
  }),
  revokeApiKey: t.field({
    ...session,
    type: ApiKeyType,
    description: 'Ends a key at once, and everything it has open. Own ones; administrators end everybody’s. The answer is what it was.',
    errors: { types: [ApiKeyNotFound, Forbidden] },
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true }) },
    resolve: (_root, { input }, { actor, services }) => services.keys.revoke(actor, input.id),
  }),
}))
