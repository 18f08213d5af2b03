import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { noDocker } from '../../support/machine.ts'
import { rig } from './rig.ts'
import { runHere } from './run-here.ts'

/** The environment of one step: workspace, home, temporary directory, and the files for commands. */
export type Job = {
  readonly workspace: string
  readonly home: string
  readonly temp: string
  readonly env: Readonly<Record<string, string>>
  readonly remove: () => void
}

export type StepResult = {
  readonly status: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly post: { readonly status: number | null; readonly log: string }
  /** What was left in the runner's temporary directory after the post step. */
  readonly leftovers: readonly string[]
}

export type StepOptions = {
  /** Called when main has started, with a function that reads its log so far. */
  readonly during?: (pid: number, log: () => string) => void
  /** Called in place of a later step of the job. */
  readonly betweenMainAndPost?: () => void
  /** A program and its arguments that start main and post, such as in a namespace of their own. */
  readonly through?: readonly string[]
  /** Receives the output of main and post as it arrives. */
  readonly onOutput?: (text: string) => void
  /** The directory of another build of the action. */
  readonly dist?: string
}

const ownDist = resolve(import.meta.dirname, '../../../dist')

/** The commit of the push that every job runs for. */
const sha = '0123456789abcdef0123456789abcdef01234567'

/** Makes a job whose workspace has `files`. */
export function createJob(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Job {
  const root = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
  const [workspace, home, temp] = ['workspace', 'home', 'temp'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [workspace, home, temp, join(home, '.docker')]) mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(workspace, name, '..'), { recursive: true })
    writeFileSync(join(workspace, name), text)
  }
  if (rig.plugins) {
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [rig.plugins] }))
  }
  const event = join(root, 'event.json')
  writeFileSync(event, JSON.stringify({ head_commit: { id: sha, timestamp: '2026-01-02T03:04:05Z' } }))
  return {
    workspace,
    home,
    temp,
    env: {
      PATH: [rig.cli, process.env['PATH']].filter(Boolean).join(':'),
      HOME: home,
      // Never the daemon of this machine. A test that uses the default socket sets it to ''.
      DOCKER_HOST: noDocker,
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: workspace,
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: sha,
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_EVENT_PATH: event,
      ...env,
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Runs the built action as a runner does: main with its inputs, then post with the state that main left. */
export function runStep(
  job: Job,
  inputs: Readonly<Record<string, string>>,
  options: StepOptions = {},
): Promise<StepResult> {
  return runMainAndPost(job, inputs, options, runNode)
}

/** Like {@link runStep}, but main and post run in this process, one step at a time; see {@link runHere}. */
export function runStepHere(job: Job, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  return runMainAndPost(job, inputs, {}, runHere)
}

async function runMainAndPost(
  job: Job,
  inputs: Readonly<Record<string, string>>,
  options: StepOptions,
  start: typeof runNode,
): Promise<StepResult> {
  const files = Object.fromEntries(
    ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'].map((name) => [`GITHUB_${name}`, join(job.temp, '..', name)]),
  )
  for (const file of Object.values(files)) writeFileSync(file, '')
  const withInputs = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  )
  const env = { ...job.env, ...files }
  const { dist = ownDist } = options
  const main = await start(join(dist, 'main/index.js'), job.workspace, { ...env, ...withInputs }, options)
  const state = readCommandFile(files['GITHUB_STATE'] ?? '')
  const withState = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]))
  const { onOutput, through = [] } = options
  options.betweenMainAndPost?.()
  const forPost = { ...env, ...withInputs, ...withState }
  const post = await start(join(dist, 'post/index.js'), job.workspace, forPost, {
    through,
    ...(onOutput && { onOutput }),
  })
  return {
    ...main,
    outputs: readCommandFile(files['GITHUB_OUTPUT'] ?? ''),
    summary: readFileSync(files['GITHUB_STEP_SUMMARY'] ?? '', 'utf8'),
    post,
    leftovers: existsSync(job.temp) ? readdirSync(job.temp) : [],
  }
}

function runNode(
  entry: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  { during, onOutput, through = [] }: StepOptions,
): Promise<{ readonly status: number | null; readonly log: string }> {
  return new Promise((done, failed) => {
    const [program = '', ...args] = [...through, process.execPath, entry]
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        log += text
        onOutput?.(text)
      })
    }
    child.once('error', failed)
    child.once('close', (status) => done({ status, log }))
    if (child.pid !== undefined) during?.(child.pid, () => log)
  })
}

/** The runner's file form: `name<<delimiter`, lines, `delimiter`; or `name=value`. */
export function readCommandFile(path: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = readFileSync(path, 'utf8').split('\n')
  while (lines.length > 0) {
    const line = lines.shift() ?? ''
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter)
      values[name] = lines.splice(0, end).join('\n')
      lines.shift()
    } else if (line.includes('=')) {
      values[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
    }
  }
  return values
}
