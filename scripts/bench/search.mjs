import { nameKeys } from '../../api/src/files/rows.ts'
import { openDatabase } from '../../api/src/platform/db.ts'

const document =
  'query Search($query: String!) { search(query: $query, first: 50) { nodes { id name path size } pageInfo { hasNextPage } } }'
const words = ['holiday', 'invoice', 'summer', 'alps', 'garden', 'report', 'birthday', 'contract', 'sunset', 'letter', 'school', 'music']

/** Searches among so many names, beside a request that asks for next to nothing. */
export async function search({ startNas, dataDir, cookie, count = 1_000_000 }) {
  await (await startNas()).stop()
  const database = await openDatabase({ provider: 'sqlite', url: `file:${dataDir}/baluhost.db` })
  const began = performance.now()
  await fill(database, count)
  console.log(`${count} names were added in ${Math.round((performance.now() - began) / 1_000)} s`)
  await database.$disconnect()
  const nas = await startNas()
  const ask = async (body) => {
    const started = performance.now()
    const response = await fetch(`${nas.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1', cookie },
      body: JSON.stringify(body),
    })
    const { errors } = await response.json()
    if (errors) throw new Error(JSON.stringify(errors))
    return performance.now() - started
  }
  const series = async (bodies) => {
    const took = []
    for (const body of bodies) took.push(await ask(body))
    return took.sort((a, b) => a - b)
  }
  const kinds = {
    'a common word': () => pick(words),
    'two common words': () => `${pick(words)} ${pick(words)}`,
    'part of a number': () => String(Math.floor(Math.random() * count)).padStart(6, '0'),
    'a beginning': () => pick(words).slice(0, 2),
    'what is not there': () => `zebra${Math.floor(Math.random() * 1e6)}`,
  }
  const p = (took, part) => took[Math.floor(took.length * part)].toFixed(1)
  const small = await series(Array.from({ length: 200 }, () => ({ query: '{ me { id } }' })))
  for (const [name, query] of Object.entries(kinds)) {
    const took = await series(Array.from({ length: 100 }, () => ({ query: document, variables: { query: query() } })))
    console.log(`${count} names, ${name}: p50 ${p(took, 0.5)} p95 ${p(took, 0.95)} ms ({ me { id } } p95 ${p(small, 0.95)} ms)`)
  }
  await nas.stop()
}

const pick = (list) => list[Math.floor(Math.random() * list.length)]

/** Folders of a thousand entries each below one at the top; the disk is not asked, since a search reads rows alone. */
async function fill(database, count) {
  const row = (parentId, name, isFolder) => ({
    parentId,
    name,
    ...nameKeys(name, isFolder),
    isFolder,
    size: isFolder ? 0n : 1_000n,
    modifiedMicros: 1_700_000_000_000_000n,
    identity: `bench.${name}`,
  })
  const top = await database.fileEntry.create({ data: row(0, 'bench-names', true) })
  for (let from = 0; from < count; from += 1_000) {
    const folder = await database.fileEntry.create({ data: row(top.id, `folder ${from}`, true) })
    for (let part = 0; part < 1_000; part += 200)
      await database.fileEntry.createMany({
        data: Array.from({ length: 200 }, (_, at) =>
          row(folder.id, `${pick(words)} ${pick(words)} ${String(from + part + at).padStart(7, '0')}.jpg`, false),
        ),
      })
  }
}
