import { useCallback } from 'react'
import type { FieldValues, Path, UseFormSetError } from 'react-hook-form'
import { useFailureText } from '../messages/use-failure-text'

interface ProblemLike {
  code: string
  message: string
  field?: string | null
  retryAfterSeconds?: number | null
}

/**
 * Puts a Problem at the form field it names; `byCode` says where it belongs when the server names none. What fits no field
 * stands over the form (`root`).
 */
export function useProblemErrors<T extends FieldValues>(
  fields: readonly Path<T>[],
  setError: UseFormSetError<T>,
  byCode: Readonly<Record<string, Path<T>>> = {},
) {
  const textOf = useFailureText()
  return useCallback(
    (problem: ProblemLike) => {
      const named = problem.field?.replace(/^input\./, '')
      const field = fields.find((each) => each === named) ?? byCode[problem.code]
      // INVALID_INPUT is said in the server's words when it names what is wrong with a field.
      const message = problem.code === 'INVALID_INPUT' ? problem.message : textOf(problem)
      setError(field ?? 'root', { type: problem.code, message }, { shouldFocus: field !== undefined })
    },
    [fields, setError, byCode, textOf],
  )
}
