import { type DocumentNode, GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import { measureDocument } from './document-measure.ts'

/** Bytes and lexical tokens of one document. The dashboard's largest has a tenth of it; ten thousand aliases are far beyond it. */
export const longestDocument = 100_000
export const maxTokens = 5_000
/** Brackets within brackets. Parser and validation call themselves for each, and the stack has an end. */
const deepestBrackets = 64
const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/** What one document may ask for, fragments counted where they are spread. */
export interface DocumentBounds {
  /** Fields of the roots: what one request may make the server do. */
  readonly rootFields: number
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly directives: number
  /** Values that the answer may hold, as far as can be told before: see document-cost.ts. */
  readonly cost: number
}

/** The playground's question for the schema is the deepest that is asked by design: 15. */
export const userBounds: DocumentBounds = { rootFields: 100, depth: 16, fields: 1_000, aliases: 200, directives: 50, cost: 50_000 }
/** Without a session only setup, sign-in and invitations are answered: a request that tries passwords tries few. */
export const strangerBounds: DocumentBounds = { rootFields: 5, depth: 6, fields: 100, aliases: 10, directives: 10, cost: 200 }

/** A refusal of a document or its variables, with a code of its own. */
export function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}

/** Throws unless the text is small enough to be parsed. */
export function requireParsable(source: string | Source): void {
  const text = typeof source === 'string' ? source : source.body
  // Bytes are at least as many as characters: most texts are told by their length alone.
  if (text.length > longestDocument || (text.length > longestDocument / 3 && Buffer.byteLength(text) > longestDocument)) {
    throw refusal('DOCUMENT_TOO_LARGE', `A document has at most ${longestDocument} bytes.`)
  }
  const lexer = new Lexer(new Source(text))
  let depth = 0
  for (let tokens = 0; tokens <= maxTokens; tokens++) {
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) return
    if (opening.has(kind)) depth += 1
    if (closing.has(kind)) depth -= 1
    if (depth > deepestBrackets) throw refusal('TOO_DEEP', `A document nests at most ${deepestBrackets} brackets.`)
  }
  throw refusal('TOO_MANY_TOKENS', `A document has at most ${maxTokens} names, numbers and signs.`)
}

/** Why a document cannot be answered, whatever it asks for; null when it can. Before validation, whose work grows with the document. */
export function refuseDocument(document: DocumentNode, bounds: DocumentBounds): GraphQLError | null {
  const { aliases, depth, directives, fields, rootFields } = measureDocument(document)
  if (rootFields > bounds.rootFields)
    return refusal('TOO_MANY_FIELDS', `One request asks for at most ${bounds.rootFields} fields of Query, Mutation or Subscription.`)
  if (depth > bounds.depth) return refusal('TOO_DEEP', `A document has fields within fields ${bounds.depth} deep at most.`)
  if (aliases > bounds.aliases) return refusal('TOO_MANY_ALIASES', `A document has at most ${bounds.aliases} aliases.`)
  if (directives > bounds.directives) return refusal('TOO_MANY_DIRECTIVES', `A document has at most ${bounds.directives} directives.`)
  if (fields > bounds.fields) return refusal('TOO_MANY_FIELDS', `A document asks for at most ${bounds.fields} fields.`)
  return null
}
