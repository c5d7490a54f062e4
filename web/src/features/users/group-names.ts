import { graphql } from '../../graphql/generated'

/** All groups by name: for choosing one. */
export const GroupNamesDocument = graphql(`
  query GroupNames {
    groups(first: 500) {
      totalCount
      nodes {
        id
        name
        description
        memberCount
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)
