import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ErrorCode, exitStatus } from '../../src/errors/action-error.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const [, table = ''] = /const exitStatuses = \{([\s\S]*?)\}/.exec(read('src/errors/action-error.ts')) ?? []
const codes = [...table.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, code]) => code as ErrorCode)

it('docs/errors.md has every error code once, in the order of errors.ts, with its exit status', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `([a-z-]+)` \| (\d+) \|/gm)]
  expect(rows.map(([, code, status]) => [code, Number(status)])).toEqual(codes.map((code) => [code, exitStatus(code)]))
  expect(codes.length).toBeGreaterThan(20)
})

it('README.md has every error code behind its exit status', () => {
  const rows = [...read('README.md').matchAll(/^\| (75|66|1) \| [^|]+ \| ([^|]+) \|$/gm)]
  const expected = [75, 66, 1].map((status) => [status, codes.filter((code) => exitStatus(code) === status)])
  const found = rows.map(([, status, list = '']) => [
    Number(status),
    [...list.matchAll(/`([a-z-]+)`/g)].map((m) => m[1]),
  ])
  expect(found).toEqual(expected)
})

it("README.md's workflow is examples/workflow.yml, which a test runs", () => {
  const [, shown] = /<!-- workflow:begin.*-->\n```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? []
  expect(shown).toBe(read('examples/workflow.yml'))
})

describe.each([
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/before-tags.md',
  'docs/cache.md',
  'docs/command-line.md',
  'docs/credentials.md',
  'SECURITY.md',
  'docs/emulators.md',
  'docs/engines.md',
  'docs/errors.md',
  'docs/labels.md',
  'docs/labels.md',
  'docs/limits.md',
  'docs/migrating.md',
  'docs/proof.md',
  'docs/registries.md',
  'docs/retries.md',
  'docs/smoke-test.md',
  'docs/retries.md',
  'docs/threat-model.md',
  'docs/values.md',
  'examples/hello/README.md',
  'examples/large-base/README.md',
])('%s', (path) => {
  it('links only to files that are there', () => {
    const targets = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
    expect(targets.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([])
  })

  it('names only files of the tree', () => {
    const named = [...read(path).matchAll(/`((?:src|test|scripts|bench|docs|examples)\/[\w./-]*)`/g)].map(
      ([, name = '']) => name,
    )
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([])
  })
})
