import { graphql } from '../../graphql/generated'

export const UpdateUserDocument = graphql(`
  mutation UpdateUser($input: UpdateUserInput!) {
    updateUser(input: $input) {
      ... on User {
        id
        username
        email
        role
        quotaBytes
        disabledAt
        sessionCount
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)
