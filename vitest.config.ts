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
          globalSetup: ['web/e2e/harness/global-setup.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One after the other, and after everything else: a browser, a server and a clock share this machine.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
