import type { limits } from '../../../messages/en/limits'

export type LimitName = keyof (typeof limits)['name']

/** The limits in the order in which somebody looks for them. What the server has besides stands at the end. */
export const groups = {
  signingIn: [
    'signIn',
    'verifyTwoFactor',
    'confirmIdentity',
    'changePassword',
    'enrolFactor',
    'acceptInvitation',
    'completeSetup',
    'apiKeyFailures',
  ],
  everyday: [
    'query',
    'mutation',
    'stranger',
    'createFolder',
    'createUpload',
    'download',
    'archive',
    'createAccount',
    'changeAvatar',
    'exportAudit',
  ],
  live: ['subscription', 'openLive', 'liveConnections'],
} as const satisfies Record<string, readonly LimitName[]>

export type GroupName = keyof typeof groups

export const groupNames = Object.keys(groups) as GroupName[]

const known = new Set<string>(groupNames.flatMap((name) => [...groups[name]]))

export function hasWords(name: string): name is LimitName {
  return known.has(name)
}

/** Which limits stand in a group. */
export function inGroup<T extends { name: string }>(group: GroupName, limits: readonly T[]): T[] {
  const order: readonly string[] = groups[group]
  const mine = limits.filter(({ name }) => order.includes(name)).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return group === 'everyday' ? [...mine, ...limits.filter(({ name }) => !hasWords(name))] : mine
}
