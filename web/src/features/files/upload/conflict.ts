import { joinPath, nameOf, nextName, parentOf } from '../path'
import type { UploadItem } from './upload-item'

/** What to do with a file whose name is taken. */
export type Choice = 'replace' | 'keepBoth' | 'skip'

/** Answers that were given for all of what was dropped together. */
export type Answers = ReadonlyMap<number, Choice>

/** What was already answered for this batch, or that the person must be asked. */
export function standingAnswer(answers: Answers, item: Pick<UploadItem, 'batch' | 'replace'>): Choice | 'ask' {
  const choice = answers.get(item.batch)
  // Replacing was tried and the name is still taken, so a folder has it: the same answer would go round for ever.
  if (!choice || (choice === 'replace' && item.replace)) return 'ask'
  return choice
}

/** The item as it goes on after an answer; null when it is left out. */
export function resolveConflict(item: UploadItem, choice: Choice): UploadItem | null {
  if (choice === 'skip') return null
  const again = { ...item, state: 'queued' as const, problem: null }
  if (choice === 'replace') return { ...again, replace: true }
  return { ...again, replace: false, path: joinPath(parentOf(item.path), nextName(nameOf(item.path), false)) }
}
