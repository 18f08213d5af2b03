import { expect, it } from 'vitest'
import { skipLines } from '../../support/skip-reporter.ts'

it('has a line for each file with skipped tests and its missing parts', () => {
  const files = [
    { path: 'test/e2e/login.test.ts', skipped: 2, all: 9 },
    { path: 'test/e2e/act.test.ts', skipped: 1, all: 1 },
    { path: 'test/unit/text/bytes.test.ts', skipped: 0, all: 4 },
  ]
  const lacking = new Map([['test/e2e/login.test.ts', new Set(['docker', 'basic'])]])
  expect(skipLines(files, lacking).slice(0, 5)).toEqual([
    'Skipped:',
    '  test/e2e/act.test.ts    1 of 1 tests',
    '  test/e2e/login.test.ts  2 of 9 tests (needs docker, basic)',
    '',
    expect.stringMatching(/^3 tests skipped\. /),
  ])
})

it('is empty if nothing was skipped', () => {
  expect(skipLines([{ path: 'a.test.ts', skipped: 0, all: 4 }], new Map())).toEqual([])
})
