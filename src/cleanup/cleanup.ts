import { appendFileSync, existsSync, lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { LimitError, readFileLimitedSync } from '../bounds/read-limited.ts'
import { fingerprint, readCredentialsFile, replaceEntry } from '../docker/credentials-file.ts'
import { dockerProgram } from '../docker/docker.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { Exec } from '../host/host.ts'
import { podmanRemoval } from './podman-removal.ts'
import { endPodmanRuns } from './podman-runs.ts'
import { programFailure } from './program-failure.ts'
import { recordName } from './remove-finished.ts'
import { whyForeign } from './step-folder.ts'
import { type CleanUpTask, type Decoded, decodeTasks, encodeTask, encodeUndone, type TaskRules } from './task.ts'

/** The directory, below the step's directory, whose files later steps of the job read. */
export const keptFolder = 'kept'

/** Records `task` in the step's directory. Must be called before the resource is created. */
export function recordTask(tempDir: string, task: CleanUpTask): void {
  appendFileSync(join(tempDir, recordName), encodeTask(task), { mode: 0o600 })
}

/** Withdraws a recorded task whose resource was certainly not created. */
export function dropTask(tempDir: string, task: CleanUpTask): void {
  appendFileSync(join(tempDir, recordName), encodeUndone(task), { mode: 0o600 })
}

export type CleanUpOptions = {
  readonly exec: Exec
  /** Removes an object from the daemon by name; an object that no longer exists is not an error. */
  readonly removeImage: (reference: string) => Promise<void>
  readonly removeContainer: (name: string) => Promise<void>
  /** The same, for a Job of Kubernetes. */
  readonly removePod: (pod: Extract<CleanUpTask, { kind: 'pod' }>) => Promise<void>
  readonly removeDeployment: (deployment: Extract<CleanUpTask, { kind: 'deployment' }>) => Promise<void>
  readonly removeNamespace: (namespace: Extract<CleanUpTask, { kind: 'namespace' }>) => Promise<void>
  /** The parent of the steps' directories: RUNNER_TEMP. */
  readonly parent: string
  /** What the tasks of the directory are allowed to run. */
  readonly rules: TaskRules
  /**
   * Keeps what later steps of the job use, with its tasks: the kept logins, and the files in `keptFolder`; also the tasks in a cluster that does not answer
   * now, which the post step undoes.
   */
  readonly forLaterSteps?: boolean
}

/**
 * Undoes all recorded tasks, newest first, then removes the step's directory with its credentials.
 * Resources that no longer exist count as undone, so it is idempotent. A directory that was not created by a step of this user is left untouched: its
 * name comes from the environment of the post step.
 *
 * @returns one sentence for each task that could not be undone; never throws
 */
export async function cleanUp(tempDir: string, options: CleanUpOptions): Promise<readonly string[]> {
  const { parent, rules, forLaterSteps = false } = options
  const foreign = whyForeign(tempDir, parent)
  if (foreign === 'missing') return []
  if (foreign !== undefined) return [`Cannot clean up ${JSON.stringify(tempDir.slice(0, 200))}: ${foreign}`]
  const problems: string[] = []
  const { tasks, refused } = readTasks(tempDir, rules, problems)
  if (refused > 0) {
    problems.push(
      `Cannot clean up ${refused} entries of ${join(tempDir, recordName)}: they name what no step of Polyarch makes`,
    )
  }
  const later = tasks.filter(({ kind }) => forLaterSteps && (kind === 'login' || kind === 'temporary-file'))
  const kept = new Set(later)
  for (const task of tasks.filter((task) => !later.includes(task))) {
    try {
      await undo(task, tempDir, options)
    } catch (error) {
      // Its objects in the cluster are tasks of their own.
      if (task.kind === 'builder' && task.isInCluster) continue
      const isAway = error instanceof ActionError && error.code === 'daemon-unreachable'
      const again = forLaterSteps && isAway && clusterTasks.has(task.kind)
      if (again) kept.add(task)
      const next = again ? '. The post step retries it' : ''
      problems.push(`Cannot remove the ${task.kind} ${nameOf(task)}: ${messageOf(error)}${next}${await byHand(task)}`)
    }
  }
  try {
    if (kept.size > 0 || (forLaterSteps && existsSync(join(tempDir, keptFolder))))
      keepTasks(
        tempDir,
        tasks.filter((task) => kept.has(task)),
      )
    else rmSync(tempDir, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    problems.push(`Cannot remove the directory ${tempDir}: ${messageOf(error)}`)
  }
  return problems
}

/** Tasks that need no file of the step's directory, and whose cluster may be away for a while. */
const clusterTasks: ReadonlySet<CleanUpTask['kind']> = new Set(['pod', 'deployment', 'namespace'])

/** Removes everything from the directory except pending tasks and the files that later steps read. */
function keepTasks(tempDir: string, tasks: readonly CleanUpTask[]): void {
  const kept = join(tempDir, `${recordName}.new`)
  writeFileSync(kept, tasks.toReversed().map(encodeTask).join(''), { mode: 0o600 })
  renameSync(kept, join(tempDir, recordName))
  for (const name of readdirSync(tempDir)) {
    if (name !== recordName && name !== keptFolder)
      rmSync(join(tempDir, name), { recursive: true, force: true, maxRetries: 3 })
  }
}

function readTasks(tempDir: string, rules: TaskRules, problems: string[]): Decoded {
  const file = join(tempDir, recordName)
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) {
      return decodeTasks(readFileLimitedSync(file, limits.configFile), rules)
    }
  } catch (error) {
    problems.push(`Cannot read ${file}: ${error instanceof LimitError ? error.message : messageOf(error)}`)
  }
  return { tasks: [], refused: 0 }
}

async function undo(task: CleanUpTask, tempDir: string, options: CleanUpOptions): Promise<void> {
  switch (task.kind) {
    case 'image':
      return options.removeImage(task.reference)
    case 'container':
      return options.removeContainer(task.name)
    case 'podman-build':
      return endPodmanRuns(tempDir, task.program, options.exec)
    case 'podman-image':
      return removePodmanName(task, options.exec)
    case 'pod':
      return options.removePod(task)
    case 'deployment':
      return options.removeDeployment(task)
    case 'apple-container':
      return removeOfApple(['delete', '--force', task.name], task, options.exec)
    case 'apple-image':
      return removeOfApple(['image', 'delete', '--force', task.name], task, options.exec)
    case 'apple-services':
      return removeOfApple(['system', 'stop'], task, options.exec)
    case 'podman-container':
      return runPodman(task.program, podmanRemoval(task.name, basename(task.program) === 'nerdctl'), options.exec)
    case 'namespace':
      return options.removeNamespace(task)
    case 'builder':
      return removeBuilder(task, options.exec)
    case 'emulator':
      return removeEmulator(task, options.exec)
    case 'folder':
      return removeFolder(task.path)
    case 'login':
      return restoreLogin(task, options.rules)
    case 'temporary-file':
      return rmSync(task.path, { force: true })
  }
}

/** Removes a directory. One whose parent is not a directory was never created. */
function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    if (Object(error).code !== 'ENOTDIR') throw error
  }
}

async function removeBuilder(
  { buildx, name, env, forgotten, keepState }: Extract<CleanUpTask, { kind: 'builder' }>,
  exec: Exec,
): Promise<void> {
  const result = await exec(buildx, ['rm', '--force', ...(keepState ? ['--keep-state'] : []), name], { env, timeout })
  if (result.ok || (forgotten !== true && /no builder|not found/i.test(result.stderr))) return
  if (forgotten) throw new Error('an earlier attempt failed, and what it is made of may be left')
  throw programFailure(buildx, result)
}

/** Removes the name alone if the image is the cache of later builds. Buildah can only remove both. */
async function removePodmanName(
  { program, name, isLoaded }: Extract<CleanUpTask, { kind: 'podman-image' }>,
  exec: Exec,
): Promise<void> {
  const keepsImage = basename(program) === 'podman' && isLoaded !== true
  try {
    await runPodman(program, keepsImage ? ['untag', name, name] : ['rmi', name], exec)
  } catch (error) {
    // The name of a manifest list, which these two commands resolve to one of its images.
    if (!/tag not known/.test(messageOf(error))) throw error
    await runPodman(program, ['manifest', 'rm', name], exec)
  }
}

/** Runs Podman, Buildah or nerdctl to remove something, which may be removed already. */
async function runPodman(program: string, args: readonly string[], exec: Exec): Promise<void> {
  const result = await exec(program, args, { timeout })
  if (result.ok || /image not known|no such (?:image|container)/i.test(result.stderr)) return
  throw programFailure(program, result)
}

/** Runs Apple's `container`, which reports an object that does not exist as an error. */
async function removeOfApple(
  args: readonly string[],
  { program }: { readonly program: string },
  exec: Exec,
): Promise<void> {
  const result = await exec(program, args, { timeout })
  if (!result.ok && !/not found/i.test(result.stderr)) throw programFailure(program, result)
}

/** The program in the image ignores emulators that are not registered. */
async function removeEmulator(
  { image, name, env }: Extract<CleanUpTask, { kind: 'emulator' }>,
  exec: Exec,
): Promise<void> {
  const args = ['run', '--rm', '--privileged', image, '--uninstall', name]
  const result = await exec(dockerProgram, args, { env, timeout })
  if (!result.ok) throw programFailure(dockerProgram, result)
}

/** Timeout for a program (milliseconds). */
const timeout = 30_000

/** Restores an entry. An entry that has changed since belongs to another step and is left untouched. */
function restoreLogin(
  { path, key, before, wrote, file }: Extract<CleanUpTask, { readonly kind: 'login' }>,
  { session }: TaskRules,
): void {
  if (fingerprint(readCredentialsFile(path).entryOf(key)) !== wrote) return
  replaceEntry(path, key, before, { session, before: file })
}

async function byHand(task: CleanUpTask): Promise<string> {
  if (task.kind === 'pod') return `. Remove it by hand: kubectl -n ${task.namespace} delete job ${task.name}`
  if (task.kind === 'deployment') {
    const { deleteCommand } = await import('../kubernetes/delete-command.ts')
    return `. Remove it by hand: ${deleteCommand(task)}`
  }
  return task.kind === 'builder' && task.byHand !== undefined ? `. Remove it by hand: ${task.byHand}` : ''
}

function nameOf(task: CleanUpTask): string {
  if (task.kind === 'login') return `for ${task.key} from ${task.path}`
  if (task.kind === 'temporary-file') return task.path
  if (task.kind === 'folder') return task.path
  if (task.kind === 'deployment') return `${task.name} in the namespace ${task.namespace}`
  if (task.kind === 'podman-build') return `of ${task.program}`
  if (task.kind === 'apple-services') return `of ${task.program}`
  return task.kind === 'image' ? task.reference : task.name
}
