import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { createSkipReporter } from './test/support/skip-reporter.ts'

export default defineConfig({
  test: {
    // Tests see nothing of this machine's engines, credentials and configuration.
    globalSetup: 'test/support/machine.ts',
    reporters: [
      createSkipReporter((line) => console.log(line)),
      ...(process.env['GITHUB_ACTIONS'] === 'true' ? ['github-actions'] : []),
    ],
    // On two cores three: most of the time an end-to-end test waits for an engine. The default leaves one core to nobody.
    maxWorkers: Math.max(availableParallelism() + 1, 2),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: ['test/unit/**'] },
      },
      {
        extends: true,
        // Unit tests leave no state behind, so that files share their imports: half of the processor time.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false },
      },
    ],
  },
})
