import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ErrorCode, exitStatus } from '../../src/errors/action-error.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const [, table = ''] = /const exitStatuses = \{([\s\S]*?)\}/.exec(read('src/errors/action-error.ts')) ?? []
const codes = [...table.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, code]) => code as ErrorCode)

it('docs/reference/errors.md has a heading for every error code, with its exit status and what to do', () => {
  const sections = /^## ([a-z-]+)\n\nExit status (\d+)\. (?:\S.*\n)+\n\*\*Fix:\*\* \S/gm
  const rows = [...read('docs/reference/errors.md').matchAll(sections)]
  expect(rows.map(([, code, status]) => [code, Number(status)])).toEqual(codes.map((code) => [code, exitStatus(code)]))
  expect(codes.length).toBeGreaterThan(20)
})

it('README.md has at most 150 lines beside generated blocks, and five bullets at the top', () => {
  const own = read('README.md').replaceAll(/^<!-- (\w+):begin[\s\S]*?<!-- \1:end -->$/gm, '')
  expect(own.split('\n').length).toBeLessThanOrEqual(150)
  expect(own.slice(0, own.indexOf('## Quick start')).match(/^- \*\*/gm)).toHaveLength(5)
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
  'docs/credentials.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  'docs/emulators.md',
  'docs/engines.md',
  'docs/reference/errors.md',
  'docs/reference/inputs.md',
  'docs/reference/outputs.md',
  'docs/labels.md',
  'docs/labels.md',
  'docs/limits.md',
  'docs/migrating.md',
  'docs/verification.md',
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
