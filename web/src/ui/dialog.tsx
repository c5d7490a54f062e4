'use client'

import { clsx } from 'clsx'
import { X } from 'lucide-react'
import * as Primitive from 'radix-ui/dialog'
import type { ReactNode } from 'react'
import { Button } from './button'

const widths = { narrow: 'max-w-md', normal: 'max-w-lg', wide: 'max-w-5xl' } as const

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** One sentence under the title; also what a screen reader reads on opening. */
  description?: string
  closeLabel: string
  width?: keyof typeof widths
  children: ReactNode
}

/** Focus goes in, stays in and comes back; Escape closes. On a phone it is a sheet at the bottom. */
export function Dialog({ open, onOpenChange, title, description, closeLabel, width = 'narrow', children }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="pop-in fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={clsx(
            'pop-in fixed z-50 flex max-h-[92dvh] w-full flex-col overflow-hidden border border-line bg-surface shadow-high focus:outline-none',
            'inset-x-0 bottom-0 rounded-t-card sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card',
            widths[width],
          )}
        >
          <header className="flex items-start gap-4 px-6 pt-5">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="truncate font-semibold text-[17px] leading-6">{title}</Primitive.Title>
              {description ? <Primitive.Description className="mt-1 text-ink-soft">{description}</Primitive.Description> : null}
            </div>
            <Primitive.Close asChild>
              <Button look="quiet" size="icon" aria-label={closeLabel} className="-mt-1.5 -mr-2.5">
                <X aria-hidden />
              </Button>
            </Primitive.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-6 pt-4 pb-6">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
