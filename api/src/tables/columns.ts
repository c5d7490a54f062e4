import type { Prisma } from '../generated/sqlite/client.ts'

/**
 * What stands in a column, and so how it is compared, sorted and shown. `id` is a name that the server made (see createId):
 * it sorts the same by any rule, so that the database's own index serves. `choice` is one of a few words, `number` a whole one.
 */
export type ColumnKind = 'id' | 'text' | 'choice' | 'number' | 'decimal' | 'flag' | 'time' | 'json'

export interface ShownColumn<K extends ColumnKind = ColumnKind, Optional extends boolean = boolean> {
  readonly shown: true
  readonly kind: K
  /** Whether it can be without a value. */
  readonly optional: Optional
  /** The words there are; of a choice only. */
  readonly choices: readonly string[]
}

/** Never selected, compared, sorted by or searched. */
export interface HiddenColumn {
  readonly shown: false
  /** Why, for those who read the list. */
  readonly because: string
}

export type ColumnEntry = ShownColumn | HiddenColumn

export const categories = ['ACCOUNTS', 'SECURITY', 'FILES', 'JOBS', 'SETTINGS', 'AUDIT'] as const
export type Category = (typeof categories)[number]

type PlainKind = Exclude<ColumnKind, 'choice' | 'json'>
type KindOf<Text extends string> = Text extends `${infer K extends PlainKind}?` ? K : Text extends PlainKind ? Text : never

/** A column that is shown; with `?` one that can be empty. */
export function shown<Text extends PlainKind | `${PlainKind}?`>(
  text: Text,
): ShownColumn<KindOf<Text>, Text extends `${string}?` ? true : false> {
  const optional = text.endsWith('?')
  const kind = (optional ? text.slice(0, -1) : text) as KindOf<Text>
  return { shown: true, kind, optional: optional as Text extends `${string}?` ? true : false, choices: [] }
}

/** A column that is shown and holds one of these words. */
export function choice<Optional extends boolean = false>(
  of: Readonly<Record<string, string>>,
  optional?: Optional,
): ShownColumn<'choice', Optional> {
  return { shown: true, kind: 'choice', optional: (optional ?? false) as Optional, choices: Object.values(of) }
}

/** JSON that is shown: `because` says why no secret can be in it. What cannot be sure of that is hidden. */
export function json<Optional extends boolean = false>(_because: string, optional?: Optional): ShownColumn<'json', Optional> {
  return { shown: true, kind: 'json', optional: (optional ?? false) as Optional, choices: [] }
}

export function hidden(because: string): HiddenColumn {
  return { shown: false, because }
}

type Models = Prisma.TypeMap['model']
type KindFor<T> = [T] extends [boolean]
  ? 'flag'
  : [T] extends [Date]
    ? 'time'
    : [T] extends [number | bigint]
      ? 'number' | 'decimal'
      : [T] extends [string]
        ? string extends T
          ? 'id' | 'text'
          : 'choice'
        : [T] extends [Uint8Array]
          ? never
          : 'json'
type EntryFor<T> = HiddenColumn | ShownColumn<KindFor<NonNullable<T>>, null extends T ? true : false>
type Scalars<M extends keyof Models> = Models[M]['payload']['scalars']

/** A table of the list. A column that is missing, or of another type than its model says, does not compile. */
export interface Offered<M extends keyof Models> {
  readonly category: Category
  /** The columns of its primary key, in their order: what pages go on by. */
  readonly key: readonly (keyof Scalars<M> & string)[]
  /** Columns that an index begins with: the table can be sorted by them however long it is. */
  readonly indexed: readonly (keyof Scalars<M> & string)[]
  readonly columns: { readonly [C in keyof Scalars<M>]-?: EntryFor<Scalars<M>[C]> }
}

export type OfferedTables<M extends keyof Models = keyof Models> = { readonly [Name in M]: Offered<Name> }
