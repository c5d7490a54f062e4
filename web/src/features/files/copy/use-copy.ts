'use client'

import { useMutation } from '@apollo/client/react'
import { useRef } from 'react'
import { readFailure } from '../../../graphql/failure'
import type { Entry } from '../listing/entry'
import { joinPath, nextName, parentOf } from '../path'
import type { Choice } from '../upload/conflict'
import { CopyFileDocument } from './copy-file'
import { showCopy } from './show-copy'

type Problem = { code: string; message: string }

/**
 * Begins to copy entries into a folder. A taken name is asked about, one by one; in its own folder a copy gets the next free name. Answers with
 * what kept one of them from being begun; called again it goes on with that one.
 */
export function useCopy(ask: (entry: Entry) => Promise<Choice>) {
  const [copyFile] = useMutation(CopyFileDocument)
  const settled = useRef(new Set<string>())
  /** Asked again after an answer that was lost, it must not become two copies; into another folder it is another wish. */
  const key = useRef(crypto.getRandomValues(new Uint32Array(4)).join('-'))
  const folders = useRef<string[]>([])

  const copyOne = async (entry: Entry, folder: string): Promise<Problem | null> => {
    let name = entry.name
    let replace = false
    let choice: Choice | null = folder === parentOf(entry.path) ? 'keepBoth' : null
    if (!folders.current.includes(folder)) folders.current.push(folder)
    const wish = `${key.current}:${folders.current.indexOf(folder)}:${entry.id}`
    if (choice) name = nextName(name, entry.isFolder)
    for (let attempt = 0; ; attempt++) {
      const to = joinPath(folder, name)
      const input = { from: entry.path, to, replace, idempotencyKey: `${wish}:${attempt}` }
      const result = (await copyFile({ variables: { input } })).data?.copyFile
      if (!result) return { code: 'INTERNAL', message: '' }
      if (!('code' in result)) {
        showCopy({ jobId: result.id, name: entry.name, to, isFolder: entry.isFolder })
        return null
      }
      if (result.code !== 'NAME_TAKEN') return result
      if (choice !== 'keepBoth') choice = await ask(entry)
      if (choice === 'skip') return null
      replace = choice === 'replace'
      if (choice === 'keepBoth') name = nextName(name, entry.isFolder)
    }
  }

  return async (entries: readonly Entry[], folder: string): Promise<{ entry: Entry; problem: Problem } | null> => {
    for (const entry of entries) {
      if (settled.current.has(entry.id)) continue
      const problem = await copyOne(entry, folder).catch((error: unknown) => readFailure(error))
      if (problem) {
        return { entry, problem }
      }
      settled.current.add(entry.id)
    }
    return null
  }
}
