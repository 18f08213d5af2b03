import { parse } from 'yaml'
import { inputRows } from '../../src/inputs/schema.ts'

const action = 'polyarch/build@v1'
const workflowKeys = new Set(['permissions', 'concurrency', 'env'])

/**
 * The YAML blocks of a Markdown document, each as a whole workflow: a workflow, a list of steps, settings of a workflow, or inputs of this
 * action. Throws for a block of another shape, with its line.
 */
export function workflowsOfBlocks(markdown: string): readonly string[] {
  // A block marked `yml` is another project's workflow, such as the steps that this action replaces.
  return [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(({ 1: block = '', index }) => {
    const line = markdown.slice(0, index).split('\n').length
    return wrap(block.replace('@<commit SHA of the release>', '@v1'), line)
  })
}

function wrap(block: string, line: number): string {
  const value: unknown = parse(block)
  if (Array.isArray(value)) return workflow(`    steps:\n${indent(block, 6)}`)
  const keys = Object.keys((value as object | null) ?? {})
  if (keys.includes('jobs')) return keys.includes('on') ? block : `on: push\n${block}`
  if (keys.every((key) => workflowKeys.has(key))) return workflow('    steps:\n      - run: make\n', block)
  if (keys.every((key) => Object.hasOwn(inputRows, key))) {
    return workflow(`    steps:\n      - uses: ${action}\n        with:\n${indent(block, 10)}`)
  }
  const unknown = keys.filter((key) => !Object.hasOwn(inputRows, key))
  throw new Error(
    `The YAML block of line ${line} is not a workflow, and has keys that are not inputs: ${unknown.join(', ')}`,
  )
}

function workflow(body: string, settings = ''): string {
  const permissions = settings.includes('permissions:') ? '' : 'permissions: {}\n'
  const names = new Set([...body.matchAll(/\$\{\{\s*matrix\.(\w+)\s*\}\}/g)].map(([, name = '']) => name))
  const lists = [...names].map((name) => `        ${name}: [a, b]\n`)
  const matrix = lists.length === 0 ? '' : `    strategy:\n      matrix:\n${lists.join('')}`
  return `on: push\n${permissions}${settings}jobs:\n  example:\n${matrix}    runs-on: ubuntu-latest\n${body}`
}

function indent(block: string, width: number): string {
  const lines = block.split('\n')
  const margin = Math.min(...lines.filter((text) => text.trim() !== '').map((text) => text.search(/\S/)))
  return lines.map((text) => (text.trim() === '' ? '' : ' '.repeat(width) + text.slice(margin))).join('\n')
}
