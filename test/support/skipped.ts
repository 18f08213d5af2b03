import { spawnSync } from 'node:child_process'

/** The start of the line in which a test file names the requirements of its skipped tests; the reporter collects these lines. */
export const skipPrefix = 'Skipped, for want of '

/**
 * Which of the programs this machine lacks, or undefined if it has all: a reason for `skipIf`. Under CI on Linux a
 * missing program is an error.
 */
export function missingPrograms(...programs: readonly string[]): string | undefined {
  const names = programs.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error).join(', ')
  if (names === '') return undefined
  if (process.env['CI'] && process.platform === 'linux') {
    throw new Error(`Under CI nothing may be skipped, but there is no program ${names}`)
  }
  console.warn(skipPrefix + names)
  return names
}
