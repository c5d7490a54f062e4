import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Made by scripts/common-passwords.mjs, where its source stands: two counts, then two sorted lists of hashes of 32 bits. */
const file = new URL('common-passwords.bin', import.meta.url)
const headerLength = 8

/** Letters that people write as something else. */
const disguises: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }

/**
 * Whether it is among the passwords that are tried first: in a list of common ones, or a common one with digits around it,
 * in disguise, or more than once; or one of `own`, such as the name of the account, in the same ways. The list is read anew
 * each time: it is rarely asked, and then takes no memory.
 */
export function isCommonPassword(password: string, own: readonly string[] = []): boolean {
  const list = new CommonList(readFileSync(file))
  const ownWords = new Set(own.map(fold))
  const folded = fold(password)
  if (list.hasWhole(folded)) return true
  if ([...ownWords].some((word) => isDressedUp(word, folded))) return true
  const isKnown = (word: string) => ownWords.has(word) || list.hasStem(word) || list.hasWhole(word)
  return stemsOf(folded).some((stem) => isKnown(stem) || isKnown(undisguise(stem)))
}

/** The word with a few digits and signs before or behind it, also where the word itself has digits. */
function isDressedUp(word: string, folded: string): boolean {
  const rests = [folded.startsWith(word) && folded.slice(word.length), folded.endsWith(word) && folded.slice(0, -word.length)]
  return rests.some((rest) => rest !== false && /^\P{L}*$/u.test(rest) && isPlain(rest, 8))
}

/** As the list was made: without regard to case and to how letters are composed. */
export function fold(password: string): string {
  return password.normalize('NFKC').toLowerCase()
}

/** What is left when the digits and signs are taken away that people put around a word to make it a password. */
export function stemOf(folded: string): string {
  return folded.replace(/^\P{L}+|\P{L}+$/gu, '')
}

/** The stem, and what it repeats. Long digits around it are a password of their own, unless they are a row. */
function stemsOf(folded: string): string[] {
  const around = folded.match(/^(\P{L}*)(.*?)(\P{L}*)$/su)
  const [, before = '', stem = '', after = ''] = around ?? []
  const stems = isPlain(before) && isPlain(after) ? [stem] : []
  // With `@` and the like at its end, a word in disguise is longer than its letters.
  const open = folded.replace(/[\d\s.,_-]+$/u, '')
  if (isPlain(folded.slice(open.length))) stems.push(open)
  const units = [folded, ...stems].map(unitOf).filter((unit) => unit.length < folded.length)
  return [...new Set([...stems, ...units, ...units.map(stemOf)])].filter((each) => each.length >= 4)
}

function isPlain(digits: string, most = 6): boolean {
  return digits.length <= most || isRow(digits)
}

/** The shortest part that makes the whole when it is repeated: `honeyhoney` is `honey` twice. */
function unitOf(text: string): string {
  const length = (text + text).indexOf(text, 1)
  return text.slice(0, length)
}

/** `1234567`, `7654321`, `0000000`, `1212121`. */
function isRow(digits: string): boolean {
  const codes = [...digits].map((digit) => digit.charCodeAt(0))
  const steps = new Set(codes.slice(1).map((code, index) => (code - (codes[index] ?? 0) + 10) % 10))
  return steps.size <= 1 || unitOf(digits).length <= 3
}

function undisguise(text: string): string {
  return [...text].map((character) => disguises[character] ?? character).join('')
}

class CommonList {
  readonly #bytes: Buffer
  readonly #wholeCount: number
  readonly #stemCount: number

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#wholeCount = bytes.readUInt32BE(0)
    this.#stemCount = bytes.readUInt32BE(4)
  }

  hasWhole(folded: string): boolean {
    return this.#has(folded, 0, this.#wholeCount)
  }

  hasStem(stem: string): boolean {
    return this.#has(stem, this.#wholeCount, this.#stemCount)
  }

  #has(text: string, from: number, count: number): boolean {
    const wanted = createHash('sha256').update(text).digest().readUInt32BE(0)
    let [low, high] = [from, from + count - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = this.#bytes.readUInt32BE(headerLength + middle * 4)
      if (found === wanted) return true
      if (found < wanted) low = middle + 1
      else high = middle - 1
    }
    return false
  }
}
