'use client'

import { Mark } from '../../ui/wordmark'
import { AccountMenu } from './account-menu'
import { AppearanceMenu } from './appearance-menu'
import { ConnectionState } from './connection-state'
import { PaletteButton } from './palette-button'
import { TopBarPills } from './top-bar-pills'

export function TopBar() {
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-line border-b bg-canvas px-3 sm:px-6">
      <Mark className="size-6 shrink-0 sm:hidden" />
      <PaletteButton />
      <div className="flex-1" />
      <TopBarPills />
      <ConnectionState />
      <AppearanceMenu />
      <AccountMenu />
    </header>
  )
}
