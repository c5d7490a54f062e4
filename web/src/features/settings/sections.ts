import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { settings } from '../../messages/en/settings'

export interface SettingsSection {
  /** Stands in the address: `/settings?section=…`. */
  id: string
  /** Its name, in `settings.section`. */
  label: keyof (typeof settings)['section']
  /** Draws all under the section's heading: its own loading, failed and saved states. Takes nothing. */
  Section: LazyExoticComponent<ComponentType>
}

/** What administrators may adjust, in the order of the page. Each is loaded when it is looked at. */
export const sections: readonly SettingsSection[] = [
  { id: 'limits', label: 'limits', Section: lazy(async () => ({ default: (await import('./limits/limits-section')).LimitsSection })) },
  {
    id: 'sign-in',
    label: 'signIn',
    Section: lazy(async () => ({ default: (await import('./sign-in-policy/sign-in-policy-section')).SignInPolicySection })),
  },
  {
    id: 'trash',
    label: 'trash',
    Section: lazy(async () => ({ default: (await import('./trash/trash-section')).TrashSection })),
  },
  {
    id: 'versions',
    label: 'versions',
    Section: lazy(async () => ({ default: (await import('./versions/versions-section')).VersionsSection })),
  },
  {
    id: 'audit',
    label: 'audit',
    Section: lazy(async () => ({ default: (await import('./audit-retention/audit-retention-section')).AuditRetentionSection })),
  },
]
