'use client'

import { useQuery } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { Avatar } from '../../ui/avatar'
import { Field } from '../../ui/field'

export const FindPeopleDocument = graphql(`
  query FindPeople($search: String!) {
    users(first: 6, filter: { search: $search, disabled: false }) {
      totalCount
      nodes {
        id
        username
        avatarUrl
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

/** One person out of many: the first few that match what is typed. */
export function PersonPicker({ except, chosen, onChoose }: { except: string; chosen: string | null; onChoose: (id: string) => void }) {
  const t = useTranslations('people')
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed), 200)
    return () => clearTimeout(timer)
  }, [typed])
  const { data, previousData } = useQuery(FindPeopleDocument, { variables: { search }, fetchPolicy: 'cache-and-network' })
  const found = (data ?? previousData)?.users.nodes.filter(({ id }) => id !== except).slice(0, 5)
  return (
    <fieldset className="grid gap-2">
      <legend className="sr-only">{t('deletion.to')}</legend>
      <Field
        label={t('deletion.to')}
        placeholder={t('deletion.toSearch')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
      />
      <div className="grid max-h-[8rem] gap-0.5 overflow-y-auto">
        {found?.map((person) => (
          <label
            key={person.id}
            className="flex min-h-10 cursor-pointer items-center gap-3 rounded-control px-2 hover:bg-hover has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="transferTo"
              value={person.id}
              checked={chosen === person.id}
              onChange={() => onChoose(person.id)}
              className="size-4 accent-accent"
            />
            <Avatar name={person.username} url={person.avatarUrl} />
            <span className="min-w-0 truncate">{person.username}</span>
          </label>
        ))}
        {found?.length === 0 ? <p className="text-[13px] text-ink-soft">{t('deletion.toNobody')}</p> : null}
      </div>
    </fieldset>
  )
}
