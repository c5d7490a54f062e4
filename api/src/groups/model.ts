import { InvalidInput } from '../platform/errors.ts'

/** People under one name. */
export interface Group {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly createdAt: Date
}

export const groupColumns = { id: true, name: true, description: true, createdAt: true } as const

const longestName = 64
const longestDescription = 500

/** The name without blanks around it. Throws INVALID_INPUT unless it can be the name of a group. */
export function parseGroupName(text: string): string {
  const name = text.normalize('NFC').trim().replace(/\s+/gu, ' ')
  if (name === '' || [...name].length > longestName) throw new InvalidInput(`A name has 1 to ${longestName} characters.`, 'name')
  if (!name.isWellFormed() || /[\p{C}\u2028\u2029]/u.test(name)) throw new InvalidInput('A name has no control characters.', 'name')
  return name
}

/** What makes two names the same group. */
export function groupKey(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** Null for nothing but blanks. Throws INVALID_INPUT. */
export function parseGroupDescription(text: string | null): string | null {
  const description = text?.normalize('NFC').trim() || null
  if (description === null) return null
  if ([...description].length > longestDescription)
    throw new InvalidInput(`A description has at most ${longestDescription} characters.`, 'description')
  if (!description.isWellFormed() || description.includes('\u0000'))
    throw new InvalidInput('A description has no control characters.', 'description')
  return description
}
