'use client'

import { clsx } from 'clsx'
import * as Primitive from 'radix-ui/dropdown-menu'
import { useTranslations } from 'use-intl'
import { Dialog } from '../../ui/dialog'
import { MenuItem, MenuSeparator } from '../../ui/menu'
import { type Action, actionIcons } from './entry-actions'
import { useNarrow } from './use-narrow'

export interface EntryMenuProps {
  title: string
  at: { x: number; y: number }
  actions: readonly Action[]
  onAction: (action: Action) => void
  onClose: () => void
}

/** What can be done with the chosen entries: at the pointer, or from below on a phone. */
export function EntryMenu(props: EntryMenuProps) {
  return useNarrow() ? <ActionSheet {...props} /> : <PointerMenu {...props} />
}

function PointerMenu({ at, actions, onAction, onClose }: EntryMenuProps) {
  const t = useTranslations('files')
  return (
    <Primitive.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <Primitive.Trigger asChild>
        <span aria-hidden className="pointer-events-none fixed size-0" style={{ left: at.x, top: at.y }} />
      </Primitive.Trigger>
      <Primitive.Portal container={document.getElementById('content')}>
        <Primitive.Content
          align="start"
          collisionPadding={8}
          onCloseAutoFocus={(event) => event.preventDefault()}
          // A dialog that is just closing gives the focus back to the list: that must not take the menu away again.
          onFocusOutside={(event) => event.preventDefault()}
          className="pop-in z-50 min-w-48 rounded-[10px] border border-line bg-surface p-1 shadow-high"
        >
          {actions.map((action) => {
            const Icon = actionIcons[action]
            return (
              <div key={action} role="none">
                {action === 'delete' ? <MenuSeparator /> : null}
                <MenuItem icon={<Icon aria-hidden />} danger={action === 'deletePermanently'} onSelect={() => onAction(action)}>
                  {t(`action.${action}`)}
                </MenuItem>
              </div>
            )
          })}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function ActionSheet({ title, actions, onAction, onClose }: EntryMenuProps) {
  const t = useTranslations('files')
  const shell = useTranslations('shell')
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} closeLabel={shell('close')}>
      <ul className="-mx-3 grid pb-[env(safe-area-inset-bottom)]">
        {actions.map((action) => {
          const Icon = actionIcons[action]
          return (
            <li key={action}>
              <button
                type="button"
                onClick={() => {
                  onClose()
                  onAction(action)
                }}
                className={clsx(
                  'flex h-12 w-full items-center gap-3.5 rounded-control px-3 text-[15px] hover:bg-hover',
                  action === 'deletePermanently' && 'text-bad',
                )}
              >
                <Icon aria-hidden className="size-5 shrink-0" />
                {t(`action.${action}`)}
              </button>
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
