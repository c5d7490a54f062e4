import type { ComponentProps } from 'react'
import { useTranslations } from 'use-intl'

const roles = ['USER', 'VIEWER', 'ADMIN'] as const

/** What the person may do, each role with what it means. Takes react-hook-form's `register(…)`. */
export function RoleChoice(radio: ComponentProps<'input'>) {
  const t = useTranslations('people')
  const names = useTranslations('shell.role')
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium text-[13px]">{t('role')}</legend>
      {roles.map((role) => (
        <label
          key={role}
          className="flex cursor-pointer items-start gap-3 rounded-control border border-line px-3 py-2 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input {...radio} type="radio" value={role} className="mt-0.5 size-4 accent-accent" />
          <span>
            <span className="block font-medium">{names(role)}</span>
            <span className="block text-[13px] text-ink-soft">{t(`roleHint.${role}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
