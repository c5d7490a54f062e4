import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { type Shown, shownColumns, tables } from './allow-list.ts'
import { type Cell, type Operator, operators, operatorsOf } from './model.ts'
import { askRows, readAll, readRows } from './test-browser.ts'
import { secretMark, seedEverything, seededRows } from './test-rows.ts'

type Values = Record<string, Cell>

/** What the operator must find, said once more in other words. */
function holds(cell: Cell, operator: Operator, value: string, upTo: string): boolean {
  if (operator === 'IS_EMPTY') return cell === null || cell === ''
  if (operator === 'IS_NOT_EMPTY') return cell !== null && cell !== ''
  if (cell === null) return false
  if (operator === 'IS_TRUE') return cell === true
  if (operator === 'IS_FALSE') return cell === false
  if (operator === 'CONTAINS') return String(cell).toLowerCase().includes(value.toLowerCase())
  if (operator === 'EQUALS') return String(cell) === value
  const from = order(cell, typeof cell === 'number' ? Number(value) : value)
  if (operator === 'GREATER') return from > 0
  if (operator === 'LESS') return from < 0
  return from >= 0 && order(cell, typeof cell === 'number' ? Number(upTo) : upTo) <= 0
}

/** Nothing first, then by size, time or bytes. */
function order(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
  return Number(a) - Number(b)
}

function sorted(rows: readonly Values[], by: readonly string[], direction: 'ASC' | 'DESC'): Values[] {
  return rows.toSorted((a, b) => {
    const first = by.map((name) => order(a[name] ?? null, b[name] ?? null)).find((each) => each !== 0) ?? 0
    return direction === 'ASC' ? first : -first
  })
}

const all = [...tables.values()]
const shown = all.flatMap((table) => shownColumns(table).map((column) => [`${table.name}.${column.name}`, table, column] as const))
const hidden = all.flatMap((table) =>
  [...table.columns].flatMap(([name, entry]) => (entry.shown ? [] : [[`${table.name}.${name}`, table.name, name] as const])),
)

describe.each(await testedProviders())('every column on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await seedEverything(nas.database, provider)
    // That each table was looked at is written down before it is compared: later it is only counted.
    for (const { name } of all) await readRows(admin, name)
  })
  afterAll(() => nas.close())

  test.each(all.map((table) => [table.name, table] as const))('%s: what is shown is there, what is hidden is not', async (name, table) => {
    const rows = await readRows(admin, name)
    expect(rows.length).toBeGreaterThanOrEqual(seededRows)
    for (const row of rows)
      expect(Object.keys(row).sort()).toEqual(
        shownColumns(table)
          .map((column) => column.name)
          .sort(),
      )
    const seeded = rows.filter((row) => JSON.stringify(row).match(/zz-|1000000000|2020-01-01/))
    expect(seeded.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(secretMark)
    for (const column of shownColumns(table)) {
      const cell = seeded[0]?.[column.name]
      if (column.kind === 'time') expect(cell, column.name).toBe('2020-01-01T12:30:15.250Z')
      else if (column.kind === 'json') expect(JSON.stringify(cell), column.name).toBe('{"a":0,"b":["zz-0"]}')
      else if (column.kind === 'flag') expect(cell, column.name).toBe(true)
      else if (column.kind === 'decimal') expect(cell, column.name).toBe(12.5)
      else if (column.kind === 'number') expect([1_000_000_000, 9_000_000_000_000], column.name).toContain(cell)
      else if (column.kind !== 'choice') expect(cell, column.name).toBe(`zz-Ärger-${column.name}-0`)
    }
  })

  test.each(shown)('%s can be filtered in each way that it offers', async (_name, { name }, column: Shown) => {
    const rows = await readRows(admin, name)
    const texts = [...new Set(rows.map((row) => row[column.name]).filter((cell) => cell !== null && typeof cell !== 'object'))].map(String)
    const value = texts.find((text) => text.includes('Ärger')) ?? texts[0] ?? 'x'
    for (const operator of operatorsOf(column)) {
      const given = operator === 'CONTAINS' ? (value.includes('Ärger') ? 'äRGER' : value.toUpperCase()) : value
      const filter = {
        column: column.name,
        operator,
        ...(operator.startsWith('IS_') ? {} : { value: given }),
        ...(operator === 'BETWEEN' ? { upTo: value } : {}),
      }
      const found = await readRows(admin, name, { filters: [filter] })
      const expected = rows.filter((row) => holds(row[column.name] ?? null, operator, given, value))
      expect(found, operator).toEqual(expected)
    }
    for (const operator of operators.filter((each) => !operatorsOf(column).includes(each))) {
      const answer = await askRows(admin, name, { filters: [{ column: column.name, operator, value: 'x' }] })
      expect(answer, operator).toMatchObject({ code: 'OPERATOR_NOT_OFFERED' })
    }
  })

  test.each(shown)('%s can be sorted by, page by page', async (_name, table, column: Shown) => {
    const orderBy = { column: column.name, direction: 'ASC' }
    if (column.kind === 'json') {
      expect(await askRows(admin, table.name, { orderBy })).toMatchObject({ code: 'SORT_NOT_OFFERED', field: 'orderBy' })
      return
    }
    const rows = await readRows(admin, table.name)
    for (const direction of ['ASC', 'DESC'] as const) {
      const found = await readAll(admin, table.name, { orderBy: { ...orderBy, direction }, first: 2 })
      expect(found, direction).toEqual(sorted(rows, [column.name, ...table.key], direction))
    }
  })

  test.each(hidden)('%s is refused in the words for a column that there is not', async (_name, table, column) => {
    const asked = (name: string): Record<string, unknown>[] => [
      { columns: [name] },
      { columns: ['id', name] },
      { orderBy: { column: name, direction: 'ASC' } },
      { orderBy: { column: name, direction: 'DESC' } },
      ...operators.flatMap((operator) => [
        { filters: [{ column: name, operator }] },
        { filters: [{ column: name, operator, value: secretMark }] },
        { filters: [{ column: name, operator, value: '$argon2id$' }] },
        { filters: [{ column: name, operator, value: 'a', upTo: 'b' }] },
      ]),
    ]
    const [ofHidden, ofUnknown] = [asked(column), asked('noSuchColumn')]
    for (const [at, variables] of ofHidden.entries()) {
      const answer = await askRows(admin, table, variables)
      expect(answer).toEqual(await askRows(admin, table, ofUnknown[at]))
      expect(answer).toMatchObject({ code: 'COLUMN_NOT_OFFERED', message: 'This table offers no such column.' })
    }
  })

  test('a search finds what is shown, in any case of letters, and nothing by what is hidden', async () => {
    for (const { name } of all) {
      for (const search of [secretMark, `${secretMark}-Ärger`, '$argon2id$']) expect(await readRows(admin, name, { search })).toEqual([])
    }
    const found = await readRows(admin, 'User', { search: 'ÄRGER-USERNAME-1' })
    expect(found.map(({ username }) => username)).toEqual(['zz-Ärger-username-1'])
  })

  test('hidden columns are named, with nothing else about them', async () => {
    const { data } = await admin.graphql(
      '{ databaseTables { name columns { name type hidden optional inKey sortable operators choices } } }',
    )
    const told = (data.databaseTables as { name: string; columns: { name: string; hidden: boolean }[] }[]).flatMap((table) =>
      table.columns.filter((column) => column.hidden).map((column) => [`${table.name}.${column.name}`, column] as const),
    )
    expect(told.map(([name]) => name).sort()).toEqual(hidden.map(([name]) => name).sort())
    for (const [, { name, ...rest }] of told) {
      expect(rest, name).toEqual({ type: null, hidden: true, optional: false, inKey: false, sortable: false, operators: [], choices: [] })
    }
  })
})
