import { useQuery } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { keys } from '../../messages/en/keys'
import { useMe } from '../auth/session'

export const ScopesDocument = graphql(`
  query Scopes {
    scopes {
      name
      description
      administratorsOnly
      fields {
        name
        administratorsOnly
      }
    }
  }
`)

/** Something that a key of this person can be allowed. */
export interface ScopeChoice {
  name: string
  /** In the reader's language; the server's own where this page does not know it yet. */
  words: string
  /** Fields of the graph that it opens to this person. */
  fields: string[]
}

type KnownScope = keyof (typeof keys)['scope']

function isKnown(name: string): name is KnownScope {
  return Object.hasOwn(keys.scope, name)
}

/** What the reader can give to a key, with what it opens for them; null until it is known. */
export function useScopes() {
  const t = useTranslations('keys.scope')
  const isAdmin = useMe().role === 'ADMIN'
  const { data, error, refetch } = useQuery(ScopesDocument)
  const scopes: ScopeChoice[] | null =
    data?.scopes
      .filter(({ administratorsOnly }) => isAdmin || !administratorsOnly)
      .map(({ name, description, fields }) => ({
        name,
        words: isKnown(name) ? t(name) : description,
        fields: fields.filter(({ administratorsOnly }) => isAdmin || !administratorsOnly).map((field) => field.name),
      })) ?? null
  return { scopes, error, refetch }
}
