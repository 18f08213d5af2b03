import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { pinRelease } from '../../scripts/render.ts'
import { type InputName, inputRows } from '../../src/inputs/schema.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8')
const text = read('.github/workflows/image.yml')

type Workflow = {
  readonly on: {
    readonly workflow_call: {
      readonly inputs: Readonly<Record<string, { readonly default?: unknown; readonly description: string }>>
      readonly secrets: Readonly<Record<string, unknown>>
      readonly outputs: Readonly<Record<string, unknown>>
    }
  }
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: unknown
        readonly steps: readonly {
          readonly uses: string
          readonly run?: string
          readonly with?: Readonly<Record<string, string>>
        }[]
      }
    >
  >
}
const { on, jobs } = parse(text) as Workflow
const { inputs, secrets, outputs } = on.workflow_call
const steps = Object.values(jobs).flatMap((job) => job.steps)
const own = steps.filter(({ uses }) => uses.startsWith('polyarch/build@'))

describe('.github/workflows/image.yml', () => {
  it('runs the release that it is part of', () => {
    const { version } = JSON.parse(read('package.json')) as { readonly version: string }
    expect(own.map(({ uses }) => uses)).toEqual([`polyarch/build@v${version}`, `polyarch/build@v${version}`])
    expect(pinRelease(text, version)).toBe(text)
    expect(pinRelease('uses: polyarch/build@v1.0.0\nuses: a/b@v1\n', '2.3.4')).toBe(
      'uses: polyarch/build@v2.3.4\nuses: a/b@v1\n',
    )
  })

  it('has no script, so that no input can inject one, and grants its jobs nothing', () => {
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([])
    expect(Object.values(jobs).map(({ permissions }) => permissions)).toEqual([{}, undefined])
  })

  it('passes each input and secret to the input of the same name, with its default', () => {
    const [, build] = own
    const passed = Object.entries(build?.with ?? {}).map(([name, value]) => [name, value])
    const known = Object.entries(inputs).filter(([name]) => Object.hasOwn(inputRows, name))
    const isRunner = (name: string) => ['runners', 'mode'].includes(name)
    expect(Object.keys(inputs).filter((name) => !Object.hasOwn(inputRows, name))).toEqual([
      'plan-runner',
      'timeout-minutes',
      'submodules',
      'lfs',
    ])
    for (const [name, { default: value }] of known) {
      if (!isRunner(name)) expect(passed).toContainEqual([name, `\${{ inputs.${name} }}`])
      const own = { platforms: 'linux/amd64, linux/arm64', push: 'auto' }[name]
      expect(value ?? '', name).toBe(own ?? inputRows[name as InputName].default)
    }
    expect(passed).toContainEqual(['secrets', '${{ secrets.build-secrets }}'])
    expect(passed).toContainEqual(['password', '${{ secrets.password }}'])
    expect(Object.keys(secrets)).toEqual(['password', 'registries', 'build-secrets'])
  })

  it('plans with the inputs that the plan depends on', () => {
    const [plan, build] = own
    for (const [name, value] of Object.entries(plan?.with ?? {})) {
      if (!['mode', 'runners'].includes(name)) expect(build?.with?.[name]).toBe(value)
    }
  })

  it('is described in docs/recipes/reusable-workflow.md: every input, secret and output', () => {
    const page = read('docs/recipes/reusable-workflow.md')
    const names = [...Object.keys(inputs), ...Object.keys(secrets), ...Object.keys(outputs)]
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })
})
