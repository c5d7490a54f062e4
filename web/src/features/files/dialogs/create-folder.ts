import { graphql } from '../../../graphql/generated'

export const CreateFolderDocument = graphql(`
  mutation CreateFolder($input: CreateFolderInput!) {
    createFolder(input: $input) {
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
