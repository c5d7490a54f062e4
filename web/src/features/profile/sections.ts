import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { profile } from '../../messages/en/profile'

export interface ProfileSection {
  /** Stands in the address: `/profile?section=…`. */
  id: string
  /** Its name, in `profile.section`. */
  label: keyof (typeof profile)['section']
  /** Draws all under the section's heading: its own loading, failed and saved states. Takes nothing. */
  Section: LazyExoticComponent<ComponentType>
}

/** What people may see and change of their own account, in the order of the page. Each is loaded when it is looked at. */
export const sections: readonly ProfileSection[] = [
  { id: 'account', label: 'account', Section: lazy(async () => ({ default: (await import('./account-section')).AccountSection })) },
  { id: 'picture', label: 'picture', Section: lazy(async () => ({ default: (await import('../users/picture-section')).PictureSection })) },
  { id: 'password', label: 'password', Section: lazy(async () => ({ default: (await import('./password-section')).PasswordSection })) },
  {
    id: 'two-factor',
    label: 'twoFactor',
    Section: lazy(async () => ({ default: (await import('./two-factor-section')).TwoFactorSection })),
  },
  { id: 'passkeys', label: 'passkeys', Section: lazy(async () => ({ default: (await import('./passkeys-section')).PasskeysSection })) },
  { id: 'devices', label: 'devices', Section: lazy(async () => ({ default: (await import('./devices-section')).DevicesSection })) },
  { id: 'keys', label: 'keys', Section: lazy(async () => ({ default: (await import('../keys/keys-section')).KeysSection })) },
]
