import { basename, isAbsolute, normalize, resolve } from 'node:path'
import { isObject, parseJsonObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import type { FileBefore, RegistryEntry } from '../docker/credentials-file.ts'

/** One thing to undo. Written down before the thing is made, so that no crash can leave it behind unknown. */
export type CleanUpTask =
  | {
      readonly kind: 'builder'
      readonly name: string
      readonly buildx: string
      readonly env: TaskEnvironment
      /** The command that removes what the builder is made of without buildx. */
      readonly byHand?: string | undefined
      /** buildx failed to remove it once, and does not know it any more: that it has no such builder says nothing. */
      readonly forgotten?: boolean
      /** Its build cache stays on the machine, for the next builder of this name. */
      readonly keepState?: boolean
    }
  | { readonly kind: 'emulator'; readonly name: string; readonly image: string; readonly env: TaskEnvironment }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'container'; readonly name: string }
  /** A folder of this run outside of the step's own, which has the run's name. */
  | { readonly kind: 'folder'; readonly path: string }
  /** An entry of the user's Docker configuration, which the post step puts back. */
  | {
      readonly kind: 'login'
      readonly path: string
      readonly key: string
      readonly before: RegistryEntry
      /** The fingerprint of what was written. */
      readonly wrote: string
      /** The file before the first of this step's entries. */
      readonly file: FileBefore
      readonly env: TaskEnvironment
    }
  /** What the user's Docker configuration is written to before it takes the place of the old one. */
  | { readonly kind: 'temporary-file'; readonly path: string }

type TaskEnvironment = Readonly<Record<string, string>>

/** What a file of tasks says: what to undo, the newest first, and how many lines are no tasks of this step. */
export type Decoded = { readonly tasks: readonly CleanUpTask[]; readonly refused: number }

/** Version of the file's form: the post step of a newer release may meet a file of an older one. */
const version = 1

/** A line that takes back what was written down: the thing was not made after all. */
export function encodeUndone(task: CleanUpTask): string {
  return `${JSON.stringify({ version, undone: encodeTask(task) })}\n`
}

/** One line of the clean-up file. */
export function encodeTask(task: CleanUpTask): string {
  return `${JSON.stringify({ version, ...task })}\n`
}

/** What the tasks of one step may contain. The file that holds them is not trusted. */
export type TaskRules = {
  /** What the names of its builders, images and containers begin with. */
  readonly session: string
  /** Whether a path is that of a buildx program which the step could have found. */
  readonly isBuildx: (path: string) => boolean
  /** The builder whose build cache stays. */
  readonly keptBuilder?: string | undefined
  /** The image that sets up emulators, by all its names: the only one that is run, privileged. */
  readonly emulatorImages: readonly string[]
  /** Whether a task may set a variable of the environment to a value. */
  readonly maySet: (name: string, value: string) => boolean
}

/**
 * The tasks of a clean-up file that were not taken back. A line that was cut short by a crash, or that is of another version, is left out; one that names what is
 * not this step's own is refused: the file may have been put there by somebody else.
 */
export function decodeTasks(file: string, rules: TaskRules): Decoded {
  const tasks: CleanUpTask[] = []
  const undone = new Set<unknown>()
  let refused = 0
  const lines = file.split('\n')
  // What is behind the last line break was cut short.
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
  if (kind === 'image' && own(reference)) return { kind, reference }
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
      ...(isKept ? { keepState: true } : {}),
    }
  }
  if (kind === 'login') return readLogin(value, env)
  const isEmulator = kind === 'emulator' && typeof name === 'string' && /^qemu-[a-z0-9_]+$/.test(name)
  if (isEmulator && typeof image === 'string' && rules.emulatorImages.includes(image)) return { kind, name, image, env }
  return undefined
}

/** Another folder than one of the run's name is never removed. */
function readFolder(path: unknown, { session }: TaskRules): CleanUpTask | undefined {
  if (typeof path !== 'string' || resolve(path) !== path) return undefined
  return basename(path) === session ? { kind: 'folder', path } : undefined
}

/** It changes nothing but an entry that has this fingerprint, so the path need not be that of the environment, which later steps may change. */
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

/** The text is written only where it says the same as the file without this step's entries. */
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
