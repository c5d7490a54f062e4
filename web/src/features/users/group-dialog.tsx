'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'

export const CreateGroupDocument = graphql(`
  mutation CreateGroup($input: CreateGroupInput!) {
    createGroup(input: $input) {
      ... on Group {
        id
        name
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

export const UpdateGroupDocument = graphql(`
  mutation UpdateGroup($input: UpdateGroupInput!) {
    updateGroup(input: $input) {
      ... on Group {
        id
        name
        description
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

export interface GroupValues {
  name: string
  description: string
}

const fields = ['name', 'description'] as const
const fieldOfCode = { GROUP_NAME_TAKEN: 'name' } as const

/** Makes a group, or changes the one that is given. */
export function GroupDialog({
  group,
  onClose,
  onDone,
}: {
  group: (GroupValues & { id: string }) | null
  onClose: () => void
  onDone: () => void
}) {
  const t = useTranslations('people.groupsPage')
  const people = useTranslations('people')
  const auth = useTranslations('auth')
  const shell = useTranslations('shell')
  const [createGroup] = useMutation(CreateGroupDocument)
  const [updateGroup] = useMutation(UpdateGroupDocument)
  const { register, handleSubmit, setError, formState } = useForm<GroupValues>({
    defaultValues: { name: group?.name ?? '', description: group?.description ?? '' },
  })
  const { errors } = formState
  const showProblem = useProblemErrors<GroupValues>(fields, setError, fieldOfCode)

  const submit = handleSubmit(async ({ name, description }) => {
    const input = { name, description: description.trim() || null }
    try {
      const result = group
        ? (await updateGroup({ variables: { input: { id: group.id, ...input } } })).data?.updateGroup
        : (await createGroup({ variables: { input } })).data?.createGroup
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
      sayDone(group ? people('saved') : t('created', { name: result.name }))
      onDone()
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={group ? t('editTitle', { name: group.name }) : t('newTitle')}
      closeLabel={shell('close')}
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
        <FormError message={errors.root?.message} />
        <Field
          label={people('name')}
          autoComplete="off"
          maxLength={64}
          error={errors.name?.message}
          {...register('name', { required: auth('required') })}
        />
        <Field
          label={t('description')}
          hint={t('descriptionHint')}
          autoComplete="off"
          maxLength={500}
          error={errors.description?.message}
          {...register('description')}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {people('cancel')}
          </Button>
          <Button type="submit" look="primary" pending={formState.isSubmitting}>
            {group ? people('save') : t('create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
