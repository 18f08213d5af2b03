import { expect, onTestFinished, test } from 'vitest'
import { toActionError } from '../../../src/errors/action-error.ts'
import { inputRows } from '../../../src/inputs/schema.ts'
import { run } from '../../../src/run.ts'
import { createTestHost } from '../../support/host.ts'
import { startRegistry } from '../../support/registry.ts'
import { tempFolder } from '../../support/temp.ts'

/** Builds and pushes an image with the embedded engine in this process. */
async function build(host: string, given: Readonly<Record<string, string>> = {}) {
  const context = tempFolder({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' })
  const test = createTestHost({ env: { HOME: tempFolder() }, tempDir: tempFolder() })
  onTestFinished(test.close)
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  const texts: Readonly<Record<string, string>> = {
    ...{ 'github-token': '', retries: '0', engine: 'embedded', platforms: 'linux/amd64', push: 'true', context },
    ...{ tags: `${host}/app:1`, ...given },
  }
  const later: (() => Promise<void>)[] = []
  const readInput = (name: string) => texts[name] ?? rows[name]?.default ?? ''
  const error = await run(test, readInput, (work) => void later.push(work)).then(
    () => undefined,
    (thrown: unknown) => toActionError(thrown),
  )
  const ended = async (): Promise<void> => {
    for (const work of later) await work()
  }
  return { error, ended, log: test.log.lines }
}

test('a build that starts before preflight has passed shows its output after it, and is pushed', async () => {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  registry.misbehave({ on: 'upload-start', do: 'delay', milliseconds: 50 })
  const { error, log } = await build(registry.host)
  expect(error).toBeUndefined()
  const passed = log.findIndex((line) => line.startsWith('Preflight passed'))
  expect(passed).toBeGreaterThan(-1)
  expect(log.indexOf('Build linux/amd64')).toBeGreaterThan(passed)
  expect(registry.store.tags.get('app')?.size).toBe(1)
})

test('a build that starts before preflight has failed only reads, and leaves no output', async () => {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  registry.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: Infinity })
  const { error, log } = await build(registry.host)
  expect(error).toMatchObject({ code: 'registry-denied' })
  expect(log).not.toContain('Build linux/amd64')
  expect(new Set(registry.kinds())).toEqual(new Set(['ping', 'upload-start', 'manifest-get']))
})

test('errors of files and of registries are reported together', async () => {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  registry.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: Infinity })
  const { error } = await build(registry.host, { 'secret-files': 'token=gone' })
  expect(error?.message).toMatch(/^Preflight found 2 problems:/)
  expect(error?.message).toMatch(/secret token/)
  expect(error?.message).toMatch(/Cannot push to/)
})

test('a step fetches one token, pings the registry once and asks for each tag twice', async () => {
  const auth = { kind: 'token', username: 'ann', password: 'correct horse battery' } as const
  const registry = await startRegistry({ auth })
  onTestFinished(registry.close)
  const { error } = await build(registry.host, {
    ...{ registry: registry.host, username: auth.username, password: auth.password },
    tags: ['a', 'b', 'c'].map((tag) => `${registry.host}/app:${tag}`).join(),
  })
  expect(error).toBeUndefined()
  const counts = Object.groupBy(registry.journal, ({ kind }) => kind)
  const count = (kind: keyof typeof counts) => counts[kind]?.length ?? 0
  expect([count('ping'), count('token')]).toEqual([1, 1])
  // By digest once; each tag before and after it is written.
  expect([count('manifest-head'), count('manifest-put')]).toEqual([1 + 2 * 3, 1 + 3])
})

test('the last request of preflight delays no tag, and ends before the step', async () => {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  registry.misbehave({ on: 'upload-cancel', do: 'hang' })
  const { error, ended } = await build(registry.host)
  expect(error).toBeUndefined()
  expect(registry.store.tags.get('app')?.size).toBe(1)
  let isOver = false
  ended().then(() => (isOver = true))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(isOver).toBe(false)
})
