import { graphql } from '../../graphql/generated'

export const RestoreFromTrashDocument = graphql(`
  mutation RestoreFromTrash($input: RestoreFromTrashInput!) {
    restoreFromTrash(input: $input) {
      ... on File {
        id
        name
        path
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)
