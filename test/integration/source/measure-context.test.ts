import { chmodSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { measureContext } from '../../../src/source/measure-context.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

async function measured(context: string): Promise<string | undefined> {
  const host = createTestHost({ env: {}, tempDir: tempFolder() })
  onTestFinished(host.close)
  return measureContext(await runOf(makePlan(inputsOf({ context }), factsOf()), host))
}

const files = { Dockerfile: 'FROM scratch\n', 'a/b': 'content', '.dockerignore': 'out\n' }

describe('measureContext()', () => {
  test('counts files that are not ignored; the digest does not depend on times and ignored files', async () => {
    const [one, two] = [tempFolder(files), tempFolder({ ...files, 'out/large': 'x'.repeat(1000) })]
    utimesSync(join(two, 'a/b'), 1, 1)
    const found = await measured(one)
    expect(found).toMatch(/^3 files, 24 B, sha256:[0-9a-f]{64}$/)
    expect(await measured(two)).toBe(found)
  })

  test.each<{ name: string; change: (folder: string) => void }>([
    { name: 'a content of the same size', change: (folder) => writeFileSync(join(folder, 'a/b'), 'CONTENT') },
    { name: 'permissions', change: (folder) => chmodSync(join(folder, 'a/b'), 0o755) },
    {
      name: 'a link in place of a file',
      change: (folder) => {
        unlinkSync(join(folder, 'a/b'))
        symlinkSync('../Dockerfile', join(folder, 'a/b'))
      },
    },
    { name: 'an empty file', change: (folder) => writeFileSync(join(folder, 'a/c'), '') },
  ])('the digest changes with $name', async ({ change }) => {
    const folder = tempFolder(files)
    const before = await measured(folder)
    change(folder)
    expect(await measured(folder)).not.toBe(before)
  })

  test('ends when the run is cancelled', async () => {
    const cancel = new AbortController()
    const context = tempFolder({
      ...files,
      ...Object.fromEntries(Array.from({ length: 800 }, (_, at) => [`f/${at}`, ''])),
    })
    const host = createTestHost({ env: {}, tempDir: tempFolder(), signal: cancel.signal })
    onTestFinished(host.close)
    const run = await runOf(makePlan(inputsOf({ context }), factsOf()), host)
    await run.source.own()
    setImmediate(() => cancel.abort())
    await expect(measureContext(run)).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('stops at the limit of files', async () => {
    const many = Object.fromEntries(Array.from({ length: limits.contextFiles + 1 }, (_, at) => [`f/${at}`, '']))
    expect(await measured(tempFolder({ Dockerfile: 'FROM scratch\n', ...many }))).toBe('more than 10000 files')
  })

  test('does not fetch a repository', async () => {
    expect(await measured('https://git.invalid/a/b.git#main')).toBeUndefined()
  })
})
