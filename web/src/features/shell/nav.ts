import {
  FolderClosed,
  HardDrive,
  HeartPulse,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  ScrollText,
  Settings,
  ShieldCheck,
  UsersRound,
} from 'lucide-react'
import type { Me } from '../auth/session'

export interface Place {
  href: string
  label: 'overview' | 'files' | 'storage' | 'jobs' | 'people' | 'audit' | 'security' | 'services' | 'settings'
  icon: LucideIcon
}

const places: readonly (Place & { roles?: readonly Me['role'][] })[] = [
  { href: '/', label: 'overview', icon: LayoutDashboard },
  { href: '/browse', label: 'files', icon: FolderClosed },
  { href: '/storage', label: 'storage', icon: HardDrive },
  { href: '/jobs', label: 'jobs', icon: ListChecks },
  { href: '/people', label: 'people', icon: UsersRound, roles: ['ADMIN'] },
  { href: '/audit', label: 'audit', icon: ScrollText, roles: ['ADMIN'] },
  { href: '/security', label: 'security', icon: ShieldCheck, roles: ['ADMIN'] },
  { href: '/services', label: 'services', icon: HeartPulse, roles: ['ADMIN'] },
  { href: '/settings', label: 'settings', icon: Settings, roles: ['ADMIN'] },
]

/** So many fit the bar of a phone; the rest is behind its last button. */
export const onPhone = 4

/** What this person may use; the rest is not shown. */
export function placesFor(me: Me): readonly Place[] {
  return places.filter((place) => !place.roles || place.roles.includes(me.role))
}
