import { graphql } from '../../../graphql/generated'

export const UpdateSignInPolicyDocument = graphql(`
  mutation UpdateSignInPolicy($input: UpdateSignInPolicyInput!) {
    updateSignInPolicy(input: $input) {
      ... on SignInPolicy {
        requireTwoFactor
        withoutFactor
        idleHours
        absoluteHours
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)
