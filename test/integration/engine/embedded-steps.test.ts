import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { build } from '../../../src/engine/build.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { placeStep } from '../../../src/report/place-step.ts'
import { slowSteps } from '../../../src/report/slow-steps.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const dockerfile = `FROM scratch AS files
WORKDIR /app
COPY src/ src/
FROM scratch
LABEL a=b
WORKDIR /
COPY --from=files /app /app
ADD main /main
`

test('the embedded engine measures its steps and layers, for the timeline and for what was slow', async () => {
  const root = tempFolder({ 'context/Dockerfile': dockerfile, 'context/src/a': 'a', 'context/main': 'm', 'temp/x': '' })
  // Ten seconds between two looks at the clock.
  let time = Date.UTC(2026, 0, 2)
  const clock = {
    now: () => {
      time += 10_000
      return new Date(time)
    },
    sleep: async () => {},
  }
  const host = createTestHost({ tempDir: join(root, 'temp'), clock })
  onTestFinished(host.close)
  const inputs = inputsOf({ context: join(root, 'context'), engine: 'embedded', platforms: 'amd64, arm64' })
  const plan = makePlan(inputs, factsOf())
  const run = await runOf(plan, host)
  const reading = await run.source.reading()
  if (reading === undefined) throw new Error('The Dockerfile was not read')
  const checked = { reading, bases: [], emulations: [] }
  const built = await build(run, checked)

  expect(built.steps.map(({ name }) => name).sort()).toEqual([
    '[linux/amd64 files 1/2] WORKDIR /app',
    '[linux/amd64 files 2/2] COPY src/ src/',
    '[linux/amd64 stage-1 1/3] COPY --from=files /app /app',
    '[linux/amd64 stage-1 2/3] ADD main /main',
    '[linux/arm64 files 1/2] WORKDIR /app',
    '[linux/arm64 files 2/2] COPY src/ src/',
    '[linux/arm64 stage-1 1/3] COPY --from=files /app /app',
    '[linux/arm64 stage-1 2/3] ADD main /main',
    'writing layer of ADD main /main',
    'writing layer of ADD main /main',
    'writing layer of COPY --from=files /app /app',
    'writing layer of COPY --from=files /app /app',
  ])
  for (const { span, milliseconds, name, cached } of built.steps) {
    expect({ name, cached, milliseconds }).toEqual({ name, cached: false, milliseconds: span && span.to - span.from })
    expect(milliseconds).toBeGreaterThanOrEqual(10_000)
  }
  // The report finds the instruction of each by its name.
  expect(built.steps.map((step) => placeStep(step, reading)?.instruction.line).sort()).toEqual(
    [2, 2, 3, 3, 7, 7, 8, 8, ...Array<undefined>(4)].sort(),
  )

  const { images } = built.content?.tree ?? { images: [] }
  const summary = summaryOf({
    ...{ plan, checked, built, images, verified: [], smoked: [], gated: undefined, published: undefined, omitted: [] },
    exported: { outputs: [], imageId: undefined },
  })
  expect(summary).toMatch(
    /\| `linux\/arm64` \| .* \| 2 new, 0 reused \| (?:\d+\.\d\u00a0s|\d+\u00a0min.*?) \| no RUN steps \|/,
  )
  expect(summary).not.toContain('Cached steps')
  expect(summary).toContain('  section linux/arm64\n')
  expect(summary).toContain('  [files 2/2] COPY src/ src/, ')
  expect(summary).toContain('  [writing] layer of ADD main /main, ')

  // A layer that took most of the time.
  const long = { from: time, to: time + 1e6 }
  const steps = built.steps.map((step) => (step.wrote?.line === 8 ? { ...step, span: long, milliseconds: 1e6 } : step))
  expect(slowSteps({ plan, checked, built: { ...built, steps } })).toMatchObject([
    {
      kind: 'layer',
      subject: 'ADD main /main',
      finding: expect.stringMatching(/^made a layer of [\d.]+ [kM]?B, and compressing it took /),
      place: { line: 8 },
      advice: expect.stringContaining('zstd'),
    },
  ])
})

test('the embedded engine names the platform whose step failed', async () => {
  const root = tempFolder({
    'context/Dockerfile': 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\n',
    'context/amd64': '',
  })
  const host = createTestHost({ tempDir: tempFolder() })
  onTestFinished(host.close)
  const inputs = inputsOf({ context: join(root, 'context'), engine: 'embedded', platforms: 'amd64, arm64' })
  const run = await runOf(makePlan(inputs, factsOf()), host)
  const checked = { reading: await run.source.reading(), bases: [], emulations: [] }
  await expect(build(run, checked)).rejects.toMatchObject({ code: 'build-failed', platform: 'linux/arm64' })
})
