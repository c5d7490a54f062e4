import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql'

/** Most root fields of one operation's document: what one request may make the server do. */
const mostFields = 100
/** Without a session only setup and sign-in are answered: a request that tries passwords tries few. */
const mostAnonymousFields = 5

// Two named functions: validated documents are remembered under the names of their rules.
export function boundedFields(context: ValidationContext): ReturnType<ValidationRule> {
  return countRootFields(context, mostFields)
}

export function boundedAnonymousFields(context: ValidationContext): ReturnType<ValidationRule> {
  return countRootFields(context, mostAnonymousFields)
}

function countRootFields(context: ValidationContext, most: number): ReturnType<ValidationRule> {
  const schema = context.getSchema()
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  let count = 0
  return {
    Field() {
      const parent = context.getParentType()
      if (!parent || !roots.has(parent as ReturnType<typeof schema.getQueryType>)) return
      count += 1
      if (count === most + 1) {
        context.reportError(
          new GraphQLError(`One request asks for at most ${most} fields of Query, Mutation or Subscription.`, {
            extensions: { code: 'TOO_MANY_FIELDS' },
          }),
        )
      }
    },
  }
}
