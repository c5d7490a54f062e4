'use client'

import { useEffect, useRef } from 'react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { useProblemErrors } from '../../../graphql/use-problem-errors'
import { Button } from '../../../ui/button'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'

const fields = ['name'] as const
const fieldOfCode = { NAME_TAKEN: 'name', INVALID_INPUT: 'name', PATH_OUTSIDE_STORAGE: 'name' } as const

export interface ProblemLike {
  code: string
  message: string
  field?: string | null
}

/** A name for something. `save` answers with the problem the server has with it, or null. */
export function NameForm({
  initial,
  selected,
  action,
  save,
  onCancel,
}: {
  initial: string
  /** How much of the name is selected to be typed over. */
  selected: number
  action: string
  save: (name: string) => Promise<ProblemLike | null>
  onCancel: () => void
}) {
  const t = useTranslations('files')
  const form = useRef<HTMLFormElement>(null)
  const { register, handleSubmit, setError, formState } = useForm<{ name: string }>({ defaultValues: { name: initial } })
  const { errors } = formState
  const showProblem = useProblemErrors<{ name: string }>(fields, setError, fieldOfCode)

  useEffect(() => {
    const input = form.current?.querySelector('input')
    input?.focus()
    input?.setSelectionRange(0, selected)
  }, [selected])

  const submit = handleSubmit(async ({ name }) => {
    try {
      const problem = await save(name.trim().normalize('NFC'))
      // The server names a field of its own input (path, to): here there is only the name.
      if (problem) showProblem({ ...problem, field: null })
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      <Field
        label={t('name')}
        autoComplete="off"
        spellCheck={false}
        error={errors.name?.message}
        {...register('name', {
          validate: (name) => {
            const trimmed = name.trim()
            if (trimmed === '') return t('nameNeeded')
            if (trimmed === '.' || trimmed === '..' || trimmed.includes('/')) return t('nameRefused')
            return new TextEncoder().encode(trimmed.normalize('NFC')).length > 255 ? t('nameTooLong') : true
          },
        })}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" className="max-sm:h-11" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" className="max-sm:h-11" pending={formState.isSubmitting}>
          {action}
        </Button>
      </div>
    </form>
  )
}
