import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

// Runs in the page that api/src/http/playground.ts serves. The csrf header is what the cookie needs to be believed. The
// first operation has no name: GraphiQL remembers names a moment longer than texts, and would ask for one that is gone.
const start = `self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => '/playground/' + label + '.worker.js' }
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  endpoint: '/graphql',
  subscriptionsProtocol: 'WS',
  credentials: 'same-origin',
  headers: JSON.stringify({ 'x-baluhost-csrf': '1' }),
  title: 'BaluHost playground',
  defaultQuery: '# What the dashboard sees, you can ask for here. A live example:\\nsubscription {\\n  telemetryChanged {\\n    at\\n    cpuPercent\\n    memoryUsed\\n  }\\n}\\n',
})
`

/** Writes GraphiQL as files of our own, so that the playground needs no other host and no inline script. */
export async function writePlayground(folder) {
  const { css, editorWorkerService, graphqlWorker, js, jsonWorker } = await import(
    `../../node_modules/@graphql-yoga/render-graphiql/esm/graphiql.js`
  )
  mkdirSync(folder, { recursive: true })
  const files = {
    'graphiql.css': css,
    'graphiql.js': js,
    'styles.js': readFileSync(new URL('./styles.js', import.meta.url), 'utf8'),
    'start.js': start,
    'editorWorkerService.worker.js': editorWorkerService,
    'json.worker.js': jsonWorker,
    'graphql.worker.js': graphqlWorker,
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(`${folder}/${name}`, text)
    writeFileSync(`${folder}/${name}.gz`, await compress(text, { level: 9 }))
  }
}
