'use client'

import { Field, type FieldProps } from '../../ui/field'

/** Six digits: the keyboard of phones shows numbers, and offers a code that it knows. Pasting with spaces is fine. */
export function CodeField(props: FieldProps) {
  return (
    <Field
      {...props}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={32}
      placeholder="123 456"
    />
  )
}
