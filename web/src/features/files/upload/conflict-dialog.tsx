'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { NameConflict } from '../dialogs/name-conflict'
import { nameOf, parentOf } from '../path'
import type { Choice } from './conflict'

/** Asks what to do with an upload whose name is taken: once, and for all that were dropped with it when wanted. */
export function ConflictDialog({
  path,
  others,
  onAnswer,
}: {
  path: string
  others: number
  onAnswer: (choice: Choice, forAll: boolean) => void
}) {
  const t = useTranslations('files.conflict')
  const [forAll, setForAll] = useState(false)
  return (
    <NameConflict name={nameOf(path)} folder={nameOf(parentOf(path))} replaceable onAnswer={(choice) => onAnswer(choice, forAll)}>
      {others > 0 ? (
        <label className="flex items-center gap-2.5 py-1">
          <input type="checkbox" checked={forAll} onChange={(event) => setForAll(event.target.checked)} className="size-4 accent-accent" />
          {t('forAll', { count: others })}
        </label>
      ) : null}
    </NameConflict>
  )
}
