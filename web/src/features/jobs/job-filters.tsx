'use client'

import { useQuery } from '@apollo/client/react'
import { X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { FilterChoice } from '../../ui/filter-choice'
import { useMe } from '../auth/session'
import { countOf, type StateChoice, stateChoices, type Wanted } from './filter'
import { useJobWords } from './use-job-words'

export const JobKindsDocument = graphql(`
  query JobKinds {
    jobKinds {
      name
    }
  }
`)

export const JobPeopleDocument = graphql(`
  query JobPeople {
    users(first: 200) {
      nodes {
        id
        username
      }
    }
  }
`)

/** State, kind and, for who sees the jobs of others, whose. */
export function JobFilters({ wanted, onChange }: { wanted: Wanted; onChange: (next: Partial<Wanted>) => void }) {
  const t = useTranslations('jobs')
  const words = useJobWords()
  const me = useMe()
  const isAdmin = me.role === 'ADMIN'
  const kinds = useQuery(JobKindsDocument)
  // Not through the cache: the list of people is kept there page by page, as their page shows it.
  const people = useQuery(JobPeopleDocument, { skip: !isAdmin, fetchPolicy: 'no-cache' })
  const named = (kinds.data?.jobKinds ?? []).map(({ name }) => ({ value: name, label: words.kind(name) }))
  const known = named.some(({ value }) => value === wanted.kind) || !wanted.kind
  const others = (people.data?.users.nodes ?? [])
    .filter(({ id }) => id !== me.id)
    .map(({ id, username }) => ({ value: id, label: username }))
  return (
    <search className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap" aria-label={t('filters')}>
      <FilterChoice
        className="sm:w-48"
        label={t('filter.state')}
        any={t('anyState')}
        value={wanted.state}
        onChange={(state) => onChange({ state: state as StateChoice | '' })}
        options={(Object.keys(stateChoices) as StateChoice[]).map((value) => ({ value, label: t(`stateChoice.${value}`) }))}
      />
      <FilterChoice
        className="sm:w-48"
        label={t('filter.kind')}
        any={t('anyKind')}
        value={wanted.kind}
        onChange={(kind) => onChange({ kind })}
        options={known ? named : [...named, { value: wanted.kind, label: words.kind(wanted.kind) }]}
      />
      {isAdmin ? (
        <FilterChoice
          className="sm:w-48"
          label={t('filter.who')}
          any={t('anybody')}
          value={wanted.who === me.id ? 'me' : wanted.who}
          onChange={(who) => onChange({ who })}
          options={[{ value: 'me', label: t('me') }, ...others]}
        />
      ) : null}
      {countOf(wanted) > 0 ? (
        <Button look="quiet" onClick={() => onChange({ state: '', kind: '', who: '' })}>
          <X aria-hidden />
          {t('clear')}
        </Button>
      ) : null}
    </search>
  )
}
