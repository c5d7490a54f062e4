import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        // graphql has a second copy of itself under the condition `development`; the libraries that Node loads use the first.
        ssr: { resolve: { conditions: ['module', 'node'] } },
        test: { name: 'api', include: ['api/**/*.test.ts'], environment: 'node', testTimeout: 20_000, hookTimeout: 30_000 },
      },
      './web/vitest.config.ts',
      {
        test: {
          name: 'e2e',
          include: ['web/e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
