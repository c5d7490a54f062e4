import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql'

/** What a document asks for, with its fragments where they are spread. */
export interface Measure {
  /** Fields within fields. */
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly directives: number
  /** Fields on the first level: of the roots, of all operations together. */
  readonly rootFields: number
}

const nothing: Measure = { depth: 0, fields: 0, aliases: 0, directives: 0, rootFields: 0 }
/** No document may come near it; what doubles with each fragment stops here instead of at infinity. */
const ceiling = 1_000_000

const measures = new WeakMap<DocumentNode, Measure>()

/** Measured once for each document, and each of its fragments once: fragments that double each other cost what their text costs. */
export function measureDocument(document: DocumentNode): Measure {
  const known = measures.get(document)
  if (known) return known
  const measure = new Measurement(document).measure()
  measures.set(document, measure)
  return measure
}

class Measurement {
  readonly #document: DocumentNode
  readonly #fragments = new Map<string, FragmentDefinitionNode>()
  /** Undefined while a fragment is being measured: one that spreads itself adds nothing, and is refused by validation. */
  readonly #measured = new Map<string, Measure | undefined>()

  constructor(document: DocumentNode) {
    this.#document = document
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition)
    }
  }

  measure(): Measure {
    let total = nothing
    for (const definition of this.#document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) {
        const directives =
          (definition.directives?.length ?? 0) + sum(definition.variableDefinitions, (each) => each.directives?.length ?? 0)
        total = join(total, join(this.#set(definition.selectionSet), { ...nothing, directives }))
      } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        // Also what nothing spreads: it is parsed and validated all the same.
        total = { ...total, directives: total.directives + (definition.directives?.length ?? 0) }
      }
    }
    return total
  }

  #set(set: SelectionSetNode): Measure {
    return set.selections.reduce((total, selection) => join(total, this.#selection(selection)), nothing)
  }

  #selection(selection: SelectionNode): Measure {
    const directives = selection.directives?.length ?? 0
    if (selection.kind === Kind.FRAGMENT_SPREAD) return join(this.#fragment(selection.name.value), { ...nothing, directives })
    if (selection.kind === Kind.INLINE_FRAGMENT) return join(this.#set(selection.selectionSet), { ...nothing, directives })
    const within = selection.selectionSet ? this.#set(selection.selectionSet) : nothing
    const self = { ...nothing, fields: 1, aliases: selection.alias ? 1 : 0, directives }
    return { ...join(within, self), depth: within.depth + 1, rootFields: 1 }
  }

  #fragment(name: string): Measure {
    if (this.#measured.has(name)) return this.#measured.get(name) ?? nothing
    const fragment = this.#fragments.get(name)
    if (!fragment) return nothing
    this.#measured.set(name, undefined)
    const measure = this.#set(fragment.selectionSet)
    this.#measured.set(name, measure)
    return measure
  }
}

function join(a: Measure, b: Measure): Measure {
  const added = (x: number, y: number) => Math.min(x + y, ceiling)
  return {
    depth: Math.max(a.depth, b.depth),
    fields: added(a.fields, b.fields),
    aliases: added(a.aliases, b.aliases),
    directives: added(a.directives, b.directives),
    rootFields: added(a.rootFields, b.rootFields),
  }
}

function sum<T>(list: readonly T[] | undefined, of: (item: T) => number): number {
  return Math.min(
    (list ?? []).reduce((total, item) => total + of(item), 0),
    ceiling,
  )
}
