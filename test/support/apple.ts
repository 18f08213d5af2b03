import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppleContainer } from '../../src/containers/apple/plan-apple-containers.ts'
import { createTestHost, type TestHost } from './host.ts'
import { tempFolder, writeProgram } from './temp.ts'

export type FakeApple = {
  readonly host: TestHost
  readonly apple: AppleContainer
  /** Files of the program. */
  readonly state: string
  /** The arguments of its calls that begin with `command`. */
  readonly calls: (command: string) => readonly (readonly string[])[]
}

/** A Mac with a program that behaves as the documentation of Apple's `container` says; its services are stopped. */
export function fakeApple(env: Readonly<Record<string, string>> = {}): FakeApple {
  const root = tempFolder({ 'bin/': '', 'state/': '' })
  const [path, state, tempDir] = [join(root, 'bin/container'), join(root, 'state'), join(root, 'polyarch-abc123')]
  mkdirSync(tempDir, { mode: 0o700 })
  const script = fileURLToPath(new URL('./apple-container.mjs', import.meta.url))
  writeProgram(path, `APPLE_STATE='${state}' exec '${process.execPath}' '${script}' "$@"`)
  const host = createTestHost({
    os: 'darwin',
    tempDir,
    env: { ...env, PATH: `${dirname(path)}:${process.env['PATH']}` },
  })
  const calls = (command: string) =>
    readFileSync(join(state, 'calls.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[])
      .filter((args) => args.join(' ').startsWith(command))
  return { host, apple: { kind: 'apple', path, version: '1.2.2' }, state, calls }
}
