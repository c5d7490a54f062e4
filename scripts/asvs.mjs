import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './paths.mjs'

/**
 * Writes docs/security/asvs.md from docs/security/asvs/*.json: each requirement of OWASP ASVS 5.0.0, levels 1 and 2, with
 * what proves it here. `--check` writes nothing and fails when the page is not what the sources say. Both fail when an id is
 * missing, when a test or a sentence that is named as a proof is not there any more, and when something open has no note.
 */
const folder = `${root}/docs/security/asvs`
const page = `${root}/docs/security/asvs.md`

const statuses = {
  proven: 'proven',
  'by-design': 'by design',
  'not-applicable': 'does not apply',
  open: 'open',
}

const read = {}
const levels = new Map(
  Object.entries(JSON.parse(readFileSync(`${folder}/levels.json`, 'utf8'))).flatMap(([level, ids]) => ids.map((id) => [id, Number(level)])),
)
const chapters = readdirSync(folder)
  .filter((name) => /^v\d+-/.test(name))
  .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')))
  .sort((a, b) => a.chapter - b.chapter)
const requirements = chapters.flatMap((chapter) => chapter.requirements)

const faults = [...faultsOfIds(), ...requirements.flatMap(faultsOf), ...faultsOfLinks('threat-model'), ...faultsOfLinks('measures')]
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
const text = print()
if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
  console.error('docs/security/asvs.md is not what its sources say: node scripts/asvs.mjs')
  process.exit(1)
}

function faultsOfIds() {
  const seen = new Set()
  const faults = []
  for (const { chapter, requirements: own } of chapters) {
    for (const { id } of own) {
      if (seen.has(id)) faults.push(`${id} is answered twice`)
      if (!levels.has(id)) faults.push(`${id} is no requirement of level 1 or 2`)
      if (!id.startsWith(`${chapter}.`)) faults.push(`${id} stands in chapter ${chapter}`)
      seen.add(id)
    }
  }
  for (const id of levels.keys()) if (!seen.has(id)) faults.push(`${id} is not answered`)
  return faults
}

function faultsOf({ id, topic, status, proofs = [], note }) {
  const faults = []
  const say = (fault) => faults.push(`${id}: ${fault}`)
  if (!topic || topic.split(/\s+/).length > 12) say('says in 1 to 12 words what is asked')
  if (!(status in statuses)) say(`has the status ${status}; there are ${Object.keys(statuses).join(', ')}`)
  if ((status === 'open' || status === 'not-applicable') && !note) say(`is ${status} without a note that says why`)
  if (status === 'open' && levels.get(id) === 1) say('is of level 1, of which nothing may stay open')
  if (status === 'proven' && !proofs.some((proof) => proof.test)) say('is called proven by no test')
  if (status === 'by-design' && proofs.length === 0) say('is called by design without anything that holds it')
  for (const { file, test, says } of proofs) {
    if (!existsSync(`${root}/${file}`)) say(`there is no ${file}`)
    else if (test !== undefined && !titlesOf(file).has(test)) say(`${file} has no test «${test}»`)
    else if (says !== undefined && !contentOf(file).includes(squeezed(says))) say(`${file} does not say «${says}»`)
    else if ((test === undefined) === (says === undefined)) say(`${file} needs a test or a sentence`)
  }
  return faults
}

/** A page that links to a test by its name: the name must be there. */
function faultsOfLinks(name) {
  const links = readFileSync(`${root}/docs/security/${name}.md`, 'utf8').matchAll(/\[([^\]]+)\]\((?:\.\.\/)+([\w./-]+\.test\.tsx?)\)/g)
  return [...links]
    .filter(([, title, file]) => !existsSync(`${root}/${file}`) || !titlesOf(file).has(title.replace(/\s+/g, ' ')))
    .map(([, title, file]) => `${name}.md: ${file} has no test «${title}»`)
}

function sourceOf(file) {
  read[file] ??= readFileSync(`${root}/${file}`, 'utf8')
  return read[file]
}

function contentOf(file) {
  return squeezed(sourceOf(file))
}

/** Line breaks of a page are no part of what it says. */
function squeezed(text) {
  return text.replace(/\s+/g, ' ')
}

/** What tests are called in a file, templates of test.each as they stand there; not what is skipped, and no group. */
function titlesOf(file) {
  if (!/\.(test|contract)\.tsx?$/.test(file)) return new Set()
  const calls = sourceOf(file).matchAll(
    /([\w.]*)((?:\([^()]*\))?|[\])`])\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`),\s*(?:\{[^{}]*\},\s*)?(?:async\s*)?(?:\(|function|\w+\s*=>)/g,
  )
  const titles = new Set()
  for (const [, name, end, single, double, template] of calls) {
    const isTest = /^(test|it)(\.(each|for|runIf|skipIf|concurrent|sequential))*$/.test(name) || (name === '' && /[\])`]$/.test(end))
    if (isTest) titles.add((single ?? double ?? template).replace(/\\(.)/g, '$1'))
  }
  return titles
}

function print() {
  const count = (level, status) => requirements.filter((each) => levels.get(each.id) === level && each.status === status).length
  const row = (cells) => `| ${cells.map((cell, column) => String(cell).padEnd(column === 0 ? 14 : 7)).join(' | ')} |`
  return `# OWASP ASVS 5.0.0, levels 1 and 2

Written by \`scripts/asvs.mjs\` from \`docs/security/asvs/*.json\`: do not edit. What each requirement asks is told here in our own
words; its exact sentence stands under its number in the
[standard](https://github.com/OWASP/ASVS/tree/master/5.0). A requirement is _proven_ by tests, which are named; _by design_
when a decision that is written down answers it, or when there is nothing to test; it _does not apply_ where BaluHost has no such thing; and
it is _open_ when something is missing, which is said.

${[
  row(['', 'level 1', 'level 2']),
  row(['--------------', '-------', '-------']),
  ...Object.entries(statuses).map(([status, words]) => row([words, count(1, status), count(2, status)])),
].join('\n')}
${chapters.map(printChapter).join('')}`
}

function printChapter({ chapter, title, requirements: own }) {
  const lines = own.map(({ id, topic, status, proofs = [], note }) => {
    const head = `- **${id}** (level ${levels.get(id)}) ${topic}: **${statuses[status]}**${note ? `. ${note}` : ''}`
    return [head, ...proofs.map(({ file, test, says }) => `  - [${file}](../../${file}): ${escaped(test ?? says)}`)].join('\n')
  })
  return `
## ${chapter} ${title}

${lines.join('\n')}
`
}

/** As text, also where Markdown would see more in it. */
function escaped(text) {
  return text.replace(/[\\`*_{}[\]<>|]/g, '\\$&')
}
