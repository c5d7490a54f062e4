'use client'

import { Toaster as Sonner } from 'sonner'
import { useTheme } from './theme'

export function Toaster({ label }: { label: string }) {
  const theme = useTheme()
  return (
    <Sonner
      theme={theme}
      containerAriaLabel={label}
      position="bottom-right"
      // Above the bar with the places: what stays for as long as work does must not cover it.
      mobileOffset={{ bottom: 'calc(4.5rem + env(safe-area-inset-bottom))' }}
      toastOptions={{
        classNames: {
          toast: '!bg-surface !text-ink !border-line !rounded-[10px] !shadow-high !font-sans',
          description: '!text-ink-soft',
          error: '[&_[data-icon]]:text-bad',
          success: '[&_[data-icon]]:text-good',
        },
      }}
    />
  )
}
