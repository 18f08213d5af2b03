import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { createSkipReporter } from './test/support/skip-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests see nothing of this machine's engines, credentials and configuration.
    globalSetup: 'test/support/machine.ts',
    reporters: [
      createSkipReporter((line) => console.log(line)),
      ...(process.env['GITHUB_ACTIONS'] === 'true' ? ['github-actions'] : []),
    ],
    // On two cores too: most of the time a test waits for an engine. The default leaves one core to nobody.
    maxWorkers: Math.max(availableParallelism(), 2),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
