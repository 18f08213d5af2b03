import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { workflowsOfBlocks } from '../../support/workflow-of-block.ts'

const block = (text: string): string => `# Title\n\n\`\`\`yaml\n${text}\`\`\`\n`
const parsed = (text: string): unknown => workflowsOfBlocks(block(text)).map((workflow) => parse(workflow))[0]
const job = (steps: readonly unknown[]) => ({
  on: 'push',
  permissions: {},
  jobs: { example: { 'runs-on': 'ubuntu-latest', steps } },
})

it('workflowsOfBlocks() wraps steps, inputs and settings into a workflow, and keeps a workflow', () => {
  expect(parsed('- run: make\n')).toEqual(job([{ run: 'make' }]))
  expect(parsed('    push: true\n    tags: |\n      a\n      b\n')).toEqual(
    job([{ uses: 'polyarch/build@v1', with: { push: true, tags: 'a\nb\n' } }]),
  )
  expect(parsed('permissions:\n  id-token: write\n')).toEqual({
    ...job([{ run: 'make' }]),
    permissions: { 'id-token': 'write' },
  })
  expect(parsed('on: pull_request\njobs: {}\n')).toEqual({ on: 'pull_request', jobs: {} })
})

it('workflowsOfBlocks() rejects keys of neither kind, with the line of the block', () => {
  expect(() => workflowsOfBlocks(block('image: acme/app\n'))).toThrow('block of line 3 is not a workflow')
})
