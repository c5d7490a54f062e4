// Api with watch and Next with fast refresh behind one address: what belongs to the server goes to the server, the rest
// (pages, hot updates and their WebSocket) goes to Next.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { createProxyServer } from 'httpxy'
import { root } from './paths.mjs'

const port = Number(process.env.BALUHOST_PORT ?? 8000)
const host = process.env.BALUHOST_HOST ?? '127.0.0.1'
const [apiPort, webPort] = [port + 1, port + 2]
const api = `http://127.0.0.1:${apiPort}`
const web = `http://127.0.0.1:${webPort}`
const belongsToServer = /^\/(graphql|api|files|thumbnails|avatars|uploads|audit\/export|healthz|readyz|metrics|playground)(\/|\?|$)/

const children = [
  spawn(process.execPath, ['--watch', '--watch-preserve-output', 'api/src/main.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, BALUHOST_PORT: String(apiPort), BALUHOST_HOST: '127.0.0.1' },
  }),
  spawn(process.execPath, [`${root}/node_modules/next/dist/bin/next`, 'dev', '--port', String(webPort), '--hostname', '127.0.0.1'], {
    cwd: `${root}/web`,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  }),
  spawn(process.execPath, [`${root}/node_modules/@graphql-codegen/cli/esm/bin.js`, '--config', 'codegen.ts', '--watch', '--silent'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  }),
]

const proxy = createProxyServer({})
const targetOf = (url) => (belongsToServer.test(url) ? api : web)
const server = createServer((request, response) => {
  proxy.web(request, response, { target: targetOf(request.url) }).catch(() => {
    if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' })
    response.end('Starting …')
  })
})
server.on('upgrade', (request, socket, head) =>
  proxy.ws(request, socket, { target: targetOf(request.url) }, head).catch(() => socket.destroy()),
)
server.listen(port, host, () => console.log(`BaluHost (development) on http://${host}:${port}`))

function stop() {
  for (const child of children) child.kill('SIGTERM')
  server.close()
  server.closeAllConnections()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
children[0].on('exit', stop)
