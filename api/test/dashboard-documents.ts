import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, visit } from 'graphql'

const sources = fileURLToPath(new URL('../../web/src', import.meta.url))

/** Every operation that the dashboard's sources hold, each with the fragments that it spreads. */
export function readDashboardDocuments(): DocumentNode[] {
  const texts = globSync('**/*.{ts,tsx}', { cwd: sources, exclude: (name) => name === 'generated' }).flatMap((name) =>
    [...readFileSync(`${sources}/${name}`, 'utf8').matchAll(/graphql\(`([\s\S]*?)`\)/g)].map(([, text = '']) => text),
  )
  const definitions = texts.flatMap((text) => parse(text).definitions)
  const fragments = new Map(
    definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  )
  return definitions
    .filter((each) => each.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const wanted = new Set<FragmentDefinitionNode>()
      const collect = (node: Parameters<typeof visit>[0]): void => {
        visit(node, {
          FragmentSpread({ name }) {
            const fragment = fragments.get(name.value)
            if (!fragment || wanted.has(fragment)) return
            wanted.add(fragment)
            collect(fragment)
          },
        })
      }
      collect(operation)
      return { kind: Kind.DOCUMENT, definitions: [operation, ...wanted] }
    })
}
