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
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
