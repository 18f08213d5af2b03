import { describe, expect, test } from 'vitest'
import type { Step } from '../../../src/engine/built.ts'
import { slowSection, slowSteps, tellSlowSteps } from '../../../src/report/slow-steps.ts'
import { foreignElements, render } from '../../support/rendered.ts'
import { sampleResult, stepAt } from '../../support/summary-sample.ts'

const dockerfile = 'FROM a\nCOPY . .\nRUN npm ci\nRUN make\n'
const of = (steps: readonly Step[]) => slowSteps(sampleResult({ dockerfile, steps }))
const from = stepAt('[linux/amd64 1/4] FROM a', 0, 0, { cached: true })

describe('slowSteps()', () => {
  test('names the RUN that took most of the build under emulation, and its line', () => {
    expect(of([stepAt('[linux/arm64 4/4] RUN make', 0, 60), stepAt('[linux/amd64 4/4] RUN make', 0, 10)])).toEqual([
      {
        kind: 'emulation',
        subject: 'RUN make',
        finding: 'took 60.0 s of 60.0 s (100 %) under emulation for linux/arm64',
        advice: expect.stringContaining('ubuntu-24.04-arm'),
        place: { file: 'Dockerfile', line: 4 },
      },
    ])
  })

  test('names the COPY that invalidated an installation, and what to copy first', () => {
    const copy = stepAt('[linux/amd64 2/4] COPY . .', 0, 1)
    const install = stepAt('[linux/amd64 3/4] RUN npm ci', 1, 31)
    expect(of([from, copy, install])).toEqual([
      {
        kind: 'cache',
        subject: 'COPY . .',
        finding: 'missed the cache, so the installation after it ran again: 30.0 s of 31.0 s (97 %)',
        advice:
          'Copy only `package.json` and `package-lock.json` first, then run `npm ci`, and copy the other files after it.',
        place: { file: 'Dockerfile', line: 2 },
      },
    ])
    // Nothing was cached, so the COPY invalidated nothing.
    expect(of([copy, install])).toEqual([])
    expect(of([from, { ...copy, cached: true }, install])).toEqual([])
    expect(of([from, copy, stepAt('[linux/amd64 4/4] RUN make', 1, 31)])).toEqual([])
    expect(of([from, copy, stepAt('[linux/amd64 3/4] RUN npm ci', 1, 3)])).toEqual([])
  })

  test('ignores an emulated RUN that was fast, or a small part of the build', () => {
    expect(of([stepAt('[linux/arm64 4/4] RUN make', 0, 4)])).toEqual([])
    expect(of([stepAt('[linux/arm64 4/4] RUN make', 0, 20), stepAt('[linux/amd64 4/4] RUN make', 0, 90)])).toEqual([])
  })
})

test('tellSlowSteps() adds a notice on the line of each', () => {
  const notices: unknown[] = []
  const found = slowSteps(sampleResult())
  tellSlowSteps(found, { notice: (message, annotation) => notices.push([message.split('.')[0], annotation]) })
  expect(notices).toEqual([
    ['RUN npm ci took 79', { title: 'Polyarch: slow step', place: { file: 'Dockerfile', line: 4 } }],
    ['COPY ', { title: 'Polyarch: slow step', place: { file: 'Dockerfile', line: 3 } }],
  ])
})

test('slowSection() escapes text from outside', () => {
  const hostile = '<img src=x> [a](https://evil.example) @someone #12 `x` www.evil.example'
  const [step] = slowSteps(sampleResult())
  const found = step ? [{ ...step, subject: hostile, place: { file: hostile, line: 1 } }] : []
  expect(foreignElements(render(slowSection(found, `Sent: 1 MB, in \`${hostile}\`. ${hostile}`).join('\n')))).toEqual(
    [],
  )
  expect(slowSection([], undefined)).toEqual([])
})
