import type { VersionRules } from './settings.ts'

const dayMs = 86_400_000
/** 1 January 1970 was a Thursday: weeks begin on Monday. */
const weekOf = (day: number) => Math.floor((day + 3) / 7)

/** Which versions the rules let go, of those of one file, newest first. Days and weeks are those of UTC. */
export function superfluous<T extends { readonly replacedAt: Date }>(versions: readonly T[], rules: VersionRules, now: Date): T[] {
  const today = Math.floor(now.getTime() / dayMs)
  const seen = new Set<string>()
  const isFirstOf = (span: string) => !seen.has(span) && seen.add(span) !== undefined
  return versions.filter(({ replacedAt }, index) => {
    const day = Math.floor(replacedAt.getTime() / dayMs)
    const week = weekOf(day)
    // Both are asked each time: a version that is kept for its day is that of its week as well.
    const ofDay = today - day < rules.days && isFirstOf(`day ${day}`)
    const ofWeek = weekOf(today) - week < rules.weeks && isFirstOf(`week ${week}`)
    return !(index < rules.last || ofDay || ofWeek)
  })
}
