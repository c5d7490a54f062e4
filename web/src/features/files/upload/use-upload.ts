import { useApolloClient } from '@apollo/client/react'
import { useCallback } from 'react'
import { readFailure } from '../../../graphql/failure'
import { CreateFolderDocument } from '../dialogs/create-folder'
import { isWithin } from '../path'
import { planUpload } from './plan'
import type { Found } from './read-drop'
import type { UploadProblem } from './upload-item'
import { tray } from './use-tray'

/** Puts what was dropped or chosen into a folder: its folders first, then its files into the tray. */
export function useUpload() {
  const client = useApolloClient()
  return useCallback(
    async (found: readonly Found[], target: string): Promise<UploadProblem | null> => {
      const plan = planUpload(found, target)
      let failed: { path: string; problem: UploadProblem } | null = null
      for (const path of plan.folders) {
        if (failed && isWithin(path, failed.path)) continue
        try {
          const { data } = await client.mutate({ mutation: CreateFolderDocument, variables: { input: { path } } })
          const made = data?.createFolder
          // A folder that is there already is what was wanted.
          if (made && 'code' in made && made.code !== 'NAME_TAKEN') failed = { path, problem: made }
        } catch (error) {
          failed = { path, problem: readFailure(error) }
        }
      }
      const lost = failed
      const unplaced = lost ? plan.files.filter((each) => isWithin(each.path, lost.path)) : []
      if (lost) tray.addFailed(unplaced, lost.problem)
      tray.add(plan.files.filter((each) => !unplaced.includes(each)))
      return lost?.problem ?? null
    },
    [client],
  )
}
