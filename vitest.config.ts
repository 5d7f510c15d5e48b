import { defineConfig } from 'vitest/config'
import { FUZZ_SECONDS } from './test/fuzz-seconds.ts'

export default defineConfig({
  test: {
    setupFiles: ['test/end-with-runner.ts'],
    // They wait more than they compute: more at once than there are processors
    maxWorkers: 4,
    // Nothing is asserted of time: these are for what never comes true, on a machine that has ten times as much to do
    testTimeout: 120_000 + 2000 * (FUZZ_SECONDS ?? 0),
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // They leave nothing behind, and loading the program for each file anew is most of the work
          isolate: false,
          include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts', 'bench/*/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          // Without a server too, and not part of what is run after each change
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          sequence: { groupOrder: 1 },
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
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
