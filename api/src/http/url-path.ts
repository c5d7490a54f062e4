import type { FastifyRequest } from 'fastify'
import { InvalidInput } from '../platform/errors.ts'

/**
 * The path of the storage that stands in the address behind `prefix`. Each part is decoded on its own, so that an encoded slash cannot
 * become a separator. Throws INVALID_INPUT.
 */
export function pathBehind(prefix: string, request: FastifyRequest): string {
  const [encoded = ''] = (request.raw.url ?? '').slice(prefix.length).split('?', 1)
  return encoded
    .split('/')
    .map((segment) => {
      try {
        const name = decodeURIComponent(segment)
        if (!name.includes('/')) return name
      } catch {
        // Said below, as for the slash.
      }
      throw new InvalidInput('The address does not hold a path in UTF-8 with percent-encoding.', 'path')
    })
    .join('/')
}
