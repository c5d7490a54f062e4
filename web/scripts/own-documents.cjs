const { readFileSync } = require('node:fs')
const path = require('node:path')

const generated = path.join(__dirname, '../src/graphql/generated')

/**
 * Puts each `graphql(…)` document where it is written. The generated function looks documents up in one map of all of them, which every page
 * would load whole: 11 kB of each first page, and more with every feature.
 */
module.exports = function ownDocuments(source) {
  if (!/\bgraphql\(`/.test(source)) return source
  for (const file of ['gql.ts', 'graphql.ts']) this.addDependency(path.join(generated, file))
  const names = readFileSync(path.join(generated, 'gql.ts'), 'utf8')
  const documents = readFileSync(path.join(generated, 'graphql.ts'), 'utf8')
  return (
    source
      // A fragment that only types need, a statement of its own: nothing reads its document. Without a semicolon it would join the line before.
      .replace(/^graphql\(`[^`]*`\)$/gm, '')
      .replace(/\bgraphql\(`([^`]*)`\)/g, (_call, text) => {
        const key = `${JSON.stringify(text)}: types.`
        const at = names.indexOf(key)
        const name = at < 0 ? null : /^\w+/.exec(names.slice(at + key.length))?.[0]
        const line = name && new RegExp(`^export const ${name} = (\\{.*\\}) as unknown as (DocumentNode<.*>);$`, 'm').exec(documents)
        if (!line) throw new Error(`${this.resourcePath}: no generated document for ${text.trim().split('\n')[0]}. Run npm run generate.`)
        return `(${line[1]} as any)`
      })
      .replace(/^import \{ graphql \} from '[./]+\/graphql\/generated'$/m, '')
  )
}
