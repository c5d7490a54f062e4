import { graphql } from '../../../graphql/generated'

export const MoveFileDocument = graphql(`
  mutation MoveFile($input: MoveFileInput!) {
    moveFile(input: $input) {
      ... on File {
        id
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
