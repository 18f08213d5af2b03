import { expect, test } from 'vitest'
import { answerLines, findingsOf, refuseFindings } from '../../../src/engine/answer.ts'

const at = (line: number) => ({ location: { ranges: [{ start: { line }, end: { line } }] } })
const check = {
  question: 'check' as const,
  file: 'Dockerfile',
  document: {
    warnings: [
      { ruleName: 'B', detail: 'second\n::error::x', url: 'https://example.com/b', ...at(3) },
      { ruleName: 'A', description: 'first', ...at(2) },
      { ruleName: 'C', detail: 'of the file' },
    ],
  },
}

test('findingsOf() returns findings by line, each on one line with its rule', () => {
  expect(findingsOf(check)).toEqual([
    { message: 'Dockerfile: C: of the file', place: undefined },
    { message: 'Dockerfile:2: A: first', place: { file: 'Dockerfile', line: 2 } },
    {
      message: 'Dockerfile:3: B: second ::error::x (https://example.com/b)',
      place: { file: 'Dockerfile', line: 3 },
    },
  ])
  expect(() => refuseFindings(check)).toThrow('Build checks found 3 problems in Dockerfile')
})

test.each([null, 1, [null, 1, {}, { location: { ranges: [{ start: { line: -1 } }] } }]])(
  'findingsOf() accepts warnings that are %j',
  (warnings) => {
    const findings = findingsOf({ ...check, document: { warnings } })
    expect(findings.map(({ place }) => place).filter(Boolean)).toEqual([])
  },
)

test('refuseFindings() accepts a clean Dockerfile', () => {
  const clean = { ...check, document: { warnings: null } }
  expect(() => refuseFindings(clean)).not.toThrow()
  expect(answerLines(clean)).toEqual(['Build checks passed: no problems in Dockerfile'])
})

test('answerLines() shows outline and targets as tables', () => {
  const file = 'Dockerfile'
  const args = [{ name: 'VERSION', value: '9', description: 'is it' }, { name: 'B' }]
  const outline = { name: 'final', description: 'is it', args, secrets: [{ name: 'npm', required: true }], ssh: null }
  expect(answerLines({ question: 'outline', file, document: outline })).toEqual([
    'Target: final (is it)',
    'Build argument  Value  Description',
    'VERSION         9      is it',
    'B',
    'Secret  Required',
    'npm     yes',
  ])
  const targets = [{ base: 'scratch' }, { name: 'final', default: true, base: 'x' }]
  expect(answerLines({ question: 'targets', file, document: { targets } })).toEqual([
    'Target           Base     Description',
    '(no name)        scratch',
    'final (default)  x',
  ])
})
