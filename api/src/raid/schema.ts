import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import type { RaidArray, RaidMember, RaidSync } from './model.ts'

const RaidLevelType = builder.enumType('RaidLevel', {
  description: 'How an array spreads data over its members, see md(4).',
  values: {
    RAID0: { description: 'Striped, no redundancy.' },
    RAID1: { description: 'Mirrored.' },
    RAID4: { description: 'Striped with one parity disk.' },
    RAID5: { description: 'Striped with parity on all members: one may fail.' },
    RAID6: { description: 'Striped with two parities: two may fail.' },
    RAID10: { description: 'Striped over copies.' },
    LINEAR: { description: 'One after the other, no redundancy.' },
    UNKNOWN: { description: 'Another level, or an array that is not started.' },
  } as const,
})

const RaidStateType = builder.enumType('RaidState', {
  description: 'One word for an array. What is lacking comes before what is being done, unless that is the cure and under way.',
  values: {
    CLEAN: { description: 'Whole, and all is written.' },
    ACTIVE: { description: 'Whole, and being written to.' },
    DEGRADED: { description: 'A member is lacking; the data is there.' },
    RECOVERING: { description: 'A member is being rebuilt.' },
    RESYNCING: { description: 'Members are being made equal after a stop without warning, or at creation.' },
    RESHAPING: { description: 'Members, level or layout are being changed.' },
    CHECKING: { description: 'Members are being compared.' },
    REPAIRING: { description: 'Members are being compared and made equal.' },
    FAILED: { description: 'More members are lost than the level makes up for.' },
    INACTIVE: { description: 'Not started.' },
  } as const,
})

const RaidMemberStateType = builder.enumType('RaidMemberState', {
  description: 'What a member does for its array.',
  values: {
    IN_SYNC: { description: 'Holds all of its data.' },
    SPARE: { description: 'Waits to take the place of another.' },
    REBUILDING: { description: 'Has a place; its data is being written.' },
    FAULTY: { description: 'md gave it up.' },
    MISSING: { description: 'An empty place.' },
    JOURNAL: { description: 'Takes writes before the others do.' },
  } as const,
})

const RaidSyncActionType = builder.enumType('RaidSyncAction', {
  description: 'What goes over the whole array.',
  values: {
    RESYNC: { description: 'Make members equal.' },
    RECOVERY: { description: 'Rebuild a member.' },
    RESHAPE: { description: 'Change members, level or layout.' },
    CHECK: { description: 'Compare only.' },
    REPAIR: { description: 'Compare and correct.' },
  } as const,
})

const RaidMemberType = builder.objectRef<RaidMember>('RaidMember').implement({
  description: 'A place in an array, or a device that belongs to it without one.',
  fields: (t) => ({
    device: t.exposeString('device', { description: 'Kernel name, such as sda1; `missing` for an empty place.' }),
    slot: t.exposeInt('slot', { nullable: true, description: 'The place, from 0; null for spare, faulty and journal devices.' }),
    state: t.expose('state', { type: RaidMemberStateType }),
    writeMostly: t.exposeBoolean('writeMostly', { description: 'Reads avoid it where they can.' }),
  }),
})

const RaidSyncType = builder.objectRef<RaidSync>('RaidSync').implement({
  description: 'Something that goes over the whole array.',
  fields: (t) => ({
    action: t.expose('action', { type: RaidSyncActionType }),
    waiting: t.exposeBoolean('waiting', { description: 'It has to wait: for another array on the same disks, or for the first write.' }),
    done: t.expose('done', { type: 'Bytes', description: 'Of each member; of the whole array for RAID10.' }),
    total: t.expose('total', { type: 'Bytes', description: 'As done; 0 while it waits.' }),
    percent: t.exposeFloat('percent', { description: '0 to 100.' }),
    bytesPerSecond: t.exposeFloat('bytesPerSecond', { description: 'Now, of each member.' }),
    etaSeconds: t.exposeFloat('etaSeconds', { nullable: true, description: 'What is left at this speed; null while nothing moves.' }),
  }),
})

const RaidArrayType = builder.objectRef<RaidArray>('RaidArray').implement({
  description: 'Disks that act as one.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Kernel name, such as md0.' }),
    level: t.expose('level', { type: RaidLevelType }),
    state: t.expose('state', { type: RaidStateType }),
    size: t.expose('size', { type: 'Bytes', description: 'What can be stored on it.' }),
    members: t.field({
      type: [RaidMemberType],
      description: 'By place, empty ones too; those without a place last.',
      resolve: ({ members }) => [...members],
    }),
    sync: t.expose('sync', { type: RaidSyncType, nullable: true, description: 'Null while nothing goes over the array.' }),
  }),
})

builder.queryFields((t) => ({
  raidArrays: t.field({
    ...needs('raid:read'),
    type: [RaidArrayType],
    description: 'All arrays by name. Fails with UNAVAILABLE, and the reason, where the machine has no RAID driver.',
    resolve: async (_root, _args, { actor, services }) => [...(await services.raid.arrays(actor))],
  }),
  raidArray: t.field({
    ...needs('raid:read'),
    type: RaidArrayType,
    nullable: true,
    description: 'One array; null when there is none of this name. Fails as raidArrays does.',
    args: { name: t.arg.string({ required: true, description: 'Such as md0.' }) },
    resolve: (_root, { name }, { actor, services }) => services.raid.array(actor, name),
  }),
}))

builder.subscriptionField('raidArrayChanged', (t) =>
  t.field({
    ...needs('raid:read'),
    type: RaidArrayType,
    description:
      'Every array (or the one of this name) as it is now, then each one again when something about it differs: progress each second while something runs. Fails with UNAVAILABLE or ARRAY_NOT_FOUND.',
    args: { name: t.arg.string({ description: 'Such as md0; all when it is not given.' }) },
    subscribe: (_root, { name }, { actor, services }) => services.raid.watch(actor, name ?? null),
    resolve: (array) => array,
  }),
)
