import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../../prisma/models', import.meta.url))

export interface ModelColumn {
  readonly name: string
  /** As Prisma calls it: String, Int, … or the name of an enum. */
  readonly type: string
  readonly optional: boolean
}

export interface Model {
  readonly name: string
  readonly columns: readonly ModelColumn[]
  readonly key: readonly string[]
  /** The first columns of its indexes. */
  readonly indexed: ReadonlySet<string>
}

/** The models as they are written, without their relations. */
export function readModels(): Model[] {
  const text = globSync('*.prisma', { cwd: folder })
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n')
  const blocks = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)]
  const names = new Set(blocks.map(([, name]) => name))
  return blocks.map(([, name = '', body = '']) => {
    const lines = body.split('\n').map((line) => line.trim())
    const columns: ModelColumn[] = []
    const key: string[] = []
    const indexed = new Set<string>()
    for (const line of lines) {
      const [, list = ''] = /^@@(?:id|unique|index)\(\[([^\]]+)\]/.exec(line) ?? []
      const listed = list.split(',').map((each) => each.trim())
      if (listed[0]) indexed.add(listed[0])
      if (line.startsWith('@@id')) key.push(...listed)
      const [, column, type, mark] = /^(\w+)\s+(\w+)(\?|\[\])?(?:\s|$)/.exec(line) ?? []
      if (!column || !type || names.has(type)) continue
      columns.push({ name: column, type, optional: mark === '?' })
      if (/\s@id\b/.test(line)) key.push(column)
      if (/\s@(id|unique)\b/.test(line)) indexed.add(column)
    }
    return { name, columns, key, indexed }
  })
}
