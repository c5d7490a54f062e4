import { graphql } from '../../../graphql/generated'

graphql(`
  fragment CopyJob_job on Job {
    id
    state
    cancelRequestedAt
    progress {
      done
      total
      unitsPerSecond
      etaSeconds
      item
    }
    error {
      code
      message
    }
  }
`)

export const CopyFileDocument = graphql(`
  mutation CopyFile($input: CopyFileInput!) {
    copyFile(input: $input) {
      ... on Job {
        id
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

/** As it is, then each time something about it changed. */
export const CopyJobChangedDocument = graphql(`
  subscription CopyJobChanged($id: ID!) {
    jobChanged(id: $id) {
      ...CopyJob_job @unmask
    }
  }
`)

export const CancelCopyDocument = graphql(`
  mutation CancelCopy($id: ID!) {
    cancelJob(id: $id) {
      ... on Job {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)
