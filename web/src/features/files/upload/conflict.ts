import type { UploadItem } from './upload-item'

/** What to do with a file whose name is taken. */
export type Choice = 'replace' | 'keepBoth' | 'skip'

/** Answers that were given for all of what was dropped together. */
export type Answers = ReadonlyMap<number, Choice>

/** What was already answered for this batch, or that the person must be asked. */
export function standingAnswer(answers: Answers, item: Pick<UploadItem, 'batch' | 'ifExists'>): Choice | 'ask' {
  const choice = answers.get(item.batch)
  // Replacing was tried and the name is still taken, so a folder has it: the same answer would go round for ever.
  if (!choice || (choice === 'replace' && item.ifExists === 'replace')) return 'ask'
  return choice
}

/** The item as it goes on after an answer; null when it is left out. To keep both the server finds the name, which it tells when it is done. */
export function resolveConflict(item: UploadItem, choice: Choice): UploadItem | null {
  if (choice === 'skip') return null
  return { ...item, state: 'queued', problem: null, ifExists: choice }
}
