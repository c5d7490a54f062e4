import { Field, type FieldProps } from '../../ui/field'

/** A name to sign in with: no keyboard may correct it or write it large. Takes react-hook-form's `register(…)`. */
export function UsernameField(props: FieldProps) {
  return <Field autoComplete="off" autoCapitalize="none" spellCheck={false} {...props} />
}
