import { mimeTypeOf } from '../files/model.ts'

/** Types that a browser shows without running anything that is in them. */
const passive = /^(image\/(?!svg)|audio\/|video\/|application\/pdf$)/
/** Text that a browser would run or take apart; all other text is shown as plain text. */
const active =
  /^(text\/(html|xml|javascript|css|xsl|cache-manifest|ecmascript)|.*\+xml|.*\/xml|application\/(javascript|ecmascript|x-javascript))$/
const plain = /^(text\/|application\/(json|x-sh|toml|yaml|x-yaml|sql|x-tex|x-subrip)$|.*\+json$)/

/** How the bytes of a file of that name may reach a browser: as what type, shown or only saved. */
export function presentation(name: string, forceDownload: boolean): Record<string, string> {
  const type = mimeTypeOf(name) ?? 'application/octet-stream'
  const isText = plain.test(type) && !active.test(type)
  const shown = !forceDownload && (isText || passive.test(type))
  const headers: Record<string, string> = {
    'content-type': isText ? 'text/plain; charset=utf-8' : type,
    'content-disposition': `${shown ? 'inline' : 'attachment'}; ${dispositionNames(name)}`,
  }
  // Whatever opens it anyhow runs it without an origin and without the network. Not for what is shown: viewers of PDF need scripts
  // of their own. Only our own preview may hold it in a frame.
  headers['content-security-policy'] =
    !shown || !passive.test(type) ? "sandbox; default-src 'none'; frame-ancestors 'self'" : "frame-ancestors 'self'"
  return headers
}

/** RFC 6266: a name for those that know ASCII only, and the whole name as RFC 8187 writes it. */
function dispositionNames(name: string): string {
  const ascii = name.replace(/[^\u0020-\u007e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`
}
