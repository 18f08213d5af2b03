import { checkInputs } from './check-inputs.ts'
import {
  findStepReferences,
  isSameCondition,
  normalizeCondition,
  replaceExpressions,
  resolveVariables,
  wholeExpression,
} from './expressions.ts'
import { outputNames, pushOf } from './image-outputs.ts'
import { copyInput } from './input-lines.ts'
import { type Contribution, code, lineName, type Note, type StepPlan } from './plan.ts'
import { isJobToken } from './plan-metadata.ts'
import type { Job, Step } from './read-workflow.ts'
import type { SourceText } from './source-text.ts'
import { mayReadCredentials, readsCredentials } from './step-needs.ts'

type Planning = { readonly source: SourceText; readonly job: Job; readonly builds: readonly Step[] }

/** The inputs of docker/login-action that make up credentials. */
const parts = ['registry', 'username', 'password', 'scope', 'ecr'] as const

/** Plans the migration of the docker/login-action steps that precede a build step. */
export async function planLogins(logins: readonly Step[], planning: Planning): Promise<ReadonlyMap<Step, StepPlan>> {
  const plans = new Map<Step, StepPlan>()
  const taken: Step[] = []
  for (const login of logins) {
    const reason = whyKept(login, logins, planning)
    if (reason === undefined) taken.push(login)
    else plans.set(login, { kind: 'kept', reason })
  }
  const contributions: Contribution[] = []
  for (const build of planning.builds) {
    const before = taken.filter(({ index }) => index < build.index)
    const written = before.filter((login) => !isJobLogin(login, build, planning.job))
    const lines = credentialLines(written, build, planning)
    if ('problem' in lines) {
      for (const login of taken) plans.set(login, { kind: 'kept', reason: lines.problem })
      return plans
    }
    if (lines.lines.length > 0) contributions.push({ build: build.index, place: 'last', lines: lines.lines })
  }
  for (const login of taken) {
    const [problem] = await problemsOf(login)
    if (problem === undefined) continue
    for (const one of taken)
      plans.set(one, {
        kind: 'kept',
        reason: `Polyarch does not accept the inputs of ${lineName(login.line)}: ${problem}`,
      })
    return plans
  }
  const readers = taken.length === 0 ? [] : keepers(taken, planning)
  for (const login of taken) {
    const isFirst = login === taken[0]
    plans.set(login, {
      kind: 'removed',
      contributions: isFirst
        ? [
            ...contributions,
            ...readers.map(
              ({ build }): Contribution => ({ build: build.index, place: 'last', lines: ['keep-login: true'] }),
            ),
          ]
        : [],
      edits: [],
      notes: [...(isFirst ? readers.map(({ note }) => note) : []), ...notesOf(login, planning)],
    })
  }
  return plans
}

async function problemsOf({ inputs }: Step): Promise<readonly string[]> {
  return await checkInputs(
    new Map(
      [...inputs].flatMap(([name, { value }]) =>
        name === 'registry-auth' ||
        name === 'scope' ||
        name === 'ecr' ||
        name === 'registry' ||
        name === 'username' ||
        name === 'password'
          ? [[name, value ?? '']]
          : [],
      ),
    ),
  )
}

function whyKept(login: Step, logins: readonly Step[], { job, builds }: Planning): string | undefined {
  const { fields, inputs, id } = login
  for (const key of ['env', 'continue-on-error']) if (fields.has(key)) return `it has ${code(key)}`
  const reference = job.references.find((one) => id !== undefined && one.id?.toLowerCase() === id.toLowerCase())
  if (reference !== undefined) return `${lineName(reference.line)} reads its result`
  if (inputs.get('logout')?.value?.trim() === 'false') return '`logout: false` leaves the login on the machine'
  const next = builds.find((build) => build.index > login.index)
  const between = job.steps.find(
    (one) => one.index > login.index && one.index < (next?.index ?? 0) && readsCredentials(one),
  )
  if (between !== undefined) return `${lineName(between.line)} may use the login before the image is built`
  if (inputs.has('registry-auth') && logins.length > 1)
    return '`registry-auth` and a second login step cannot be joined'
  const after = builds.filter((build) => build.index > login.index)
  if (login.condition !== undefined && !reduces(login, after, logins, job)) {
    const isOfBuild = after.every((build) => isSameCondition(login, build))
    const why = isOfBuild ? 'depends on the result of steps before it' : 'is not that of the build step or of `push`'
    return `its ${code(`if: ${login.condition}`)} ${why}`
  }
  for (const build of after) {
    const reader = readersAfter(build, { job, builds }).find(
      (one) => build.condition !== undefined && !isSameCondition(one, build),
    )
    if (reader !== undefined) return `${lineName(reader.line)} may use the login also when the build step does not run`
  }
  return undefined
}

/**
 * Whether the condition of a login can be dropped: the build step behaves the same if it always has the credentials.
 * Without a push they are not needed, and may be missing.
 */
function reduces(login: Step, builds: readonly Step[], logins: readonly Step[], job: Job): boolean {
  const condition = normalizeCondition(login.condition ?? '')
  if (/\b(?:always|failure|cancelled)\s{0,10}\(/i.test(condition)) return false
  const references = findStepReferences(condition)
  if (references.length > 0) {
    const isEarlier = (id: string | undefined) =>
      job.steps.some((one) => one.index < login.index && id !== undefined && one.id?.toLowerCase() === id.toLowerCase())
    return references.every(({ id }) => isEarlier(id)) && builds.every((build) => isSameCondition(login, build))
  }
  // If the login does not run, a push would fail in the original workflow, too.
  if (logins.every((other) => isSameCondition(other, login))) return true
  return builds.every((build) => {
    const push = pushOf(build, job)
    if (normalizeCondition(push) === condition || isSameCondition(login, build)) return true
    return isNotPullRequest(condition) && /pull_request/.test(`${push} ${build.condition ?? ''}`)
  })
}

function isNotPullRequest(condition: string): boolean {
  return /^(?:github\.event_name ?!= ?'pull_request'|'pull_request' ?!= ?github\.event_name|github\.event_name ?== ?'(?:push|release|schedule|workflow_dispatch)'|!github\.event\.pull_request|github\.event\.pull_request ?== ?null)$/.test(
    condition,
  )
}

function readersAfter(build: Step, { job, builds }: Pick<Planning, 'job' | 'builds'>): readonly Step[] {
  const next = builds.find(({ index }) => index > build.index)?.index ?? job.steps.length
  return job.steps.filter((one) => one.index > build.index && one.index < next && mayReadCredentials(one))
}

/** Returns the build steps that must keep their logins for later steps. */
function keepers(
  logins: readonly Step[],
  planning: Planning,
): readonly { readonly build: Step; readonly note: Note }[] {
  return planning.builds.flatMap((build) => {
    const [reader] = readersAfter(build, planning)
    if (reader === undefined || !logins.some(({ index }) => index < build.index)) return []
    const why = readsCredentials(reader) ? 'uses' : 'runs a script that may use'
    return [
      {
        build,
        note: { line: reader.line, text: `this step ${why} the login, so the build step gets \`keep-login: true\`` },
      },
    ]
  })
}

/** Returns the registry of a login, with variables of the workflow replaced. */
export function registryOf({ inputs }: Step, { env }: Job): string {
  const text = inputs.get('registry')?.value?.trim() ?? ''
  return resolveVariables(text, env)
}

/**
 * Whether a login is one to ghcr.io with the token of the job, for which a build step that pushes there needs no input.
 */
function isJobLogin(login: Step, build: Step, job: Job): boolean {
  const { inputs } = login
  const password = inputs.get('password')
  const isPlain = [...inputs.keys()].every((name) => ['registry', 'username', 'password', 'logout'].includes(name))
  const token = build.inputs.get('github-token')
  return (
    isPlain &&
    ['ghcr.io', 'https://ghcr.io', 'ghcr.io/', 'https://ghcr.io/'].includes(registryOf(login, job).toLowerCase()) &&
    password !== undefined &&
    isJobToken(password) &&
    (token === undefined || isJobToken(token)) &&
    imageNames(build, job).some((name) => name.toLowerCase().startsWith('ghcr.io/'))
  )
}

const hubNames = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io', 'https://index.docker.io/v1/']

/** Returns the inputs of a build step for the logins that precede it. */
function credentialLines(
  logins: readonly Step[],
  build: Step,
  { source, job }: Planning,
): { readonly lines: readonly string[] } | { readonly problem: string } {
  const [only] = logins
  if (only === undefined) return { lines: [] }
  const clash = [...parts, 'registries', 'registry-auth', 'keep-login'].find((name) => build.inputs.has(name))
  if (clash !== undefined) return { problem: `the build step in ${lineName(build.line)} has ${code(clash)} already` }
  const isBlock = only.withBlock?.isBlock ?? true
  const auth = only.inputs.get('registry-auth')
  const isHub = hubNames.includes(registryOf(only, job))
  if (logins.length === 1 && (auth !== undefined || isHub || hasHosts(build, only, job))) {
    const fields = ['registry', 'username', 'password', 'scope', 'ecr', 'registry-auth'].flatMap(
      (name) => only.inputs.get(name) ?? [],
    )
    const copies = fields.map((field) => copyInput(source, field, { isBlock }))
    if (copies.includes(undefined)) return { problem: 'its inputs are in braces over several lines' }
    // Credentials without a registry are an error if no image is on Docker Hub.
    const hub = auth === undefined && !only.inputs.has('registry') ? ['registry: docker.io'] : []
    return { lines: [...hub, ...copies.flatMap((lines) => lines ?? [])] }
  }
  const entries = logins.flatMap((login) => {
    const values = parts.flatMap((name) => {
      const value = login.inputs.get(name)?.value?.trim() ?? ''
      return value === '' ? [] : [`${name}: ${toYaml(value)}`]
    })
    return values.map((line, at) => `  ${at === 0 ? '- ' : '  '}${line}`)
  })
  return { lines: ['registries: |', ...entries] }
}

/** Whether every image name has a registry: `registry` is the default for names without one. */
function hasHosts(build: Step, login: Step, job: Job): boolean {
  const names = imageNames(build, job)
  const registry = registryOf(login, job)
  return (
    names.length > 0 &&
    names.every((name) => {
      const [host = '', ...rest] = name.split('/')
      if (name.startsWith(`${registry}/`)) return true
      return rest.length > 0 && !host.includes('${{') && (/[.:]/.test(host) || host === 'localhost')
    })
  )
}

/**
 * Returns the image names of a build step, with variables of the workflow replaced; a conditional name as the whole
 * line.
 */
function imageNames(build: Step, job: Job): readonly string[] {
  const lists = [build.inputs.get('tags')?.value ?? '', ...outputNames(build), ...metadataImages(build, job)]
  return (
    lists
      .flatMap((text) => text.split('\n'))
      .flatMap((line) => (line.includes('enable=') ? [line] : line.split(',')))
      .map((name) => resolveVariables(name.trim(), job.env))
      .map((name) => (name.includes('enable=') ? name : name.replace(/^name=/i, '')))
      .filter((name) => name !== '' && !name.startsWith('#'))
      // The outputs of docker/metadata-action: its images are included already.
      .filter((name) => !/^steps\.[\w-]+\.outputs\.tags$/.test(wholeExpression(name) ?? ''))
  )
}

function metadataImages({ index }: Step, { steps, references }: Job): readonly string[] {
  const ids = references.filter((one) => one.step === index && one.input === 'tags').map(({ id }) => id?.toLowerCase())
  return steps
    .filter((step) => step.action?.kind === 'metadata' && step.id !== undefined && ids.includes(step.id.toLowerCase()))
    .map((step) => step.inputs.get('images')?.value ?? '')
}

/** Formats a value as YAML within an expression: `toJSON` quotes values that are only known at run time. */
function toYaml(value: string): string {
  const expression = wholeExpression(value)
  if (expression !== undefined) return /^github\.[\w.]+$/.test(expression) ? value : `\${{ toJSON(${expression}) }}`
  if (!value.includes('${{')) return /^[A-Za-z0-9_][\w./@-]*$/.test(value) ? value : JSON.stringify(value)
  const found: string[] = []
  const marked = replaceExpressions(value, (one) => {
    found.push(one)
    return `\u0001${found.length - 1}\u0002`
  })
  const template = marked
    .replace(/[{}]/g, '$&$&')
    .replaceAll("'", "''")
    .replaceAll('\u0001', '{')
    .replaceAll('\u0002', '}')
  return `\${{ toJSON(format('${template}', ${found.join(', ')})) }}`
}

function notesOf(login: Step, { job, builds }: Planning): readonly Note[] {
  const notes: Note[] = []
  if (builds.every((build) => build.index < login.index || isJobLogin(login, build, job)))
    notes.push({ line: login.line, text: 'Polyarch logs in to ghcr.io with the token of the job' })
  const isOfBuild = builds.every((build) => build.index < login.index || isSameCondition(build, login))
  if (login.condition !== undefined && !isOfBuild) {
    notes.push({
      line: login.line,
      text: `${code(`if: ${login.condition}`)} is dropped: without a push, missing credentials are not an error`,
    })
  }
  for (const [name, field] of login.inputs) {
    const isKnown = [...parts, 'registry-auth', 'logout'].includes(name)
    if (!isKnown)
      notes.push({ line: field.line, text: `${code(name)} is dropped: docker/login-action does not have it` })
  }
  return notes
}
