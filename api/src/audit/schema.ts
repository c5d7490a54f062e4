import { limited, needs, session } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { pageSize } from '../graphql/connection.ts'
import { TooManyJobs } from '../jobs/errors.ts'
import { JobType } from '../jobs/schema.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'
import type { AuditFault } from './chain-check.ts'
import type { AuditEntry, AuditFilter } from './model.ts'
import type { AuditPage } from './reading.ts'
import type { AuditCheck, AuditState } from './service.ts'

interface Value {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
}

const AuditValueType = builder.objectRef<{ name: string; value: string }>('AuditValue').implement({
  description: 'Something that belongs to an entry.',
  fields: (t) => ({
    name: t.exposeString('name'),
    value: t.exposeString('value', { description: 'As JSON.' }),
  }),
})

const AuditChangeType = builder.objectRef<Value>('AuditChange').implement({
  description: 'A value that the action changed.',
  fields: (t) => ({
    name: t.exposeString('name'),
    before: t.exposeString('before', { nullable: true, description: 'As JSON; null where there was none.' }),
    after: t.exposeString('after', { nullable: true, description: 'As JSON; null where there is none any more.' }),
  }),
})

const AuditEntryType = builder.objectRef<AuditEntry>('AuditEntry').implement({
  description: 'Something that was done, or refused. Entries are never changed; each holds the hash of the one before it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    sequence: t.exposeInt('sequence', { description: 'Its place in the log: 1, 2, 3 … without a gap.' }),
    at: t.expose('at', { type: 'DateTime' }),
    actorId: t.exposeID('actorId', { nullable: true, description: 'Null for strangers and for the server itself.' }),
    actorName: t.exposeString('actorName', {
      description: 'The name at that time; `anonymous` for strangers, `system` for the server itself.',
    }),
    keyId: t.exposeID('keyId', { nullable: true, description: 'The API key that was used, when it was one.' }),
    address: t.exposeString('address', { nullable: true, description: 'Where the request came from; null for the server itself.' }),
    client: t.exposeString('client', { nullable: true, description: 'What the client calls itself (User-Agent).' }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'Under which the server’s log knows the request.' }),
    action: t.exposeString('action', { description: '`domain.verb`, such as files.delete: docs/security/audit.md lists them.' }),
    target: t.exposeString('target', { nullable: true, description: 'What it was done to: a path, a username, an array.' }),
    result: t.exposeString('result', { description: '`ok`, or the code of the problem it ended in.' }),
    changes: t.field({ type: [AuditChangeType], description: 'What it changed, by name.', resolve: changesOf }),
    details: t.field({
      type: [AuditValueType],
      description: 'What else belongs to it.',
      resolve: ({ details }) => Object.entries(valuesOf(details)).map(([name, value]) => ({ name, value: JSON.stringify(value) })),
    }),
    hash: t.exposeString('hash', {
      description: 'HMAC-SHA-256 over this entry and the hash of the one before it, after the id of the key.',
    }),
  }),
})

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'Which entries. What is left out does not matter.',
  fields: (t) => ({
    actor: t.string({ description: 'Id or name of who did it; `anonymous` and `system` too.' }),
    actions: t.stringList({ description: 'Any of these: `files.delete`, or with a dot at the end all of a domain: `files.`.' }),
    target: t.string({ description: 'Text within the target, in any case of letters.' }),
    result: t.string({ description: '`ok`, `refused` for all that was not, or one code.' }),
    address: t.string({ description: 'Where the request came from, exactly.' }),
    since: t.field({ type: 'DateTime' }),
    until: t.field({ type: 'DateTime', description: 'Before this time.' }),
    keyId: t.id({ description: 'The API key that was used.' }),
  }),
})

const AuditFaultKindType = builder.enumType('AuditFaultKind', {
  description: 'What is wrong with the log.',
  values: {
    EDITED: { description: 'An entry is not what it was when it was written.' },
    REMOVED: { description: 'Entries are missing between others.' },
    TRUNCATED: { description: 'Entries are missing at the end.' },
    REORDERED: { description: 'A genuine entry stands in the place of another.' },
    FORGED: { description: 'An entry stands before the beginning or behind the end.' },
    ROLLED_BACK: { description: 'An older copy of the database is in its place: the data folder remembers a further end.' },
    REPLACED: { description: 'The end remembers another entry in this place.' },
    SEAL: { description: 'The record of beginning and end was changed.' },
    KEY_MISSING: { description: 'The master key that this was hashed with is not there any more: it cannot be checked.' },
  } as const,
})

const AuditFaultType = builder.objectRef<AuditFault>('AuditFault').implement({
  description: 'Where the log is not as it was written.',
  fields: (t) => ({
    kind: t.expose('kind', { type: AuditFaultKindType }),
    sequence: t.exposeInt('sequence', { description: 'The first entry concerned.' }),
    until: t.exposeInt('until', { description: 'The last entry concerned.' }),
  }),
})

const AuditCheckType = builder.objectRef<AuditCheck>('AuditCheck').implement({
  description: 'A check of the whole log, by somebody or by the server once a day.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    checked: t.exposeInt('checked', { description: 'How many entries were looked at.' }),
    intact: t.boolean({ description: 'True when all was as it was written.', resolve: ({ faultCount }) => faultCount === 0 }),
    faultCount: t.exposeInt('faultCount'),
    faults: t.field({ type: [AuditFaultType], description: 'By their place, the first fifty.', resolve: ({ faults }) => [...faults] }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why the record of the ends is not trusted, such as ROLLED_BACK, until somebody has accepted it on the machine.',
    }),
  }),
})

const AuditStateType = builder.objectRef<AuditState>('AuditState').implement({
  description: 'How much the log holds.',
  fields: (t) => ({
    entryCount: t.exposeInt('entryCount'),
    firstSequence: t.exposeInt('firstSequence', { description: 'The oldest entry that is kept.' }),
    lastSequence: t.exposeInt('lastSequence'),
    lastCheck: t.expose('lastCheck', { type: AuditCheckType, nullable: true, description: 'Null while it was never checked.' }),
  }),
})

builder.queryFields((t) => ({
  auditLog: t.connection(
    {
      ...needs('audit:read', 'ADMIN'),
      type: AuditEntryType,
      description:
        'Who did what, newest first. Administrators only. A search that takes long gives a short page, even an empty one, whose endCursor goes on with it.',
      args: { filter: t.arg({ type: AuditFilterInput }) },
      resolve: async (_root, { filter, ...args }, { actor, services }) => {
        const limit = pageSize(args)
        const wanted = filterOf(filter)
        const page = await services.audit.list(actor, wanted, { before: sequenceOf(args.after), limit })
        const totalCount = Object.keys(wanted).length === 0 ? (await services.audit.state(actor)).entryCount : null
        return { ...connectionOf(page, args.after), totalCount }
      },
    },
    {
      name: 'AuditConnection',
      fields: (c) => ({
        totalCount: c.exposeInt('totalCount', {
          nullable: true,
          description: 'Null with a filter: counting would cost more than it is worth.',
        }),
      }),
    },
    { name: 'AuditEdge' },
  ),
  myActivity: t.connection(
    {
      ...session,
      type: AuditEntryType,
      description: 'What happened to the viewer’s own sign-in, newest first, attempts of others under their name too.',
      resolve: async (_root, args, { actor, services }) => {
        const page = await services.audit.ownActivity(actor, { before: sequenceOf(args.after), limit: pageSize(args) })
        return connectionOf(page, args.after)
      },
    },
    { name: 'ActivityConnection' },
    { name: 'ActivityEdge' },
  ),
  auditState: t.field({
    ...needs('audit:read', 'ADMIN'),
    type: AuditStateType,
    description: 'How much the log holds, and when it was last checked. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.audit.state(actor),
  }),
}))

builder.mutationField('verifyAuditLog', (t) =>
  t.field({
    ...limited(needs('audit:read', 'ADMIN'), 'exportAudit'),
    type: JobType,
    description:
      'Looks at every entry. The job fails with AUDIT_DAMAGED when one is not as it was written; `auditState.lastCheck` says where. While one is under way the answer is that one. Administrators only.',
    errors: { types: [Forbidden, TooManyJobs] },
    resolve: (_root, _args, { actor, services }) => services.auditChecks.start(actor),
  }),
)

builder.subscriptionField('auditEntryAdded', (t) =>
  t.field({
    ...needs('audit:read', 'ADMIN'),
    type: AuditEntryType,
    nullable: true,
    description:
      'The newest entry that matches, null when there is none; then each one that is added. Ends with STREAM_OVERFLOW when entries come faster than they are read. Administrators only.',
    args: { filter: t.arg({ type: AuditFilterInput }) },
    subscribe: (_root, { filter }, { actor, services }) => services.audit.watch(actor, filterOf(filter)),
    resolve: (entry) => entry,
  }),
)

function filterOf(input: { [Name in keyof AuditFilter]?: AuditFilter[Name] | null } | null | undefined): AuditFilter {
  return Object.fromEntries(Object.entries(input ?? {}).filter(([, value]) => value != null)) as AuditFilter
}

function sequenceOf(cursor: string | null | undefined): number | null {
  if (cursor == null) return null
  const sequence = Number(cursor)
  if (!/^\d{1,10}$/.test(cursor) || sequence > 2_147_483_647) throw new InvalidInput('This is not a cursor of this list.', 'after')
  return sequence
}

function connectionOf({ entries, next }: AuditPage, after: string | null | undefined) {
  const edges = entries.map((node) => ({ node, cursor: String(node.sequence) }))
  return {
    edges,
    pageInfo: {
      hasNextPage: next !== null,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: next !== null ? String(next) : (edges.at(-1)?.cursor ?? null),
    },
  }
}

function valuesOf(values: unknown): Record<string, unknown> {
  return values !== null && typeof values === 'object' ? (values as Record<string, unknown>) : {}
}

function changesOf(entry: AuditEntry): Value[] {
  const [before, after] = [valuesOf(entry.before), valuesOf(entry.after)]
  const text = (values: Record<string, unknown>, name: string) => (name in values ? JSON.stringify(values[name]) : null)
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
    name,
    before: text(before, name),
    after: text(after, name),
  }))
}
