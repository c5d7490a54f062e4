'use client'

import * as Primitive from 'radix-ui/tooltip'
import type { ReactNode } from 'react'

/** Names what an icon shows. Never the only place of something a person needs. */
export function Tooltip({ label, side = 'top', children }: { label: string; side?: 'top' | 'right' | 'bottom'; children: ReactNode }) {
  return (
    <Primitive.Provider delayDuration={400}>
      <Primitive.Root>
        <Primitive.Trigger asChild>{children}</Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="pop-in z-50 rounded-md bg-ink px-2 py-1 text-canvas text-xs shadow-high"
          >
            {label}
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  )
}
