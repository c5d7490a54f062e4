import { en } from './en'
import type { Locale } from './locale'

type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> }

/** What every language must provide: the keys of English. */
export type Catalogue = Words<typeof en>

/** English comes with the page, other languages are fetched when they are chosen. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  if (locale === 'de') return (await import('./de')).de
  return en
}
