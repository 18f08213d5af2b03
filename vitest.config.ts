import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { createSkipReporter } from './test/support/skip-reporter.ts'

/** Files that measure the memory of their process, or replace modules: each runs in a process of its own. */
const alone = [
  // It starts a program for each step, and reads archives that take much memory.
  'test/e2e/bad-input.test.ts',
  // Rolldown keeps 500 MB, and starting a program takes longer the more memory the process has.
  'test/integration/bundle.test.ts',
  'test/integration/decompress.test.ts',
  'test/integration/engine/fetch.test.ts',
  'test/integration/layer.test.ts',
  'test/integration/messages.test.ts',
  'test/integration/registry-memory.test.ts',
  // It replaces RegExp.prototype.exec, after which every expression of the process takes V8's slow path.
  'test/unit/bounds/patterns.test.ts',
]

/**
 * Files that start many programs, which share processes of their own. Starting a program copies the page tables of the process: 2 ms of
 * processor time if it has 50 MB, and 14 ms if it has 350 MB, as those of the project `rest` have at their end.
 */
const programs = [
  'test/e2e/before-tags.test.ts',
  'test/e2e/command-line.test.ts',
  'test/e2e/copy.test.ts',
  'test/e2e/demo.test.ts',
  'test/e2e/large.test.ts',
  'test/e2e/lint.test.ts',
  'test/e2e/post.test.ts',
  'test/e2e/quirks.test.ts',
  'test/e2e/secret-canaries.test.ts',
  'test/e2e/time-limit.test.ts',
  'test/integration/cleanup/**/*.test.ts',
  'test/integration/cli/output.test.ts',
  'test/integration/compress.test.ts',
  'test/integration/containers/**/*.test.ts',
  'test/integration/docker/**/*.test.ts',
  'test/integration/engine/{apple,ask,keep-mounts,mount-scripts,nerdctl,old-buildx,watch,watch-podman}.test.ts',
  'test/integration/facts/{apple,nerdctl,origin,podman,probe}.test.ts',
  'test/integration/foreign-text.test.ts',
  'test/integration/host/exec/**/*.test.ts',
  'test/integration/host/print/outlet.test.ts',
  'test/integration/kubernetes/**/*.test.ts',
  'test/integration/source/{fetch-git,open-context}.test.ts',
]

export default defineConfig({
  test: {
    // Tests see nothing of this machine's engines, credentials and configuration.
    globalSetup: 'test/support/machine.ts',
    reporters: [
      createSkipReporter((line) => console.log(line)),
      ...(process.env['GITHUB_ACTIONS'] === 'true' ? ['github-actions'] : []),
    ],
    // Transformed sources are kept in node_modules for the next run.
    experimental: { fsModuleCache: true },
    // On two cores three: most of the time an end-to-end test waits for an engine. The default leaves one core to nobody. A fourth saves no time.
    maxWorkers: Math.max(availableParallelism() + 1, 2),
    // Concurrent tests wait for outages of a minute.
    maxConcurrency: 16,
    sequence: { sequencer: LongestFirst },
    setupFiles: 'test/support/stalls.ts',
    // Longer than a request may wait for its answer (60 s), so that its second attempt can be seen.
    testTimeout: 150_000,
    hookTimeout: 240_000,
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      // Files leave no state behind, so that they share their imports: half of the processor time of most. Projects start in the order of their
      // names.
      { extends: true, test: { name: 'programs', include: programs, isolate: false } },
      {
        extends: true,
        test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: [...alone, ...programs], isolate: false },
      },
    ],
  },
})
