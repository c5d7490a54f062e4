'use client'

import { useQuery } from '@apollo/client/react'
import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Role } from '../../graphql/generated/graphql'
import { inputLook } from '../../ui/field'
import { FilterChoice } from '../../ui/filter-choice'
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
        <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-ink-soft" />
        <input
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          maxLength={200}
          className={`${inputLook} h-9! pl-9 text-sm!`}
        />
      </div>
      <FilterChoice
        label={t('role')}
        any={t('allRoles')}
        value={filter.role}
        onChange={(role) => onChange({ role: role as Role | '' })}
        options={(['ADMIN', 'USER', 'VIEWER'] as const).map((role) => ({ value: role, label: roles(role) }))}
      />
      <FilterChoice
        label={t('state')}
        any={t('allStates')}
        value={filter.state}
        onChange={(state) => onChange({ state: state as PeopleFilter['state'] })}
        options={[
          { value: 'active', label: t('active') },
          { value: 'disabled', label: t('disabled') },
        ]}
      />
      {groups.length > 0 ? (
        <FilterChoice
          label={t('group')}
          any={t('allGroups')}
          value={filter.group}
          onChange={(group) => onChange({ group })}
          options={groups.map(({ id, name }) => ({ value: id, label: name }))}
          className="max-md:col-span-2"
        />
      ) : null}
    </search>
  )
}
