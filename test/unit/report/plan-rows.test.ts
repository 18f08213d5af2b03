import { expect, it } from 'vitest'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { planLines, planRows, planSection } from '../../../src/report/plan-rows.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { legPlan } from '../../support/result.ts'

const plan = makePlan(
  inputsOf({
    images: 'ghcr.io/acme/app',
    tags: '1.2.3, latest',
    push: 'true',
    'build-args': 'TOKEN=canary',
    'before-tags': './scan.sh canary',
    'cache-from': 'type=s3,region=r,bucket=b',
    cache: 'registry',
    labels: 'a=b | c',
    timeout: '5m',
    username: 'me',
    password: 'canary',
    registry: 'ghcr.io',
  }),
  factsOf(),
)
const rows = planRows(plan, { reading: undefined, bases: [], emulations: [] })

it('lists each decision, and no secret', () => {
  expect(planLines(rows)).toEqual(
    expect.arrayContaining([
      'Platforms              linux/amd64',
      'Build arguments        TOKEN',
      'Cache from             s3 bucket=b',
      'Cache to               registry ref=ghcr.io/acme/app:cache-linux-amd64-main mode=max (the builder reads the Dockerfile)',
      'Before tags            ./scan.sh',
      'Tags                   ghcr.io/acme/app:1.2.3 (fixed: written in the input tags)',
      '                       ghcr.io/acme/app:latest (moving: latest always moves)',
      'Logins                 ghcr.io as me',
      'Time limit             5 min',
    ]),
  )
  expect(JSON.stringify(rows)).not.toContain('canary')
})

it('names each emulated platform once, and whether its emulator is missing', () => {
  const one = (platform: string) => ({
    platform: parsePlatform(platform),
    runs: [],
    smokeTested: false,
    certain: false,
  })
  const machine = {
    foreign: [one('linux/arm64'), one('linux/s390x')],
    missing: [one('linux/s390x')],
    registered: undefined,
    env: undefined,
  }
  const found = planRows(plan, { reading: undefined, bases: [], emulations: [machine, machine] })
  expect(found.find(({ what }) => what === 'Emulation')?.values).toEqual([
    'linux/arm64',
    'linux/s390x, not found; would be set up if possible',
  ])
})

it('is a table in the summary that no text breaks', () => {
  expect(planSection(rows)).toContain('| Labels | `a=b \\| c` |\n')
})

it('lists what other jobs build, and where their results are', () => {
  const lines = planLines(planRows(legPlan(), { reading: undefined, bases: [], emulations: [] }))
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Platforms +linux\/arm64$/),
      expect.stringMatching(/^Other jobs build +linux\/amd64$/),
      expect.stringMatching(/^Ledger +registry \(the runner offers no artifact service to this step\)$/),
    ]),
  )
})

it('names the node of each platform', () => {
  const nodes = ['linux/amd64: node a, declared for it', 'linux/arm64: node b, declared for it']
  const two = planRows(
    { ...plan, engine: { ...plan.engine, nodes } },
    { reading: undefined, bases: [], emulations: [] },
  )
  expect(two).toContainEqual({ what: 'Nodes', values: nodes })
})
