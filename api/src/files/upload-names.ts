import { longestName } from './path.ts'

/** "photo.jpg" → "photo (2).jpg" → "photo (3).jpg": the next name to try when one is taken; never longer than a name may be. */
export function nextName(name: string): string {
  const ending = /(?:\.tar)?\.[^.]+$/i.exec(name)
  const cut = ending && ending.index > 0 ? ending.index : name.length
  const numbered = /^(.+) \((\d{1,6})\)$/s.exec(name.slice(0, cut))
  const count = numbered ? Number(numbered[2]) + 1 : 2
  const tail = ` (${count})${name.slice(cut)}`
  return shortened(numbered?.[1] ?? name.slice(0, cut), longestName - Buffer.byteLength(tail)) + tail
}

/** At most so many bytes of UTF-8, cut between characters as people see them. */
function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(kept + segment) > bytes) break
    kept += segment
  }
  return kept
}
