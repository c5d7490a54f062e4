import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const here = path.dirname(fileURLToPath(import.meta.url))

const config: NextConfig = {
  output: 'export',
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  turbopack: {
    root: path.dirname(here),
    // The page's policy allows no inline style. These two libraries insert <style> elements at run time: one gets its
    // sheet as a file instead (globals.css imports it), the other gets a constructable sheet, which the policy does not concern.
    resolveAlias: { 'react-style-singleton': './src/ui/style-singleton.ts' },
    rules: {
      '**/src/**/*.{ts,tsx}': {
        condition: { all: [{ not: 'foreign' }, { content: /\bgraphql\(`/ }] },
        loaders: [path.join(here, 'scripts/own-documents.cjs')],
      },
      '**/sonner/dist/index.mjs': { loaders: [path.join(here, 'scripts/without-inserted-style.cjs')], as: '*.mjs' },
    },
  },
}

export default config
