import type { TestServer } from './test-server.ts'

/** Raw requests of the tus protocol, as `ben` unless a header says otherwise. */
export function createTusClient(server: () => TestServer) {
  const metadata = (pairs: Record<string, string>) =>
    Object.entries(pairs)
      .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
      .join(',')

  const tus = (method: string, url: string, headers: Record<string, string> = {}, body?: Buffer): Promise<Response> =>
    fetch(new URL(url, server().origin), {
      method,
      headers: {
        'tus-resumable': '1.0.0',
        'x-user': 'ben',
        ...(method === 'PATCH' ? { 'content-type': 'application/offset+octet-stream' } : {}),
        ...headers,
      },
      ...(body ? { body: new Uint8Array(body) } : {}),
    })

  const create = (path: string, length: number, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    tus('POST', '/uploads', { 'upload-length': String(length), 'upload-metadata': metadata({ path, ...more }), ...headers })

  const patch = (url: string, offset: number, body: Buffer, headers: Record<string, string> = {}) =>
    tus('PATCH', url, { 'upload-offset': String(offset), ...headers }, body)
  const offsetOf = async (url: string) => (await tus('HEAD', url)).headers.get('upload-offset')
  const locationOf = (response: Response) => response.headers.get('location') ?? ''
  return { metadata, tus, create, patch, offsetOf, locationOf }
}

/** What an error answer holds besides its status. */
export async function problemOf(response: Response): Promise<{ status: number; type: string | null; code: unknown; complete: boolean }> {
  const body = (await response.json()) as Record<string, unknown>
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    code: body['code'],
    complete: typeof body['message'] === 'string' && typeof body['requestId'] === 'string',
  }
}
