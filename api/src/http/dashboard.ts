import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { RequestRefused } from './problem.ts'

/** What the dashboard's build says about itself: the hashes of each page's inline scripts, as CSP wants them. */
interface ExportManifest {
  readonly pages: Record<string, readonly string[]>
  readonly styles?: readonly string[]
}

/** Serves the exported dashboard from `folder`: precompressed, hashed assets for ever, pages always asked anew. */
export async function installDashboard(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(`${folder}/export.json`)) {
    app.log.warn('the dashboard is not built: npm run start builds it')
    app.setNotFoundHandler(() => {
      throw nothingHere()
    })
    return
  }
  const manifest = JSON.parse(readFileSync(`${folder}/export.json`, 'utf8')) as ExportManifest
  const policies = new Map(Object.entries(manifest.pages).map(([page, hashes]) => [page, pagePolicy(hashes, manifest.styles ?? [])]))

  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    etag: true,
    cacheControl: false,
    // For the server alone.
    allowedPath: (path) => path !== '/export.json' && path !== '/operations.json',
    setHeaders(reply, path) {
      const file = relative(folder, path).replace(/\.(br|gz)$/, '')
      const policy = policies.get(file)
      if (policy) reply.header('content-security-policy', policy)
      reply.header(
        'cache-control',
        // Only these carry a hash of their content in their names.
        file.startsWith('_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
  // Next writes a folder beside each page (people.html, people/…), and a folder hides the page from `extensions`.
  for (const page of policies.keys()) {
    if (page !== 'index.html') app.get(`/${page.replace(/\.html$/, '')}`, (_request, reply) => reply.sendFile(page))
  }
  // Where browsers look while a page names no icon, as for a moment between two pages.
  app.get('/favicon.ico', (_request, reply) => reply.sendFile('icon.svg'))
  app.setNotFoundHandler((request, reply) => {
    const belongsToServer = /^\/(api|avatars|files|uploads|graphql)(\/|$)/.test(request.url)
    if (belongsToServer || (request.method !== 'GET' && request.method !== 'HEAD') || !request.headers.accept?.includes('text/html')) {
      throw nothingHere()
    }
    return reply.code(404).sendFile('404.html')
  })
}

function nothingHere(): RequestRefused {
  return new RequestRefused(404, 'NOT_FOUND', 'There is nothing at this address.')
}

function pagePolicy(scriptHashes: readonly string[], styleHashes: readonly string[]): string {
  const quoted = (hashes: readonly string[]) => hashes.map((hash) => ` '${hash}'`).join('')
  return [
    "default-src 'none'",
    `script-src 'self'${quoted(scriptHashes)}`,
    `style-src 'self'${quoted(styleHashes)}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
