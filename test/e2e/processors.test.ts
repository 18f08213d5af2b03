import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { typescriptArguments } from '../support/node.ts'
import { missing, part } from './support/rig.ts'

// Node's zlib is Chromium's, with separate code for processors with SSE 4.2, PCLMUL, AVX. qemu64 has none of these.

describe.skipIf(missing('emulators') !== undefined || process.arch !== 'x64')('the bytes of a layer', () => {
  it('are the same on a processor without vector instructions for zlib', () => {
    const script = join(import.meta.dirname, '../support/compressed-digests.ts')
    const old = [
      join(part('emulators'), 'qemu-x86_64'),
      '-cpu',
      'qemu64',
      process.execPath,
      ...typescriptArguments,
      script,
    ]
    const [here, there] = [[process.execPath, ...typescriptArguments, script], old].map(([program = '', ...args]) =>
      execFileSync(program, args, { encoding: 'utf8' }),
    )
    expect(there).toMatch(/"gzip 4 text":"[0-9a-f]+"/)
    expect(there).toBe(here)
  }, 180_000)
})
