import { FolderClosed, HardDrive, LayoutDashboard, type LucideIcon, UsersRound } from 'lucide-react'
import type { Me } from '../auth/session'

export interface Place {
  href: string
  label: 'overview' | 'files' | 'storage' | 'people'
  icon: LucideIcon
}

const places: readonly (Place & { roles?: readonly Me['role'][] })[] = [
  { href: '/', label: 'overview', icon: LayoutDashboard },
  { href: '/browse', label: 'files', icon: FolderClosed },
  { href: '/storage', label: 'storage', icon: HardDrive },
  { href: '/people', label: 'people', icon: UsersRound, roles: ['ADMIN'] },
]

/** What this person may use; the rest is not shown. */
export function placesFor(me: Me): readonly Place[] {
  return places.filter((place) => !place.roles || place.roles.includes(me.role))
}
