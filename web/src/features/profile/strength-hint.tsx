import { useTranslations } from 'use-intl'
import { Meter } from '../../ui/meter'
import { SHORTEST_PASSWORD } from '../auth/password-rule'
import { type Strength, strengthOf } from './password-strength'

const looks = {
  short: { part: 10, tone: 'bad' },
  weak: { part: 25, tone: 'bad' },
  fair: { part: 50, tone: 'warn' },
  good: { part: 75, tone: 'good' },
  strong: { part: 100, tone: 'good' },
  long: { part: 100, tone: 'bad' },
} as const satisfies Record<Strength, { part: number; tone: 'bad' | 'warn' | 'good' }>

/** How good a new password is, while it is typed, in a word and as a bar. */
export function StrengthHint({ password, username }: { password: string; username: string }) {
  const t = useTranslations('profile.password')
  const strength = strengthOf(password, username)
  const missing = SHORTEST_PASSWORD - [...password].length
  const word = strength === 'short' ? t('strength.short', { count: missing }) : t(`strength.${strength}`)
  const { part, tone } = looks[strength]
  if (password === '') return null
  return (
    <span className="grid gap-1.5" role="status">
      <Meter value={part} label={t('strengthLabel')} valueText={word} tone={tone} className="h-1.5!" />
      <span>{word}</span>
    </span>
  )
}
