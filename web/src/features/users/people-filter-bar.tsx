'use client'

import { useQuery } from '@apollo/client/react'
import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Role } from '../../graphql/generated/graphql'
import { Choice } from '../../ui/choice'
import { inputLook } from '../../ui/field'
import { GroupNamesDocument } from './group-names'
import type { PeopleFilter } from './people-filter'

/** Long enough not to ask for each letter, short enough not to be noticed. In milliseconds. */
const typingPause = 200

export function PeopleFilterBar({ filter, onChange }: { filter: PeopleFilter; onChange: (part: Partial<PeopleFilter>) => void }) {
  const t = useTranslations('people')
  const roles = useTranslations('shell.role')
  const { data } = useQuery(GroupNamesDocument)
  const [typed, setTyped] = useState(filter.search)
  const groups = data?.groups.nodes ?? []

  // The address changed by other means than typing here.
  useEffect(() => setTyped(filter.search), [filter.search])
  useEffect(() => {
    if (typed === filter.search) return
    const timer = setTimeout(() => onChange({ search: typed }), typingPause)
    return () => clearTimeout(timer)
  }, [typed, filter.search, onChange])

  return (
    <search className="grid grid-cols-2 gap-2 md:grid-cols-[minmax(14rem,1fr)_repeat(3,10.5rem)]">
      <div className="relative max-md:col-span-2">
        <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-ink-soft" />
        <input
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          maxLength={200}
          className={`${inputLook} pl-9`}
        />
      </div>
      <Choice
        quiet
        label={t('role')}
        value={filter.role}
        onChange={(event) => onChange({ role: event.target.value as Role | '' })}
        options={[
          { value: '', label: t('allRoles') },
          ...(['ADMIN', 'USER', 'VIEWER'] as const).map((role) => ({ value: role, label: roles(role) })),
        ]}
      />
      <Choice
        quiet
        label={t('state')}
        value={filter.state}
        onChange={(event) => onChange({ state: event.target.value as PeopleFilter['state'] })}
        options={[
          { value: '', label: t('allStates') },
          { value: 'active', label: t('active') },
          { value: 'disabled', label: t('disabled') },
        ]}
      />
      {groups.length > 0 ? (
        <Choice
          quiet
          label={t('group')}
          value={filter.group}
          onChange={(event) => onChange({ group: event.target.value })}
          options={[{ value: '', label: t('allGroups') }, ...groups.map(({ id, name }) => ({ value: id, label: name }))]}
          className="max-md:col-span-2"
        />
      ) : null}
    </search>
  )
}
