// Writes the table of actions in docs/security/audit.md from the sources of the server and the words of the dashboard; with
// --check only says whether it is what they hold. Fails for an action without words, and for words without an action.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './paths.mjs'

const file = `${root}/docs/security/audit.md`
const marker = '<!-- Written by scripts/audit-page.mjs from here on: do not edit. -->'

/** An action stands where it is recorded: as a field, or as the text given after the actor. */
const patterns = [
  /\baction: '([a-z]+\.[a-zA-Z]+)'/g,
  /\(\s*actor,\s*'([a-z]+\.[a-zA-Z]+)'/g,
  /\bconst \w*[aA]ction = '([a-z]+\.[a-zA-Z]+)'/g,
]
const actions = new Set()
for (const name of globSync('api/src/**/*.ts', { cwd: root })) {
  if (name.includes('/generated/') || /\.test\.ts$|\/test-/.test(name)) continue
  const text = readFileSync(`${root}/${name}`, 'utf8')
  for (const pattern of patterns) for (const [, action] of text.matchAll(pattern)) actions.add(action)
}

const faults = []
const wordsOf = (language) => {
  const text = readFileSync(`${root}/web/src/messages/${language}/audit.ts`, 'utf8')
  const [, block = ''] = /\n {2}action: \{\n([\s\S]*?)\n {2}\},/.exec(text) ?? []
  return new Map([...block.matchAll(/^ {4}(\w+): (?:'([^']*)'|"([^"]*)"),$/gm)].map(([, key, one, other]) => [key, one ?? other]))
}
const english = wordsOf('en')
const german = wordsOf('de')
for (const action of actions) {
  for (const [language, words] of [
    ['en', english],
    ['de', german],
  ])
    if (!words.has(action.replace('.', '_'))) faults.push(`${action} has no words in web/src/messages/${language}/audit.ts`)
}
for (const key of english.keys())
  if (!actions.has(key.replace('_', '.'))) faults.push(`${key} in web/src/messages/en/audit.ts is no action`)
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}

const rows = [['Action', 'What'], ...[...actions].sort().map((action) => [`\`${action}\``, english.get(action.replace('.', '_'))])]
const widths = [0, 1].map((column) => Math.max(...rows.map((cells) => cells[column].length)))
const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
const [head, ...body] = rows
const table = [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
const before = readFileSync(file, 'utf8')
const page = `${before.slice(0, before.indexOf(marker))}${marker}\n\n${table}\n`

if (!process.argv.includes('--check')) writeFileSync(file, page)
else if (page !== before) {
  console.error('docs/security/audit.md is not what the sources say: node scripts/audit-page.mjs')
  process.exit(1)
}
