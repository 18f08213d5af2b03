import { DefaultReporter, type TestModule, type Vitest } from 'vitest/node'
import { seedLine } from './seeded-part.ts'
import { skipPrefix } from './skipped.ts'

export type FileCounts = { readonly path: string; readonly skipped: number; readonly all: number }

/**
 * What was skipped: a line for each file with the parts of the rig that it lacks, and the sum. Empty if nothing was.
 * `lacking` has the parts by the file's path.
 */
export function skipLines(
  files: readonly FileCounts[],
  lacking: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const rows = files.filter(({ skipped }) => skipped > 0).toSorted((a, b) => (a.path < b.path ? -1 : 1))
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(({ path }) => path.length))
  const sum = rows.reduce((before, { skipped }) => before + skipped, 0)
  return [
    'Skipped:',
    ...rows.map(({ path, skipped, all }) => {
      const parts = [...(lacking.get(path) ?? [])].join(', ')
      return `  ${path.padEnd(width)}  ${skipped} of ${all} tests${parts && ` (needs ${parts})`}`
    }),
    '',
    `${sum} ${sum === 1 ? 'test' : 'tests'} skipped. To run them, start the real Docker daemons and registries that they`,
    'need with `sudo test/rig/rig up` (Debian or Ubuntu; see test/rig/README.md).',
  ]
}

/** Vitest's default reporter, which prints the seed at the end, and lists skipped tests with the reasons. */
export function createSkipReporter(print: (line: string) => void): DefaultReporter {
  const reporter = new DefaultReporter()
  const lacking = new Map<string, Set<string>>()
  const base = { log: reporter.onUserConsoleLog.bind(reporter), end: reporter.onTestRunEnd.bind(reporter) }
  let vitest: Vitest | undefined
  const init = reporter.onInit.bind(reporter)
  reporter.onInit = (given) => {
    vitest = given
    init(given)
  }
  reporter.onUserConsoleLog = (log, state) => {
    const lines = log.content.trimEnd().split('\n')
    const path = log.taskId === undefined ? undefined : vitest?.state.idMap.get(log.taskId)?.file.name
    if (path === undefined || !lines.every((line) => line.startsWith(skipPrefix))) return base.log(log, state)
    const parts = lines.flatMap((line) => line.slice(skipPrefix.length).split(', '))
    lacking.set(path, new Set([...(lacking.get(path) ?? []), ...parts]))
  }
  reporter.onTestRunEnd = (modules, errors, reason) => {
    base.end(modules, errors, reason)
    print(`${seedLine()}\n`)
    const lines = skipLines(modules.map(countsOf), lacking)
    // With `-t`, the other tests are skipped on purpose.
    if (lines.length > 0 && !vitest?.config.testNamePattern) print(`${lines.join('\n')}\n`)
  }
  return reporter
}

function countsOf({ children, relativeModuleId }: TestModule): FileCounts {
  const states = [...children.allTests()].map((test) => test.result().state)
  return { path: relativeModuleId, skipped: states.filter((state) => state === 'skipped').length, all: states.length }
}
