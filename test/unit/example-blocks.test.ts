import { expect, it } from 'vitest'
import { renderExamples } from '../../scripts/example-blocks.ts'
import { anchorsOf, fencedBlocks, linksOf, tableCells } from '../support/markdown.ts'

const workflow = `on: push
permissions:
  contents: read # for checkout
jobs:
  image:
    steps:
      - run: |
          echo one

          echo two
      - uses: polyarch/build@v1
        with:
          # Both.
          platforms: amd64, arm64
          tags: |
            1.2
            latest
          push: true
`

const page = (begin: string, body = '') =>
  `Before\n\n<!-- example:begin, ${begin} -->\n${body}<!-- example:end -->\n\nAfter\n`
const yaml = (text: string) => `\`\`\`yaml\n${text}\`\`\`\n`

it.each([
  { name: 'a file', begin: 'a.yml', shown: workflow },
  { name: 'a key', begin: 'a.yml#permissions', shown: 'permissions:\n  contents: read # for checkout\n' },
  { name: 'a step', begin: 'a.yml#jobs.image.steps.0', shown: '- run: |\n    echo one\n\n    echo two\n' },
  {
    name: 'all steps',
    begin: 'a.yml#jobs.image.steps.*',
    shown: workflow.slice(workflow.indexOf('      - run')).replaceAll(/^ {6}/gm, ''),
  },
  {
    name: 'keys of one parent',
    begin: 'a.yml#jobs.image.steps.1.with.tags,jobs.image.steps.1.with.push',
    shown: 'tags: |\n  1.2\n  latest\npush: true\n',
  },
  {
    name: 'keys of several',
    begin: 'a.yml#on,jobs.image.steps.1.with',
    shown: 'on: push\n\nwith:\n  # Both.\n  platforms: amd64, arm64\n  tags: |\n    1.2\n    latest\n  push: true\n',
  },
])('renderExamples() shows $name in place of the old content', ({ begin, shown }) => {
  const rendered = renderExamples(page(begin, 'old\n'), () => workflow)
  expect(rendered).toBe(page(begin, yaml(shown)))
  expect(renderExamples(rendered, () => workflow)).toBe(rendered)
})

it('renderExamples() rejects a path that the file does not have', () => {
  expect(() => renderExamples(page('a.yml#jobs.image.steps.2'), () => workflow)).toThrow(
    'a.yml has no jobs.image.steps.2',
  )
})

it('anchorsOf() returns the anchors of GitHub, numbered for repeated headings', () => {
  const markdown =
    '# `exec format error`\n## A & B, c_d\n## [Link](x.md) Ünder\n```\n# no heading\n```\n## Twice\n## Twice\n'
  expect([...anchorsOf(markdown)]).toEqual(['exec-format-error', 'a--b-c_d', 'link-ünder', 'twice', 'twice-1'])
})

it('linksOf() and tableCells() ignore code', () => {
  const markdown = '[a](b.md#c) `[x](y.md)` [w](https://x.org) [d](#e)\n```\n[f](g.md)\n```\n| a | b \\| c |\n'
  expect(linksOf(markdown)).toEqual([
    { file: 'b.md', anchor: 'c' },
    { file: '', anchor: 'e' },
  ])
  expect(tableCells(markdown)).toEqual(['a', 'b \\| c'.replace('\\|', '¦')])
})

it('fencedBlocks() names the rendered part that a block is in', () => {
  const blocks = fencedBlocks(
    '<!-- inputs:begin -->\n## a\n\n```yaml\na: 1\n```\n\n```yaml\nb: 2\n```\n<!-- inputs:end -->\n\n```yaml\nc: 3\n```\n',
  )
  expect(blocks.map(({ text, marker }) => [text, marker])).toEqual([
    ['a: 1\n', 'inputs'],
    ['b: 2\n', 'inputs'],
    ['c: 3\n', undefined],
  ])
})
