import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    setupFiles: ['test/end-with-runner.ts'],
    // They wait more than they compute: more at once than there are processors
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', 'test/unit/**/*.test.ts', 'bench/*/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts', 'test/e2e/**/*.test.ts', 'bench/*.test.ts'],
          globalSetup: ['test/servers/harness/global-setup.ts'],
          // The servers are most of the load: one suite at a time, after the unit tests
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
