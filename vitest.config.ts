import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql has a second copy of itself under the condition `development`; the libraries that Node loads use the first.
  ssr: { resolve: { conditions: ['module', 'node'] } },
})
