import { parse } from 'yaml'
import { inputRows } from '../../src/inputs/schema.ts'

type Texts = Readonly<Record<string, string>>

/** A step of this action as a runner starts it: expressions are replaced by plausible values, and everything is text. */
export type FilledStep = { readonly inputs: Texts; readonly env: Texts }

type Step = {
  readonly id?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
}

type Job = Step & {
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> | string }
  readonly steps?: readonly Step[]
  /** Of a job that calls a reusable workflow. */
  readonly secrets?: Readonly<Record<string, unknown>>
}

export type Workflow = {
  readonly on: unknown
  readonly permissions: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

/** Steps of this action in a YAML text: of a workflow once for each leg of its matrix, of a list of steps, or one from inputs alone. */
export function stepsOf(text: string): readonly FilledStep[] {
  const value: unknown = parse(
    text.replaceAll('@<commit SHA of the release>', '@v1').replaceAll('sha256:<digest>', `sha256:${'0'.repeat(64)}`),
  )
  if (Array.isArray(value)) return fillSteps(value as readonly Step[], {})
  const mapping = Object(value) as Record<string, unknown>
  if ('jobs' in mapping) {
    return Object.values((mapping as Workflow).jobs).flatMap(({ strategy, steps = [], ...called }) =>
      legsOf(strategy?.matrix ?? {}).flatMap((matrix) => fillSteps([...steps, withInputsOfStep(called)], matrix)),
    )
  }
  // Inputs without their step: it has a name for the image too.
  const isInputs = Object.keys(mapping).every((key) => Object.hasOwn(inputRows, key))
  return isInputs && Object.keys(mapping).length > 0
    ? fillSteps([{ uses: 'polyarch/build@v1', with: { images: 'ghcr.io/acme/app', ...mapping } }], {})
    : []
}

/** The inputs and secrets that the reusable workflow passes to its steps; its other inputs are its own. */
function withInputsOfStep({ secrets = {}, ...called }: Omit<Job, 'steps'>): Step {
  const { 'build-secrets': builds, ...logins } = secrets
  const all = { ...called.with, ...logins, ...(builds === undefined ? {} : { secrets: builds }) }
  const inputs = Object.entries(all).filter(([name]) => Object.hasOwn(inputRows, name))
  return { ...called, with: Object.fromEntries(inputs) }
}

function fillSteps(steps: readonly Step[], matrix: Texts): readonly FilledStep[] {
  return steps
    .filter(({ uses = '' }) => uses.startsWith('polyarch/'))
    .map((step) => ({ inputs: fillAll(step.with, matrix), env: fillAll(step.env, matrix) }))
}

function fillAll(values: Step['with'] = {}, matrix: Texts): Texts {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, fillExpressions(String(value ?? ''), matrix)]),
  )
}

/** A job of a matrix that is not in the text, or that another job has planned. */
const plannedJob: Texts = { platform: 'linux/amd64', runner: 'ubuntu-24.04', variant: 'alpine' }

/** Every combination of the lists of a matrix, and the jobs that it includes. */
function legsOf(given: NonNullable<NonNullable<Job['strategy']>['matrix']>): readonly Texts[] {
  if (typeof given === 'string') return [plannedJob]
  const { include = [], ...matrix } = given
  const included = include.map((job) =>
    Object.fromEntries(Object.entries(Object(job)).map(([name, value]) => [name, String(value)])),
  )
  if (Object.keys(matrix).length === 0 && included.length > 0) return included
  return Object.entries(matrix).reduce<readonly Texts[]>(
    (legs, [name, values]) => legs.flatMap((leg) => values.map((value) => ({ ...leg, [name]: String(value) }))),
    [{}],
  )
}

const known: Texts = {
  'github.actor': 'octocat',
  'github.ref': 'refs/tags/v1.2.3',
  'github.ref_name': 'v1.2.3',
  'github.repository': 'acme/app',
  'github.sha': '0123456789abcdef0123456789abcdef01234567',
  'github.token': 'token-of-the-job',
  "github.event_name != 'pull_request'": 'true',
  "github.ref_name == 'main'": 'false',
  "vars.REGISTRY || 'ghcr.io'": 'ghcr.io',
  'runner.temp': '/home/runner/work/_temp',
  'needs.amd64.outputs.digests': `{"linux/amd64":"sha256:${'1'.repeat(64)}"}`,
  'needs.arm64.outputs.digests': `{"linux/arm64":"sha256:${'2'.repeat(64)}"}`,
  'toJSON(vars)': '{"VERSION":"1.2.3"}',
  'job.container.network': 'github_network_1',
}

/** `text` with each `${{ … }}` replaced by a plausible value. Throws for an unknown expression: add it. */
function fillExpressions(text: string, matrix: Texts): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const [, kind = '', name = ''] =
      /^(secrets|vars|matrix|inputs|steps|job\.services)\.([\w.-]+)$/.exec(expression) ?? []
    const [, quoted] = /^toJSON\(secrets\.(\w+)\)$/.exec(expression) ?? []
    const value = quoted ? JSON.stringify(`a "${quoted}"`) : (known[expression] ?? plausible(kind, name, matrix))
    if (value === undefined) throw new Error(`No value is known for the expression ${expression}`)
    return value
  })
}

const pem: Texts = Object.fromEntries(
  Object.entries({ BUILD_CA: 'CERTIFICATE', BUILD_CERT: 'CERTIFICATE', BUILD_KEY: 'PRIVATE KEY' }).map(
    ([name, kind]) => [name, `-----BEGIN ${kind}-----\nMIIB\n-----END ${kind}-----\n`],
  ),
)

function plausible(kind: string, name: string, matrix: Texts): string | undefined {
  if (kind === 'matrix') return matrix[name] ?? plannedJob[name]
  if (kind === 'secrets') return pem[name] ?? `value-of-${name.toLowerCase()}`
  if (kind === 'job.services' && name.endsWith('.network')) return 'github_network_1'
  if (kind === 'steps') return `${name.toLowerCase().replaceAll('.', '-')}`
  return kind === '' ? undefined : `acme-${name.toLowerCase().replaceAll('_', '-')}`
}

/** Outputs of earlier steps that a workflow reads, each with the step's `uses`; undefined without such an earlier step. */
export function outputsRead(
  workflow: Workflow,
): readonly { readonly name: string; readonly uses: string | undefined; readonly id: string }[] {
  return Object.values(workflow.jobs).flatMap(({ steps = [] }) =>
    steps.flatMap((step, index) =>
      [...JSON.stringify(step).matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)].map(([, id = '', name = '']) => {
        const writer = steps.slice(0, index).find((earlier) => earlier.id === id)
        return { id, name, uses: writer && (writer.uses ?? 'run') }
      }),
    ),
  )
}
