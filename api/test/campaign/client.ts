import { createHash } from 'node:crypto'
import { Client } from '../client.ts'

/** What a server said no to, with its code: it is alive, and nothing was done. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(`refused: ${code}`)
    this.code = code
  }
}

/** The public API as a program uses it that never gives up: anything but an answer means the server is gone. */
export class FileClient extends Client {
  async change(name: string, input: object, fields = ''): Promise<Record<string, string>> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
    const { data, errors } = await this.graphql(
      `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { code } ${fields} } }`,
      { input },
    )
    const answer = data?.[name]
    const code = errors?.[0]?.extensions.code ?? answer?.code
    if (code) throw new Refused(code)
    return answer
  }

  /** Sends a file in one upload. Resolves when the server has said that it has all of it. */
  async upload(path: string, bytes: Buffer, replace: boolean): Promise<void> {
    const metadata = { path, sha256: createHash('sha256').update(bytes).digest('hex'), ...(replace ? { replace: 'true' } : {}) }
    const encoded = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    const headers = { 'tus-resumable': '1.0.0', 'x-baluhost-csrf': '1' }
    const created = await this.fetch('/uploads', {
      method: 'POST',
      headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': encoded.join(',') },
    })
    await requireStatus(created, 201)
    const sent = await this.fetch(created.headers.get('location') ?? '', {
      method: 'PATCH',
      headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes),
    })
    await requireStatus(sent, 204)
  }

  /** SHA-256 of what a download gives; null when there is no such file. */
  async hashOf(path: string): Promise<string | null> {
    const response = await this.fetch(`/files${path.split('/').map(encodeURIComponent).join('/')}`)
    if (response.status === 404) {
      await response.arrayBuffer()
      return null
    }
    const bytes = Buffer.from(await response.arrayBuffer())
    if (response.status !== 200) throw new Error(`A download of ${path} answered ${response.status}: ${bytes.subarray(0, 200)}`)
    return createHash('sha256').update(bytes).digest('hex')
  }

  /** The tree below a folder as the graph lists it: paths of files with their sizes, of folders with null. */
  async tree(top: string): Promise<Map<string, number | null>> {
    const found = new Map<string, number | null>()
    const open = [top]
    for (let path = open.pop(); path; path = open.pop()) {
      const { data, errors } = await this.graphql(
        'query ($path: Path!) { files(path: $path, first: 500) { nodes { path isFolder size } } }',
        {
          path,
        },
      )
      if (errors) throw new Error(JSON.stringify(errors))
      for (const node of data.files.nodes) {
        found.set(node.path, node.isFolder ? null : node.size)
        if (node.isFolder) open.push(node.path)
      }
    }
    return found
  }
}

async function requireStatus(response: Response, wanted: number): Promise<void> {
  const text = await response.text()
  if (response.status === wanted) return
  if (response.status >= 500) throw new Error(`The server answered ${response.status}: ${text}`)
  throw new Refused(String((JSON.parse(text || '{}') as { code?: string }).code ?? response.status))
}
