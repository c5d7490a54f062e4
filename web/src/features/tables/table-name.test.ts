import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tables as german } from '../../messages/de/tables'
import { tables as english } from '../../messages/en/tables'

test('every table of the database has a name for people, in both languages', () => {
  const folder = `${import.meta.dirname}/../../../../prisma/models`
  const models = readdirSync(folder).flatMap((file) =>
    [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/^model (\w+)/gm)].map(([, name]) => name),
  )
  expect(models.length).toBeGreaterThan(10)
  for (const words of [english, german]) expect(models.filter((name) => name && !Object.hasOwn(words.table, name))).toEqual([])
})
