'use client'

import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import * as Primitive from 'radix-ui/dropdown-menu'
import type { ReactNode } from 'react'

/** A menu under a button. `trigger` must be a single element that takes a ref, such as `Button`. */
export function Menu({
  trigger,
  align = 'end',
  defaultOpen = false,
  children,
}: {
  trigger: ReactNode
  align?: 'start' | 'end'
  defaultOpen?: boolean
  children: ReactNode
}) {
  return (
    <Primitive.Root defaultOpen={defaultOpen} modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      {/* Into the page's main landmark: what stands outside of every landmark is passed over by who walks along them. */}
      <Primitive.Portal container={document.getElementById('content')}>
        <Primitive.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="pop-in z-50 min-w-52 rounded-[10px] border border-line bg-surface p-1 shadow-high"
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

const itemLook =
  'flex h-9 select-none items-center gap-2.5 rounded-md px-2.5 outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0'

export function MenuItem({
  icon,
  onSelect,
  danger = false,
  disabled = false,
  children,
}: {
  icon?: ReactNode
  onSelect: () => void
  danger?: boolean
  disabled?: boolean
  children: ReactNode
}) {
  return (
    <Primitive.Item disabled={disabled} onSelect={onSelect} className={clsx(itemLook, danger && 'text-bad')}>
      {icon}
      {children}
    </Primitive.Item>
  )
}

/** One of several: the chosen one is ticked. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChoose: (value: T) => void
}) {
  return (
    <Primitive.RadioGroup value={value} aria-label={label}>
      <MenuLabel>{label}</MenuLabel>
      {options.map((option) => (
        <Primitive.RadioItem key={option.value} value={option.value} className={itemLook} onSelect={() => onChoose(option.value)}>
          <span className="flex size-4 items-center">
            <Primitive.ItemIndicator>
              <Check aria-hidden className="text-accent" />
            </Primitive.ItemIndicator>
          </span>
          {option.label}
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2.5 pt-2 pb-1 font-medium text-ink-soft text-xs">{children}</Primitive.Label>
}

export function MenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />
}
