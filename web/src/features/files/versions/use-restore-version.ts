import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useFailureText } from '../../../messages/use-failure-text'
import { sayDone, sayFailed } from '../../../ui/toast'
import type { Entry } from '../listing/entry'
import type { Version } from './use-versions'

export const RestoreVersionDocument = graphql(`
  mutation RestoreVersion($input: RestoreVersionInput!) {
    restoreVersion(input: $input) {
      ... on File {
        id
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

/** Makes a version the content again. Nothing is lost by it, so it does not ask. */
export function useRestoreVersion(entry: Entry, onRestored: () => void) {
  const t = useTranslations('versions')
  const textOf = useFailureText()
  const [mutate] = useMutation(RestoreVersionDocument)
  const [restoring, setRestoring] = useState<number | null>(null)
  const restore = async ({ number }: Version) => {
    setRestoring(number)
    try {
      const result = (await mutate({ variables: { input: { path: entry.path, version: number } } })).data?.restoreVersion
      if (!result || 'code' in result) sayFailed(textOf(result ?? { code: 'INTERNAL', message: '' }))
      else sayDone(t('restored', { name: entry.name, number }))
    } catch (error) {
      sayFailed(textOf(readFailure(error)))
    } finally {
      setRestoring(null)
      onRestored()
    }
  }
  return { restore, restoring }
}
