import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const entry = resolve(import.meta.dirname, '../../../src/cli/index.ts')

/** Runs the command line with its standard output redirected by a shell. */
function run(redirected: string) {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `"$0" --no-warnings "$1" --help ${redirected}`, process.execPath, entry],
    {
      encoding: 'utf8',
    },
  )
  return { status, stderr }
}

it('a result that the disk does not take is a failure', () => {
  const { status, stderr } = run('> /dev/full')
  expect(stderr).toMatch(/^error: Cannot write to standard output: .*ENOSPC/)
  expect(status).toBe(1)
})

it('a reader that closes the pipe ends nothing', () => {
  expect(run('| true')).toEqual({ status: 0, stderr: '' })
  expect(run('2>&1 >&- | cat; exit 0')).toEqual({ status: 0, stderr: '' })
})
