import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { actionBlocks, inputsBlock, outputsBlock, render } from '../../scripts/render.ts'
import { actionTypes } from '../../scripts/render-types.ts'
import { inputRows } from '../../src/inputs/schema.ts'
import { outputRows } from '../../src/report/output-rows.ts'

const action = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
const reference = (name: string) => readFileSync(new URL(`../../docs/reference/${name}.md`, import.meta.url), 'utf8')

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

test('the reference has a section for each input and output, and no others', () => {
  const headings = (name: string) => [...reference(name).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  expect(headings('inputs')).toEqual(Object.keys(inputRows))
  expect(headings('outputs')).toEqual(Object.keys(outputRows))
})

test('examples in the reference are YAML that sets the input of their section', () => {
  const examples = [...reference('inputs').matchAll(/^## (.*)\n(?:(?!## ).*\n)*?```yaml\n([\s\S]*?)```/gm)]
  expect(examples.length).toBeGreaterThan(40)
  expect(examples.map(([, , text = '']) => Object.keys(parse(text)))).toEqual(examples.map(([, name]) => [name]))
})

test('action.yml and the reference are as "npm run render" writes them', () => {
  expect(render(action, actionBlocks())).toBe(action)
  expect(render(reference('inputs'), [inputsBlock()])).toBe(reference('inputs'))
  expect(render(reference('outputs'), [outputsBlock()])).toBe(reference('outputs'))
})

test('render() rejects a file without markers', () => {
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
  expect(inputs.verify['allowed-values']).toContain('warn')
  expect(inputs['drop-layers']).toEqual({ type: 'integer' })
  expect(outputs.pushed).toEqual({ type: 'boolean' })
})
