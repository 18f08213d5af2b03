import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Job, runStep, type StepOptions } from '../test/e2e/support/action.ts'
import { watchMemory } from '../test/e2e/support/peak.ts'
import { type Account, rig } from '../test/e2e/support/rig.ts'
import type { Rival } from './pairs.ts'
import type { Peers } from './peers.ts'

/** The build, the same for both sides. */
export type Build = {
  readonly job: Job
  /** `host/repository:tag`. */
  readonly reference: string
  /** The names for the bare command. Default: only `reference`. */
  readonly references?: readonly string[]
  readonly platforms: readonly string[]
  readonly account?: Account
  /** More inputs of the step. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The directory of another build of the action. */
  readonly dist?: string
}

/** The complete step: main and post as a runner starts them, with login, preflight, verification and clean-up. */
export async function runOurs(
  build: Build,
  more: Readonly<Record<string, string>> = {},
  options: StepOptions = {},
): Promise<void> {
  const { job, reference, platforms, account, inputs: own, dist } = build
  const login = account ? { registry: account.host, username: account.username, password: account.password } : {}
  await runStepOf(
    job,
    { tags: reference, platforms: platforms.join(','), push: 'true', ...login, ...own, ...more },
    dist === undefined ? options : { dist, ...options },
  )
}

/** The step with another build of this action, if there is one. It gets the directory of that build. */
export function otherDist({ dist }: Pick<Peers, 'dist'>, run: (dist: string) => Promise<void>): readonly Rival[] {
  return dist === undefined ? [] : [{ name: 'the other dist', run: () => run(dist) }]
}

/** Main and post with these inputs. */
export async function runStepOf(
  job: Job,
  inputs: Readonly<Record<string, string>>,
  options: StepOptions = {},
): Promise<void> {
  const step = await runStep(job, inputs, options)
  if (step.status !== 0 || step.post.status !== 0) throw new Error(`The step failed:\n${step.log}`)
}

/** The bare command with the same arguments. Its credentials already exist. */
export async function runBare({ job, reference, references = [reference], platforms, account }: Build): Promise<void> {
  const names = references.flatMap((one) => ['--tag', one])
  const args = ['buildx', 'build', '--platform', platforms.join(','), ...names, '--push']
  await runQuietly('docker', [...args, '--provenance=false', '.'], {
    cwd: job.workspace,
    env: { ...job.env, DOCKER_CONFIG: configFolder(job, account) },
  })
}

/** Removes the images of the bare command from the daemon's store. */
export async function removeImage({ job, reference }: Build): Promise<void> {
  await runQuietly('docker', ['image', 'rm', '--force', reference], { cwd: job.workspace, env: job.env })
}

/** The most memory, in bytes, that the Node process of the main step held. */
export async function measureMemory(build: Build): Promise<number> {
  const { job, peak } = watchMemory(build.job)
  await runOurs({ ...build, job })
  return peak()
}

function configFolder(job: Job, account: Account | undefined): string {
  const folder = join(job.workspace, '..', 'bare')
  const path = join(folder, 'config.json')
  if (existsSync(path)) return folder
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const auth = account ? Buffer.from(`${account.username}:${account.password}`).toString('base64') : ''
  const auths = account ? { [account.host]: { auth } } : {}
  writeFileSync(path, JSON.stringify({ auths, cliPluginsExtraDirs: rig.plugins ? [rig.plugins] : [] }))
  return folder
}

/** Runs a program until it exits; an error contains its output. */
export function runQuietly(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', failed)
    child.once('close', (status) => {
      if (status === 0) done()
      else failed(new Error(`${command} ${args.join(' ')} exited with ${status}:\n${stderr}`))
    })
  })
}
