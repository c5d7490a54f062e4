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
  Trash2,
  UsersRound,
} from 'lucide-react'
import type { Me } from '../auth/session'

export interface Place {
  href: string
  label: 'overview' | 'files' | 'trash' | 'storage' | 'jobs' | 'people' | 'audit' | 'security' | 'services' | 'settings'
  icon: LucideIcon
  /** Not in the bar of a phone: behind its last button. */
  minor?: true
}

const places: readonly (Place & { roles?: readonly Me['role'][] })[] = [
  { href: '/', label: 'overview', icon: LayoutDashboard },
  { href: '/browse', label: 'files', icon: FolderClosed },
  { href: '/trash', label: 'trash', icon: Trash2, minor: true },
  { href: '/storage', label: 'storage', icon: HardDrive },
  { href: '/jobs', label: 'jobs', icon: ListChecks },
  { href: '/people', label: 'people', icon: UsersRound, roles: ['ADMIN'] },
  { href: '/audit', label: 'audit', icon: ScrollText, roles: ['ADMIN'] },
  { href: '/security', label: 'security', icon: ShieldCheck, roles: ['ADMIN'] },
  { href: '/services', label: 'services', icon: HeartPulse, roles: ['ADMIN'] },
  { href: '/settings', label: 'settings', icon: Settings, roles: ['ADMIN'] },
]

/** So many fit the bar of a phone; the rest is behind its last button. */
const onPhone = 4

/** Those that stand in the bar of a phone. */
export function inBar(places: readonly Place[]): readonly Place[] {
  return places.filter(({ minor }) => !minor).slice(0, onPhone)
}

/** What this person may use; the rest is not shown. */
export function placesFor(me: Me): readonly Place[] {
  return places.filter((place) => !place.roles || place.roles.includes(me.role))
}
