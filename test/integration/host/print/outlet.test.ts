import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { foreignCommands, mark } from '../../../support/hostile.ts'
import { readAsRunner } from '../../../support/runner-commands.ts'

it('guardOutput() prevents Node from printing warnings and uncaught errors', () => {
  const script = resolve(import.meta.dirname, '../../../support/print-uncaught.ts')
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--no-deprecation', script], { encoding: 'utf8' })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  expect(stdout).toContain(mark)
  expect(foreignCommands(stdout)).toEqual([])
  expect(new Set(readAsRunner(stdout).commands.map(({ name }) => name))).toEqual(new Set(['debug', 'warning']))
})
