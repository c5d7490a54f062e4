import { structuredPatch } from 'diff'

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

export interface DiffPart {
  /** Where it begins in the newer text, from 1. */
  readonly line: number
  readonly lines: readonly DiffLine[]
}

const kinds = { ' ': 'same', '-': 'removed', '+': 'added' } as const

/** What differs, with three lines around it; null when it is so much that finding out would take too long. */
export function compareTexts(older: string, newer: string): DiffPart[] | null {
  const patch = structuredPatch('', '', older, newer, '', '', { context: 3, maxEditLength: 10_000, timeout: 3_000 })
  if (!patch) return null
  return patch.hunks.map(({ newStart, lines }) => ({
    line: newStart,
    lines: lines.flatMap((line): DiffLine[] => {
      const kind = kinds[line[0] as keyof typeof kinds]
      // A backslash begins what is said about the end of a file.
      return kind ? [{ kind, text: line.slice(1) }] : []
    }),
  }))
}
