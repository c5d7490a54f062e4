'use client'

import { type ComponentType, cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react'
import type { ButtonProps } from './button'
import { useIdlePreload } from './use-idle-preload'

/** A button whose menu is loaded when it is first wanted, and then opens at once: the first page does without. */
export function OnDemandMenu({
  button,
  menu: Content,
  preload,
}: {
  button: ReactElement<ButtonProps>
  menu: ComponentType<{ trigger: ReactNode }>
  preload: () => Promise<unknown>
}) {
  const [wanted, setWanted] = useState(false)
  useIdlePreload(preload)
  const waiting = cloneElement(button, {
    'aria-haspopup': 'menu',
    'aria-expanded': wanted,
    onClick: () => setWanted(true),
  })
  if (!wanted) return waiting
  return (
    <Suspense fallback={waiting}>
      <Content trigger={button} />
    </Suspense>
  )
}
