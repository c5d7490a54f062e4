// The least that answers the same operations: graphql-js on node:http, parsed and validated once per text, data from
// memory, no session, no database. What BaluHost's requests are measured against.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { buildSchema, execute, parse, validate } from 'graphql'
import { root } from '../paths.mjs'

const schema = buildSchema(readFileSync(`${root}/schema.graphql`, 'utf8'))
const at = new Date().toISOString()
const nodes = Array.from({ length: 50 }, (_, index) => ({
  id: `file-${index}`,
  name: `picture ${index}.png`,
  path: `/bench/picture ${index}.png`,
  isFolder: false,
  size: 12_345,
  modifiedAt: at,
  mimeType: 'image/png',
}))
const rootValue = { me: { id: '1' }, files: { totalCount: 50, nodes } }
const documents = new Map()

function documentOf(text) {
  let document = documents.get(text)
  if (!document) {
    document = parse(text)
    if (validate(schema, document).length > 0) throw new Error('The reference does not know this operation.')
    documents.set(text, document)
  }
  return document
}

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString())
    const result = await execute({ schema, document: documentOf(query), variableValues: variables, rootValue })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(result))
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
