import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { goodPassword, startNasWithAdmin } from '../../test/nas.ts'
import { hasNginx, startNginx } from '../../test/nginx.ts'

/** The lines that the page for installers gives, with the places of this test. */
function documentedLines(origin: string, storageDir: string): string {
  const page = readFileSync(new URL('../../../docs/operations/proxy.md', import.meta.url), 'utf8')
  const block = page.match(/```nginx\n([^`]*internal;[^`]*)```/)?.[1] ?? ''
  return `${block.replaceAll('/srv/storage', storageDir)}
    location / {
      proxy_pass ${origin};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
    }`
}

test.skipIf(!hasNginx())('nginx sends the files itself, by the documented lines, and nothing that is not ours to give', async () => {
  const { nas, admin } = await startNasWithAdmin({
    env: { BALUHOST_TRUSTED_PROXIES: '127.0.0.0/8', BALUHOST_ACCEL_PREFIX: '/baluhost-storage' },
  })
  const nginx = await startNginx(documentedLines(nas.origin, nas.storageDir))
  try {
    const content = randomBytes(3_000_000)
    mkdirSync(`${nas.storageDir}/Shared/d`)
    writeFileSync(`${nas.storageDir}/Shared/d/ü 100% a?b#c.mp4`, content)
    writeFileSync(`${nas.storageDir}/Shared/page.html`, '<script>1</script>')
    const load = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${nginx.origin}${path}`, { method, headers: { cookie: admin.cookie ?? '', ...headers } })
    const path = `/files/Shared/d/${encodeURIComponent('ü 100% a?b#c.mp4')}`
    const whole = await load(path)
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length')]).toEqual([200, 'video/mp4', '3000000'])
    expect(Buffer.from(await whole.arrayBuffer()).equals(content)).toBe(true)
    expect(whole.headers.get('server')).toMatch(/nginx/)
    const part = await load(path, { range: 'bytes=5-9' })
    expect([part.status, Buffer.from(await part.arrayBuffer()).equals(content.subarray(5, 10))]).toEqual([206, true])
    const etag = whole.headers.get('etag') ?? ''
    expect((await load(path, { 'if-none-match': etag })).status).toBe(304)
    const head = await load(path, {}, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '3000000'])

    // What keeps a browser from running a file must come through.
    const page = await load('/files/Shared/page.html')
    await page.text()
    expect(page.headers.get('content-security-policy')).toMatch(/^sandbox/)
    expect(page.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('cache-control')).toBe('private, no-cache')

    await admin.createUser({ username: 'ben', password: goodPassword })
    for (const address of ['/baluhost-storage/Shared/page.html', '/files/Shared/none']) expect((await load(address)).status).toBe(404)
    expect((await fetch(`${nginx.origin}${path}`)).status).toBe(401)
    // A link that got there after the server looked: nginx opens by the path again.
    symlinkSync('/etc', `${nas.storageDir}/Shared/etc`)
    expect((await load('/files/Shared/etc/hostname')).status).toBe(403)
  } finally {
    nginx.stop()
    await nas.close()
  }
})
