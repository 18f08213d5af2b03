import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { actionBlocks, readmeBlocks, render } from '../../scripts/render.ts'
import { actionTypes } from '../../scripts/render-types.ts'
import { inputRows } from '../../src/inputs/schema.ts'
import { outputRows } from '../../src/report/output-rows.ts'

const action = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

test('action.yml has the inputs of the schema, in its order, with its defaults and texts, and no others', () => {
  const expected = Object.entries(inputRows).map(([name, row]) => {
    return [name, { description: row.doc, default: row.default }]
  })
  expect(Object.entries(parse(action).inputs)).toEqual(expected)
})

test('action.yml has the outputs of the table, in its order, and no others', () => {
  const expected = Object.entries(outputRows).map(([name, doc]) => [name, { description: doc }])
  expect(Object.entries(parse(action).outputs)).toEqual(expected)
})

test('action.yml runs main and post on Node 24, post also after a failure', () => {
  expect(parse(action).runs).toEqual({
    using: 'node24',
    main: 'dist/main/index.js',
    post: 'dist/post/index.js',
    'post-if': 'always()',
  })
})

test("the README's block is YAML with the inputs of the schema, in its order, and no others", () => {
  const block = /inputs:begin -->\n```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const [step] = parse(block)
  expect(Object.keys(step.with)).toEqual(Object.keys(inputRows))
})

test('action.yml and README.md are as "npm run render" writes them', () => {
  expect(render(action, actionBlocks())).toBe(action)
  expect(render(readme, readmeBlocks())).toBe(readme)
})

test('render() refuses a file without markers', () => {
  expect(() => render('name: x\n', actionBlocks())).toThrow('inputs:begin')
})

test('action-types.yml has a type for every input and output, as "npm run render" writes it', () => {
  const types = readFileSync(new URL('../../action-types.yml', import.meta.url), 'utf8')
  expect(types).toBe(actionTypes())
  const { inputs, outputs } = parse(types)
  expect(Object.keys(inputs)).toEqual(Object.keys(inputRows))
  expect(Object.keys(outputs)).toEqual(Object.keys(outputRows))
  expect(inputs['if-exists']).toEqual({ type: 'enum', 'allowed-values': ['overwrite', 'skip', 'fail'] })
  expect(inputs.tags).toEqual({ type: 'list', separator: '\n', 'list-item': { type: 'string' } })
  expect(inputs.cache['allowed-values']).toContain('off')
  expect(inputs['drop-layers']).toEqual({ type: 'integer' })
  expect(outputs.pushed).toEqual({ type: 'boolean' })
})
