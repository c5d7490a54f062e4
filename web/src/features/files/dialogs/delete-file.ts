import { graphql } from '../../../graphql/generated'

export const DeleteFileDocument = graphql(`
  mutation DeleteFile($input: DeleteFileInput!) {
    deleteFile(input: $input) {
      ... on File {
        id
        path
        trashItemId
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)
