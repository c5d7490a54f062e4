import { SHORTEST_PASSWORD } from '../auth/password-rule'

const LONGEST = 128

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong' | 'long'

/**
 * How long a password is when what can be foretold is left out: repeats and rows of neighbours count once. Which kinds of
 * characters it has does not matter: length is what makes guessing hard.
 */
export function strengthOf(password: string, username: string): Strength {
  const characters = [...password]
  if (characters.length < SHORTEST_PASSWORD) return 'short'
  if (characters.length > LONGEST) return 'long'
  const folded = password.toLowerCase()
  const withoutName = username.length > 2 ? folded.replaceAll(username.toLowerCase(), '') : folded
  const surprises = countSurprises([...unitOf(withoutName)])
  if (surprises < 8) return 'weak'
  if (surprises < 12) return 'fair'
  return surprises < 18 ? 'good' : 'strong'
}

/** Characters that do not follow from the one before: `aaaa` and `1234` have one. */
function countSurprises(characters: readonly string[]): number {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0)
  return codes.filter((code, index) => index === 0 || Math.abs(code - (codes[index - 1] ?? 0)) > 1).length
}

/** What makes the whole when it is repeated. */
function unitOf(text: string): string {
  return text.slice(0, Math.max((text + text).indexOf(text, 1), 0))
}
