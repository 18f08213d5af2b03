import { basename, isAbsolute, normalize, resolve } from 'node:path'
import { isObject, parseJsonObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import type { FileBefore, RegistryEntry } from '../docker/credentials-file.ts'

/** One task to undo. It is recorded before the resource is created, so that a crash cannot leak it. */
export type CleanUpTask =
  | {
      readonly kind: 'builder'
      readonly name: string
      readonly buildx: string
      readonly env: TaskEnvironment
      /** The command that removes the builder's resources without buildx. */
      readonly byHand?: string | undefined
      /** buildx failed to remove the builder once and no longer lists it, so "no such builder" does not mean that it is removed. */
      readonly forgotten?: boolean
      /** All that it is made of are tasks of the kind `deployment`. */
      readonly isInCluster?: boolean
      /** The build cache is kept on the machine for the next builder of this name. */
      readonly keepState?: boolean
    }
  | { readonly kind: 'emulator'; readonly name: string; readonly image: string; readonly env: TaskEnvironment }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'container'; readonly name: string }
  /** A name in the store of Podman, Buildah or nerdctl, whose program has the path `program`. */
  | {
      readonly kind: 'podman-image'
      readonly name: string
      readonly program: string
      /** The image was loaded under this name and is not the cache of later builds: it is removed with this name. */
      readonly isLoaded?: boolean
    }
  | { readonly kind: 'podman-container'; readonly name: string; readonly program: string }
  /** What a build of Podman or Buildah leaves in its store if it is cut off. */
  | {
      readonly kind: 'podman-build'
      readonly program: string
      /** A name of this call alone: a build that ends withdraws only its own record. */
      readonly name: string
    }
  /** A Job of a Kubernetes cluster with its pod. Credentials are those that the kubeconfig has when it is undone. */
  | {
      readonly kind: 'pod'
      readonly name: string
      readonly namespace: string
      /** URL of the API: another cluster is left untouched. */
      readonly server: string
      /** Name of the context in the kubeconfig; absent for the service account of a pod. */
      readonly context?: string | undefined
    }
  /** The Deployment, or StatefulSet, and the ConfigMap that buildx creates for a node of a builder. Credentials as for `pod`. */
  | {
      readonly kind: 'deployment'
      readonly name: string
      readonly namespace: string
      readonly server: string
      readonly context?: string | undefined
    }
  /** An image or a container of Apple's `container`, whose program has the path `program`. */
  | { readonly kind: 'apple-image' | 'apple-container'; readonly name: string; readonly program: string }
  /** The services of Apple's `container`, which were stopped before the step. */
  | { readonly kind: 'apple-services'; readonly program: string }
  /** A namespace of a Kubernetes cluster, which is removed only if it has the annotation of this step. */
  | {
      readonly kind: 'namespace'
      readonly name: string
      /** The name of the run, in the annotation. */
      readonly session: string
      readonly server: string
      readonly context?: string | undefined
    }
  /** A directory of this run outside of the step's directory; it has the run's name. */
  | { readonly kind: 'folder'; readonly path: string }
  /** An entry of the user's Docker configuration that the post step restores. */
  | {
      readonly kind: 'login'
      readonly path: string
      readonly key: string
      readonly before: RegistryEntry
      /** The fingerprint of the written entry. */
      readonly wrote: string
      /** The file before this step added its first entry. */
      readonly file: FileBefore
      readonly env: TaskEnvironment
    }
  /** The temporary file that replaces the user's Docker configuration. */
  | { readonly kind: 'temporary-file'; readonly path: string }

type TaskEnvironment = Readonly<Record<string, string>>

/** The content of a task file: tasks, newest first, and the number of lines that are not tasks of this step. */
export type Decoded = { readonly tasks: readonly CleanUpTask[]; readonly refused: number }

/** What Podman puts before the name of an image without a registry. */
export const podmanPrefix = 'localhost/'

/** What precedes a name of this run in the store of Apple's `container`: without it, the machine's default registry is added. */
export const applePrefix = 'docker.io/library/'

/** Version of the file format: the post step of a newer release may read a file of an older one. */
const version = 1

/** A line that withdraws a task because its resource was not created. */
export function encodeUndone(task: CleanUpTask): string {
  return `${JSON.stringify({ version, undone: encodeTask(task) })}\n`
}

/** One line of the clean-up file. */
export function encodeTask(task: CleanUpTask): string {
  return `${JSON.stringify({ version, ...task })}\n`
}

/** What the tasks of one step are allowed to contain. The task file is not trusted. */
export type TaskRules = {
  /** The prefix of its builders, images and containers. */
  readonly session: string
  /** Whether a path is a buildx binary that the step could have found. */
  readonly isBuildx: (path: string) => boolean
  /** Whether a path is a Podman, a Buildah or a nerdctl that the step could have found. */
  readonly isPodman: (path: string) => boolean
  /** Whether a path is an Apple `container` that the step could have found. */
  readonly isApple: (path: string) => boolean
  /** The builder whose build cache is kept. */
  readonly keptBuilder?: string | undefined
  /** All references of the image that sets up emulators, the only image that is run (privileged). */
  readonly emulatorImages: readonly string[]
  /** Whether a task is allowed to set an environment variable to a value. */
  readonly maySet: (name: string, value: string) => boolean
}

/**
 * Returns the tasks of a clean-up file that were not withdrawn. A line that was truncated by a crash or is of another version is ignored; a line that names something
 * that does not belong to this step is rejected, because someone else may have created the file.
 */
export function decodeTasks(file: string, rules: TaskRules): Decoded {
  const tasks: CleanUpTask[] = []
  const undone = new Set<unknown>()
  let refused = 0
  const lines = file.split('\n')
  // Text after the last line break was truncated.
  for (const line of lines.slice(0, -1)) {
    const value = parseJsonObject(line)
    if (value?.['version'] !== version) continue
    if (value['undone'] !== undefined) {
      undone.add(value['undone'])
      continue
    }
    const task = readTask(value, rules)
    if (task === undefined) refused += 1
    else tasks.push(task)
  }
  return { tasks: tasks.filter((task) => !undone.has(encodeTask(task))).reverse(), refused }
}

function readTask(value: Readonly<Record<string, unknown>>, rules: TaskRules): CleanUpTask | undefined {
  const { kind, name, reference, image, buildx } = value
  const own = (text: unknown): text is string =>
    typeof text === 'string' && text.startsWith(rules.session) && /^[a-z0-9][a-z0-9_.:-]*$/.test(text)
  if (kind === 'container' && own(name)) return { kind, name }
  if (kind === 'pod' || kind === 'deployment') return own(name) ? readClusterObject(kind, name, value) : undefined
  if (kind === 'namespace') return own(value['session']) ? readNamespace(name, value, value['session']) : undefined
  if (kind === 'image' && own(reference)) return { kind, reference }
  const { program } = value
  const isProgram = (path: unknown): path is string => typeof path === 'string' && rules.isPodman(path)
  if (kind === 'podman-build') return own(name) && isProgram(program) ? { kind, program, name } : undefined
  if (kind === 'podman-image') {
    const isOwn = typeof name === 'string' && name.startsWith(podmanPrefix) && own(name.slice(podmanPrefix.length))
    const loaded = value['isLoaded'] === true ? { isLoaded: true } : {}
    return isOwn && isProgram(program) ? { kind, name, program, ...loaded } : undefined
  }
  const isApple = typeof program === 'string' && rules.isApple(program)
  if (kind === 'apple-services') return isApple ? { kind, program } : undefined
  if (kind === 'apple-container') return isApple && own(name) ? { kind, name, program } : undefined
  if (kind === 'apple-image') {
    const isOwn = typeof name === 'string' && name.startsWith(applePrefix) && own(name.slice(applePrefix.length))
    return isApple && isOwn ? { kind, name, program } : undefined
  }
  if (kind === 'podman-container') return own(name) && isProgram(program) ? { kind, name, program } : undefined
  const { path } = value
  const isTemporary = typeof path === 'string' && isAbsolute(path) && normalize(path) === path
  if (kind === 'temporary-file') return isTemporary && path.endsWith(`.${rules.session}`) ? { kind, path } : undefined
  if (kind === 'folder') return readFolder(value['path'], rules)
  const env = readEnvironment(value['env'], rules)
  if (env === undefined) return undefined
  const isKept = typeof name === 'string' && name === rules.keptBuilder && value['keepState'] === true
  if (kind === 'builder' && (isKept || own(name)) && typeof buildx === 'string' && rules.isBuildx(buildx)) {
    const { byHand, forgotten } = value
    return {
      kind,
      name,
      buildx,
      env,
      ...(typeof byHand === 'string' && /^[ -~]{1,500}$/.test(byHand) ? { byHand } : {}),
      ...(forgotten === true ? { forgotten } : {}),
      ...(value['isInCluster'] === true ? { isInCluster: true } : {}),
      ...(isKept ? { keepState: true } : {}),
    }
  }
  if (kind === 'login') return readLogin(value, env)
  const isEmulator = kind === 'emulator' && typeof name === 'string' && /^qemu-[a-z0-9_]+$/.test(name)
  if (isEmulator && typeof image === 'string' && rules.emulatorImages.includes(image)) return { kind, name, image, env }
  return undefined
}

/** A server and a context that the kubeconfig does not have are of no use to anybody. */
function readClusterObject(
  kind: 'pod' | 'deployment',
  name: string,
  value: Readonly<Record<string, unknown>>,
): Extract<CleanUpTask, { kind: 'pod' | 'deployment' }> | undefined {
  const { namespace, server, context } = value
  const isNamespace = typeof namespace === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(namespace)
  if (!isNamespace || typeof server !== 'string' || !/^https?:\/\/[!-~]{1,500}$/.test(server)) return undefined
  if (context === undefined) return { kind, name, namespace, server }
  return typeof context === 'string' ? { kind, name, namespace, server, context } : undefined
}

function readNamespace(
  name: unknown,
  value: Readonly<Record<string, unknown>>,
  session: string,
): CleanUpTask | undefined {
  const pod = typeof name === 'string' ? readClusterObject('pod', name, { ...value, namespace: name }) : undefined
  if (pod === undefined) return undefined
  const { server, context } = pod
  return { kind: 'namespace', name: pod.name, session, server, ...(context === undefined ? {} : { context }) }
}

/** Only a directory with the run's name is removed. */
function readFolder(path: unknown, { session }: TaskRules): CleanUpTask | undefined {
  if (typeof path !== 'string' || resolve(path) !== path) return undefined
  return basename(path) === session ? { kind: 'folder', path } : undefined
}

/** Only an entry with this fingerprint is changed, so the path may differ from the environment, which later steps may change. */
function readLogin(value: Readonly<Record<string, unknown>>, env: TaskEnvironment): CleanUpTask | undefined {
  const { path, key, before, wrote, file } = value
  if (typeof path !== 'string' || typeof key !== 'string' || typeof wrote !== 'string') return undefined
  if (!isAbsolute(path) || normalize(path) !== path || basename(path) !== 'config.json') return undefined
  if (!/^[\w.:/[\]-]{1,300}$/.test(key) || typeof before !== 'object' || before === null) return undefined
  const { auth, helper } = before as Readonly<Record<string, unknown>>
  if (auth !== undefined && (typeof auth !== 'object' || auth === null)) return undefined
  if (helper !== undefined && typeof helper !== 'string') return undefined
  const entry = { ...(auth === undefined ? {} : { auth: { ...auth } }), ...(helper === undefined ? {} : { helper }) }
  return { kind: 'login', path, key, before: entry, wrote, file: readBefore(file), env }
}

/** The text is written only if it is equivalent to the file without this step's entries. */
function readBefore(file: unknown): FileBefore {
  const { isMade, hadNoAuths, text } = isObject(file) ? file : {}
  return {
    isMade: isMade === true,
    hadNoAuths: hadNoAuths === true,
    text: typeof text === 'string' && text.length <= limits.keptConfig ? text : undefined,
  }
}

function readEnvironment(value: unknown, { maySet }: TaskRules): TaskEnvironment | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value)
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string' && maySet(...entry))
    ? Object.fromEntries(entries)
    : undefined
}
