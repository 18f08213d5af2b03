import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Job } from './action.ts'
import { part } from './rig.ts'

const root = resolve(import.meta.dirname, '../../..')
const reusable = '.github/workflows/image.yml'
const { version: packageVersion } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string
}

export type ActRun = { readonly status: number | null; readonly log: string }

export type ActOptions = {
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** The text of the workflow. Default: examples/workflow.yml. */
  readonly workflow?: string
  /** The event, without a payload. Default: push. */
  readonly event?: string
  /** Default: main. */
  readonly branch?: string
  /** Inputs of workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Whether act serves artifacts. */
  readonly artifacts?: boolean
  /** Runs only the jobs of a matrix with this value: `platform:linux/arm64`. */
  readonly matrix?: string
  /** Directories that replace other actions: name@ref → directory. */
  readonly actions?: Readonly<Record<string, string>>
}

/** The labels of the runners that the default matrix uses; they are all this machine. */
const runners = ['ubuntu-latest', 'ubuntu-24.04', 'ubuntu-24.04-arm']

/**
 * Runs a workflow with act, directly on this machine. `polyarch/build@v1` contains the files of a release: action.yml, dist and the reusable
 * workflow. Nothing is downloaded. A second run in the workspace of a job is for the same commit.
 */
export function runWorkflow(
  job: Job,
  {
    vars = {},
    secrets = {},
    workflow,
    event = 'push',
    branch = 'main',
    inputs = {},
    artifacts = false,
    matrix,
    actions = {},
  }: ActOptions,
): ActRun {
  const action = join(job.workspace, '..', 'action')
  const temp = join(job.workspace, '..', 'tmp')
  if (!existsSync(action)) {
    mkdirSync(action)
    for (const name of ['action.yml', 'dist', reusable])
      cpSync(join(root, name), join(action, name), { recursive: true })
    mkdirSync(join(job.workspace, '.github/workflows'), { recursive: true })
    const text = workflow ?? readFileSync(join(root, 'examples/workflow.yml'), 'utf8')
    writeFileSync(join(job.workspace, '.github/workflows/image.yml'), text)
    commit(job, branch)
    mkdirSync(temp)
  }

  const args = [
    ...[event, ...runners.flatMap((label) => ['--platform', `${label}=-self-hosted`])],
    ...['v1', `v${packageVersion}`].flatMap((ref) => ['--local-repository', `polyarch/build@${ref}=${action}`]),
    ...(matrix === undefined ? [] : ['--matrix', matrix]),
    ...['--pull=false', '--action-offline-mode', '--no-cache-server', '--defaultbranch', 'main'],
    ...(artifacts ? artifactServer(join(job.workspace, '..', 'artifacts')) : []),
    ...Object.entries(actions).flatMap(([name, folder]) => ['--local-repository', `${name}=${folder}`]),
    ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    // By name only: act reads the value from its environment, so that no process list shows it.
    ...Object.keys(secrets).flatMap((name) => ['--secret', name]),
  ]
  const { DOCKER_HOST = '', HOME = '', PATH = '' } = job.env
  const { status, stdout, stderr } = spawnSync(part('act'), args, {
    cwd: job.workspace,
    encoding: 'utf8',
    timeout: 50_000,
    env: { DOCKER_HOST, HOME, TMPDIR: temp, PATH: `${dirname(process.execPath)}:${PATH}`, ...secrets },
  })
  return { status, log: stdout + stderr }
}

/** The port differs between the processes of the tests. */
function artifactServer(folder: string): readonly string[] {
  const port = 20_000 + (process.pid % 10_000)
  return ['path', folder, 'addr', '127.0.0.1', 'port', String(port)].map((text, at) =>
    at % 2 === 0 ? `--artifact-server-${text}` : text,
  )
}

/** act reads repository, branch and commit from Git. */
function commit(job: Job, branch: string): void {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd: job.workspace })
  git('init', '--quiet', '--initial-branch', branch)
  git('remote', 'add', 'origin', 'https://github.com/acme/app.git')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Begin')
}

/** The user's own Docker configuration in this job's home. */
export function userConfig(job: Job): string {
  return readFileSync(join(job.home, '.docker/config.json'), 'utf8')
}

/** Writes credentials for `docker run` to a directory next to the job's home, and returns the directory. */
export function credentialsFolder(job: Job, account: { host: string; username: string; password: string }): string {
  const folder = join(job.workspace, '..', 'puller')
  mkdirSync(folder, { mode: 0o700 })
  const auth = Buffer.from(`${account.username}:${account.password}`).toString('base64')
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [account.host]: { auth } } }))
  return folder
}
