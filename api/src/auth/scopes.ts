/**
 * What an API key can be allowed. A key never does more than its owner: a scope opens a door only for those whose role
 * opens it too. A session has no scopes: it does everything its owner may.
 */
export const scopes = {
  'account:read': 'Read who the key belongs to, and what server this is.',
  'files:read': 'List, search and download files.',
  'files:write': 'Upload, change, move and delete files.',
  'telemetry:read': 'Read the load of the machine and its history.',
  'raid:read': 'Read arrays and disks.',
  'raid:manage': 'Create, change and repair arrays.',
  'jobs:read': 'Watch jobs, and read schedules.',
  'jobs:manage': 'Cancel jobs and try them again; change and run schedules.',
  'users:read': 'Read all accounts, groups and invitations.',
  'users:manage': 'Create, change and delete accounts, groups and invitations.',
  'audit:read': 'Read, check and export the audit log.',
  'settings:manage': 'Read and change the settings of the server.',
  'services:read': 'Read how the parts of the server are.',
  'services:manage': 'Restart parts of the server.',
  'database:read': 'Browse the database of the server, without its secrets.',
} as const satisfies Record<string, string>

export type Scope = keyof typeof scopes

export const scopeNames = Object.keys(scopes) as Scope[]

export function isScope(name: string): name is Scope {
  return Object.hasOwn(scopes, name)
}

/** Scopes that open nothing to anybody but administrators: others cannot give them to their keys. */
export const administratorScopes: ReadonlySet<Scope> = new Set([
  'raid:manage',
  'users:read',
  'users:manage',
  'audit:read',
  'settings:manage',
  'services:read',
  'services:manage',
  'database:read',
])
