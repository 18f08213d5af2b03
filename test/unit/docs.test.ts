import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { docFiles } from '../../scripts/doc-files.ts'
import { renderExamples } from '../../scripts/example-blocks.ts'
import { type ErrorCode, exitStatus } from '../../src/errors/action-error.ts'
import { anchorsOf, fencedBlocks, linksOf, tableCells } from '../support/markdown.ts'

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
  const blocks = fencedBlocks(read('README.md')).filter(({ marker }) => marker === 'workflow')
  expect(blocks.map(({ text }) => text)).toEqual([read('examples/workflow.yml')])
})

const pages = docFiles(new URL('../../', import.meta.url))

describe.each([...pages, 'examples/hello/README.md', 'examples/large-base/README.md'])('%s', (path) => {
  const page = read(path)

  it('links only to files and headings that exist', () => {
    const broken = linksOf(page).filter(({ file, anchor }) => {
      const target = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !(target.endsWith('.md') && anchorsOf(read(target)).has(anchor))
    })
    expect(broken).toEqual([])
  })

  it('names only files of the tree', () => {
    const named = [...page.matchAll(/`((?:src|test|scripts|bench|docs|examples)\/[\w./-]*)`/g)].map(
      ([, name = '']) => name,
    )
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([])
  })

  it('has its examples as "npm run render" writes them', () => {
    expect(renderExamples(page, read)).toBe(page)
  })
})

it('action.yml and the messages of the step name only pages that exist', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join('src', name)))
  const named = new Set(
    [read('action.yml'), ...sources].flatMap((text) => text.match(/(?<![\w/])docs\/[\w/-]+\.md\b/g) ?? []),
  )
  expect(named.size).toBeGreaterThan(0)
  expect([...named].filter((name) => !existsSync(join(root, name)))).toEqual([])
})

describe('docs', () => {
  const docs = pages.filter((path) => path.startsWith('docs/'))
  const yamlOf = (path: string) => fencedBlocks(read(path)).filter(({ language }) => /^ya?ml$/.test(language))
  /** Blocks that `npm run render` writes from `examples`, or from the examples of `src/inputs/schema.ts`. */
  const rendered = ['example', 'workflow', 'inputs']

  it.each(docs)('%s has a YAML block', (path) => {
    expect(yamlOf(path)).not.toEqual([])
  })

  it.each(['README.md', ...docs])('%s takes its YAML from files that a test runs', (path) => {
    const own = yamlOf(path).filter(({ marker }) => !rendered.includes(marker ?? ''))
    // A block marked `yml` is a workflow before its migration, so it has Docker's actions.
    expect(own.filter(({ language, text }) => language === 'yaml' || !text.includes('uses: docker/'))).toEqual([])
  })

  it.each(['README.md', ...docs])('%s has table cells of at most 200 characters', (path) => {
    expect(tableCells(read(path)).filter((cell) => cell.length > 200)).toEqual([])
  })

  it('use each file of examples/workflows', () => {
    const used = new Set(
      ['README.md', ...docs].flatMap((path) => [...read(path).matchAll(/example:begin, ([^\s#]+)/g)].map((m) => m[1])),
    )
    const files = readdirSync(join(root, 'examples/workflows')).map((name) => `examples/workflows/${name}`)
    expect(files.filter((file) => !used.has(file))).toEqual([])
  })

  it('are all linked from an index', () => {
    const indexes = ['README.md', 'docs/recipes/README.md', 'docs/engines/README.md', 'docs/reference/README.md']
    const linked = new Set(indexes.flatMap((path) => linksOf(read(path)).map(({ file }) => join(dirname(path), file))))
    expect(docs.filter((path) => !linked.has(path) && !indexes.includes(path))).toEqual([])
  })
})
