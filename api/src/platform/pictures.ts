import type { default as Sharp } from 'sharp'

/** What may read a picture: nothing that runs, such as SVG, and nothing that follows addresses. https://www.libvips.org/API/current/class.ForeignLoad.html */
const readers = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}`)

let loading: Promise<typeof Sharp> | null = null

/** Decodes and encodes pictures. Loaded with the first one: it is 20 MB that most starts never need. */
export function loadSharp(): Promise<typeof Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({ operation: readers })
    return sharp
  })
  return loading
}
