import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { InputName } from '../../src/inputs/schema.ts'
import { readInputs } from '../../src/read-inputs.ts'
import { createTestHost } from '../support/host.ts'
import { tempFolder } from '../support/temp.ts'

async function read(given: Partial<Record<InputName, string>>) {
  const host = createTestHost()
  onTestFinished(host.close)
  const texts: Readonly<Record<string, string>> = given
  return (await readInputs(host, (name) => texts[name] ?? '')).inputs
}

test('readInputs() reads the files of build-args-file, with their expressions', async () => {
  const folder = tempFolder({ 'a.env': "A=1\nDAY={{date 'YYYY'}}\n", 'b.env': 'A=2\n' })
  const files = ['a.env', 'b.env'].map((name) => join(folder, name)).join('\n')
  const { buildArgs, expressions } = await read({ 'build-args-file': files })
  expect(buildArgs).toEqual({ A: '2', DAY: "{{date 'YYYY'}}" })
  expect(expressions?.fill(buildArgs['DAY'] ?? '', { version: '', created: '' })).toMatch(/^\d{4}$/)
})

test('readInputs() rejects unreadable and endless files', async () => {
  const folder = tempFolder({ 'large.env': 'A'.repeat(1_100_000) })
  const missing = join(folder, 'none.env')
  const files = [missing, folder, '/dev/zero', join(folder, 'large.env')].join('\n')
  const failure = await read({ 'build-args-file': files }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'input-invalid' })
  expect(String(failure)).toContain(`line 1: cannot read "${missing}": it does not exist`)
  expect(String(failure)).toMatch(/line 2: cannot read ".*": it is not a regular file/)
  expect(String(failure)).toContain('line 3: cannot read "/dev/zero": it is not a regular file')
  expect(String(failure)).toMatch(/line 4: cannot read ".*large.env": it is larger than 1\.0 MB/)
})

test('readInputs() loads the parser of a YAML mapping of labels', async () => {
  expect((await read({ labels: 'a.b: 1.10' })).labels).toEqual({ 'a.b': '1.10' })
})
