import { expect, it } from 'vitest'
import { outputLines, outputsAsJson } from '../../../src/cli/step-outputs.ts'
import { outputRows } from '../../../src/report/output-rows.ts'

const outputs = new Map([
  ['digest', 'sha256:a'],
  ['tags', 'acme/app:1\nacme/app:latest'],
  ['pushed', 'true'],
  ['attempts', '2'],
  ['sizes', '{"linux/amd64":5}'],
  ['labels', ''],
])

it('returns every output in its own format, including those that were not written', () => {
  const document = outputsAsJson(outputs)
  expect(Object.keys(document)).toEqual(Object.keys(outputRows))
  expect(document).toMatchObject({
    digest: 'sha256:a',
    tags: ['acme/app:1', 'acme/app:latest'],
    pushed: true,
    attempts: 2,
    sizes: { 'linux/amd64': 5 },
    labels: [],
    'call-result': null,
    'error-code': '',
  })
})

it('shows the outputs with a value to people, one value per line', () => {
  expect(outputLines(outputs)).toEqual(['digest  sha256:a', 'tags    acme/app:1', '        acme/app:latest'])
  expect(outputLines(new Map())).toEqual([])
})
