import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { PasswordField } from '../../ui/password-field'

test('a password field hides what is typed until asked, and lets managers fill and paste', async () => {
  const user = userEvent.setup()
  render(<PasswordField label="Password" showLabel="Show" hideLabel="Hide" autoComplete="current-password" />)
  const field = screen.getByLabelText<HTMLInputElement>('Password')
  expect(field.type).toBe('password')
  expect(field.autocomplete).toBe('current-password')
  expect(field.readOnly).toBe(false)
  expect(field.maxLength).toBe(-1)
  await user.click(field)
  await user.paste('correct horse battery staple')
  expect(field.value).toBe('correct horse battery staple')
  await user.click(screen.getByRole('button', { name: 'Show' }))
  expect(field.type).toBe('text')
  await user.click(screen.getByRole('button', { name: 'Hide' }))
  expect(field.type).toBe('password')
})
