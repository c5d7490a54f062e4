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
