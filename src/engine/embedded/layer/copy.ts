import type { Pause } from '../../../bounds/pause.ts'
import type { ModeChange } from '../../../dockerfile/instructions/chmod.ts'
import { ActionError } from '../../../errors/action-error.ts'
import { documentTree } from '../../../tree/document.ts'
import type { Overlay } from '../../../tree/overlay.ts'
import { cleanPath, joinPath, nameOf, parentOf } from '../../../tree/path.ts'
import { resolvePath } from '../../../tree/resolve.ts'
import type { FileTree } from '../../../tree/tree.ts'
import { copyTree } from './copy-tree.ts'
import { makeDirectories } from './directory.ts'
import type { Owner } from './owner.ts'
import { isArchive, unpack } from './unpack.ts'
import { expandWildcards, hasWildcard } from './wildcard.ts'

/** Name matching, passed in. */
export type CopyPatterns = {
  /** Whether a path matches a pattern like Go's `filepath.Match`: `*` and `?` do not match a slash. */
  readonly glob: (pattern: string) => (path: string) => boolean
  /** Whether a path, or a parent directory, matches rules in the format of `.dockerignore`, including exceptions. */
  readonly rules: (patterns: readonly string[]) => (path: string) => boolean
}

/** A source of ADD that is not in the build context: `path` of `tree`, not a pattern. */
export type Fetched = { readonly tree: FileTree; readonly path: string; readonly unpack: boolean }

/** A COPY or ADD with its variables expanded. */
export type CopyRequest = {
  readonly from: FileTree
  /** Paths and patterns of `from`, and fetched sources, in their order. */
  readonly sources: readonly (string | Fetched)[]
  readonly documents?: readonly { readonly name: string; readonly data: Uint8Array }[]
  readonly destination: string
  /** The current WORKDIR, absolute. */
  readonly workdir: string
  /** Whether archives of `from` are unpacked: ADD. */
  readonly unpack?: boolean
  readonly owner?: Owner | undefined
  readonly mode?: ModeChange | undefined
  readonly parents?: boolean
  readonly exclude?: readonly string[]
  readonly patterns: CopyPatterns
  /** The time of directories and documents that the instruction creates (milliseconds). */
  readonly time: number
  /** Directory into which archives are unpacked while their content is read. */
  readonly temporary: string
  /** Returns why a path is not in `from`, if known. */
  readonly whyMissing?: ((path: string) => string | undefined) | undefined
  /** Called for each file. Undefined: the event loop may be blocked. */
  readonly pause?: Pause | undefined
}

/**
 * Applies a COPY or ADD to `into`, the file system of a stage, like BuildKit; copied files are opened later, when a
 * layer is written. Throws `build-failed` with BuildKit's reason if it would fail, and the errors of the trees.
 */
export async function copyInto(into: Overlay, request: CopyRequest): Promise<void> {
  for (const source of request.sources) {
    if (typeof source === 'string') await copySource(into, source, request)
    else await copyFetched(into, source, request)
  }
  for (const { name, data } of request.documents ?? []) {
    const from = await documentTree(name, data, request.time)
    await copyPath(into, cleanPath(name), { ...request, from, include: undefined })
  }
}

type CopyWork = CopyRequest & {
  /** The one pattern of `--parents`, or undefined for everything. */
  readonly include: string | undefined
}

async function copySource(into: Overlay, source: string, request: CopyRequest): Promise<void> {
  const { path, include } = request.parents ? splitPivot(source) : { path: source, include: undefined }
  if (include === '') throw notFound(cleanPath(path) || '/', request)
  if (include !== undefined && ![path, include].some(hasWildcard)) {
    await assertThere(joinPath(cleanPath(path), include), request)
  }
  const paths = await expandWildcards(request.from, cleanPath(path), { ...request.patterns, pause: request.pause })
  for (const found of paths) {
    await request.pause?.()
    // A file that a pattern before the pivot matches contains nothing.
    if (include !== undefined && hasWildcard(path) && !(await isDirectory(request.from, found))) continue
    const unpacked = request.unpack && (await unpackPath(into, found, request))
    if (!unpacked) await copyPath(into, found, { ...request, include })
  }
}

async function copyFetched(into: Overlay, { tree, path, unpack }: Fetched, request: CopyRequest): Promise<void> {
  const fetched = { ...request, from: tree, include: undefined }
  const unpacked = unpack && (await unpackPath(into, path, fetched))
  if (!unpacked) await copyPath(into, path, fetched)
}

/** `--parents` keeps the part after `/./`, or the whole path. */
function splitPivot(source: string): { readonly path: string; readonly include: string } {
  const pivot = source.indexOf('/./')
  if (pivot === -1) return { path: '', include: cleanPath(source) }
  return { path: source.slice(0, pivot), include: cleanPath(source.slice(pivot + 3)) }
}

async function unpackPath(into: Overlay, source: string, request: CopyRequest): Promise<boolean> {
  const { from, owner, time, temporary } = request
  const path = await resolvePath(from, source)
  const node = await from.lstat(path)
  if (node?.type !== 'file') return false
  const archive = { open: () => from.open(path), name: source }
  if (!(await isArchive(archive))) return false
  const directory = await resolvePath(into, destinationOf(request).path)
  await makeDirectories(into, directory, { mode: 0o755, owner, time })
  await unpack(archive, directory, { into, owner, time, temporary })
  return true
}

async function copyPath(into: Overlay, source: string, copy: CopyWork): Promise<void> {
  const { from, owner, time, mode } = copy
  const created = { mode: mode?.octal ?? 0o755, owner, time }
  const destination = destinationOf(copy)
  const ensured = destination.isDirectory ? destination.path : parentOf(destination.path)
  const path = await resolvePath(from, source)
  const node = await from.lstat(path)
  if (node === undefined) throw notFound(source, copy)
  await makeDirectories(into, await resolvePath(into, ensured), created)
  const resolved = await resolvePath(into, destination.path)
  const existing = await into.lstat(resolved)
  const target =
    node.type !== 'directory' && existing?.type === 'directory' ? joinPath(resolved, nameOf(source)) : resolved
  await makeDirectories(into, node.type === 'directory' && !existing ? target : parentOf(target), created)
  await copyTree(path, target, {
    from,
    into,
    owner,
    mode,
    time,
    included: copy.include === undefined ? undefined : copy.patterns.rules([copy.include]),
    excluded: copy.exclude?.length ? copy.patterns.rules(copy.exclude) : undefined,
    pause: copy.pause,
  })
}

/** Returns the destination as a path, and whether it was written as a directory: with a slash or a dot at its end. */
function destinationOf({ destination, workdir }: CopyRequest): {
  readonly path: string
  readonly isDirectory: boolean
} {
  const isDirectory = destination === '' || destination === '.' || /\/\.?$/.test(destination)
  return { path: cleanPath(destination.startsWith('/') ? destination : `${workdir}/${destination}`), isDirectory }
}

/** With `--parents`, the source is a pattern; one without wildcards must match something. */
async function assertThere(path: string, request: CopyRequest): Promise<void> {
  if ((await request.from.lstat(path)) === undefined) throw notFound(path, request)
}

async function isDirectory(tree: FileTree, path: string): Promise<boolean> {
  return (await tree.lstat(await resolvePath(tree, path)))?.type === 'directory'
}

function notFound(source: string, { whyMissing }: CopyRequest): ActionError {
  return new ActionError('build-failed', `Cannot copy ${source}: it does not exist`, {
    hint:
      whyMissing?.(source) ??
      'Paths are relative to the build context, or to the root of the stage or image that --from names.',
  })
}
