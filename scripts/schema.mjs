// Prints the graph the server serves to schema.graphql; with --check only says whether the file is what the server serves.
import { readFileSync, writeFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { nasSchema } from '../api/src/graphql/schema.nas.ts'
import { root } from './paths.mjs'

const file = `${root}/schema.graphql`
const printed = `${printSchema(lexicographicSortSchema(nasSchema))}\n`
if (!process.argv.includes('--check')) writeFileSync(file, printed)
else if (readFileSync(file, 'utf8') !== printed) {
  console.error('schema.graphql is not what the server serves: npm run generate')
  process.exit(1)
}
