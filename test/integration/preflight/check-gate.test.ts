import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { checkGate } from '../../../src/preflight/check-gate.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { tempFolder } from '../../support/temp.ts'

/** Checks `commands` with a PATH that has the program `scanner`, the file `plain` and the directory `folder`. */
async function check(commands: (root: string) => string, os: NodeJS.Platform = 'linux') {
  const root = tempFolder({ 'bin/scanner': '', 'bin/tool.exe': '', 'bin/plain': '', 'bin/folder/x': '' })
  for (const name of ['scanner', 'tool.exe']) chmodSync(join(root, 'bin', name), 0o755)
  const host = createTestHost({ env: { [os === 'win32' ? 'Path' : 'PATH']: join(root, 'bin') }, os })
  onTestFinished(host.close)
  const inputs = inputsOf({ images: 'example.com/app', push: 'true', 'before-tags': commands(root) })
  return checkGate({ plan: makePlan(inputs, factsOf()), host })
}

describe('checkGate()', () => {
  test('accepts programs on PATH, and by their path', async () => {
    await expect(
      check((root) => `scanner --all\n${root}/bin/scanner\n${root}/bin/../bin/scanner x`),
    ).resolves.toBeUndefined()
    await expect(check(() => 'tool', 'win32')).resolves.toBeUndefined()
  })

  test.each([
    [
      'scaner a',
      'Cannot run scaner (before-tags, line 2): it is not in PATH',
      'Did you mean scanner? Install it in a step before',
    ],
    ['tool', 'Cannot run tool (before-tags, line 2): it is not in PATH', 'Install it in a step before'],
    ['plain', 'Cannot run plain (before-tags, line 2): it is not executable', 'chmod +x plain'],
    ['folder', 'Cannot run folder (before-tags, line 2): it is not in PATH', 'Install it'],
    ['ROOT/bin/folder', 'Cannot run ROOT/bin/folder (before-tags, line 2): it is a directory', 'Name a program in it.'],
    [
      'ROOT/bin/scnaner',
      'Cannot run ROOT/bin/scnaner (before-tags, line 2): it does not exist',
      'Did you mean ROOT/bin/scanner? ',
    ],
    [
      './not/checked/out.sh',
      'Cannot run ./not/checked/out.sh (before-tags, line 2): it does not exist',
      'actions/checkout',
    ],
  ])('rejects %s', async (command, message, hint) => {
    let at = ''
    const checking = check((root) => {
      at = root
      return `scanner\n${command.replace('ROOT', root)}`
    })
    const error = await checking.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'gate-failed',
      message: message.replace('ROOT', at),
      hint: expect.stringContaining(hint.replace('ROOT', at)),
    })
  })

  test('lists all commands that cannot be run', async () => {
    await expect(check(() => 'scaner\nscanner\nnope')).rejects.toMatchObject({
      message: expect.stringMatching(/^Preflight found 2 problems:(?:.|\n)*line 1(?:.|\n)*line 3/),
    })
  })
})
