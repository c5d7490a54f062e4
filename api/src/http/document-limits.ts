import { GraphQLError, Lexer, Source, TokenKind, type ValidationContext, type ValidationRule } from 'graphql'

/** Characters and lexical tokens of one document. The dashboard's largest has a tenth of it; ten thousand aliases are far beyond it. */
const longestDocument = 64 * 1024
export const maxTokens = 5_000
/** Brackets within brackets. Parser and validation call themselves for each, and the stack has an end. */
const deepest = 64
const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/** Most root fields of one operation's document: what one request may make the server do. */
const mostFields = 100
/** Without a session only setup and sign-in are answered: a request that tries passwords tries few. */
const mostAnonymousFields = 5

/** Throws unless the document is small enough to be parsed. */
export function requireParsable(source: string | Source): void {
  const text = typeof source === 'string' ? source : source.body
  if (text.length > longestDocument) throw new GraphQLError(`A document has at most ${longestDocument} characters.`)
  const lexer = new Lexer(new Source(text))
  let depth = 0
  for (let tokens = 0; tokens <= maxTokens; tokens++) {
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) return
    if (opening.has(kind)) depth += 1
    if (closing.has(kind)) depth -= 1
    if (depth > deepest) throw new GraphQLError(`A document nests at most ${deepest} brackets.`)
  }
}

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
