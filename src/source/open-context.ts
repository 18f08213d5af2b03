import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { LimitError, readFileLimited } from '../bounds/read-limited.ts'
import { canPrune, createJudge, parseIgnore } from '../dockerfile/ignore/ignore.ts'
import { inlineDockerfile } from '../dockerfile/read/inline.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import type { BuildSpec } from '../plan/plan.ts'
import type { UrlLogin } from '../plan/url-logins.ts'
import { contextTree, diskOf, type Ignore } from '../tree/context.ts'
import { findNamedFile } from '../tree/named-file.ts'
import type { FileTree } from '../tree/tree.ts'
import { commitTime } from './epoch.ts'
import { type FetchedGit, fetchGit } from './git/fetch-git.ts'
import { withGitModes, withIndexModes } from './git/git-modes.ts'
import { parseGitSource, redactUrl } from './git/git-source.ts'
import { explainMissing } from './missing-source.ts'

/** What a fetch of a Git repository needs. */
export type GitCircumstances = {
  readonly host: Host
  readonly retries: Access['retries']
  readonly logins: readonly UrlLogin[]
  /** Whether `.git` is a part of the context. */
  readonly keepGitDir: boolean
}

/** The build context. */
export type MainContext = {
  readonly tree: FileTree
  /** Name of the Dockerfile for messages: its path where it has one. */
  readonly file: string
  /** Where the Dockerfile is on this disk. */
  readonly path: () => Promise<string>
  /** When the commit of the context was made, in seconds since 1970, where it has one. Asked when it is wanted. */
  readonly time: () => Promise<number | undefined>
  /** Why a path is not in the context, where that is known. */
  readonly whyMissing: (path: string) => string | undefined
}

/**
 * Opens the build context of the plan: a folder without what is ignored, or a repository, which is fetched. A Git context has
 * no ignore file, since BuildKit asks none there.
 *
 * @throws ActionError `dockerfile-invalid` for an ignore file that is wrong, and those of a fetch; by `path` `dockerfile-not-found`
 */
export async function openMainContext(spec: BuildSpec, git: GitCircumstances): Promise<MainContext> {
  const inline = spec.dockerfileInline
  if (spec.contextIsFolder) {
    const file = spec.file ?? (await defaultFile(spec.context))
    return {
      tree: await openFolder(spec.context, git.host, inline === undefined ? file : undefined),
      file: inline === undefined ? file : inlineDockerfile,
      path: async () => file,
      time: () => commitTime(git.host, spec.context),
      whyMissing: (path) => explainMissing(path, spec.context, file),
    }
  }
  const { tree, fetched } = await openGit(spec.context, { ...git, dir: join(git.host.tempDir, 'context') })
  return {
    tree,
    file: inline === undefined ? (spec.file ?? 'Dockerfile') : inlineDockerfile,
    path: () => fileOfGit(spec, fetched),
    time: async () => fetched.time,
    whyMissing: () => undefined,
  }
}

/**
 * A folder as a tree, without what is ignored: `<Dockerfile>.dockerignore` beside the Dockerfile counts, else
 * `.dockerignore` in the folder. https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws ActionError `dockerfile-invalid` for a pattern that is wrong, `context-unreadable`
 */
export async function openFolder(
  folder: string,
  host: Pick<Host, 'exec' | 'os'>,
  dockerfile?: string,
): Promise<FileTree> {
  const ignore = await readIgnore(folder, dockerfile)
  // The context itself may be a link; what is in it may lead nowhere else.
  const root = await realpath(folder).catch(() => folder)
  const tree = contextTree(root, { ...(ignore === undefined ? {} : { ignore }), ...diskOf(host) })
  return host.os === 'win32' ? withIndexModes(tree, { dir: folder, host }) : tree
}

async function readIgnore(folder: string, dockerfile: string | undefined): Promise<Ignore | undefined> {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]
  for (const path of [...own, join(folder, '.dockerignore')]) {
    const text = await readIfThere(path)
    if (text === undefined) continue
    const rules = parseIgnore(text, path)
    const judgeOf = createJudge(rules)
    return (name, isDirectory) => {
      if (!judgeOf(name).ignored) return 'keep'
      return isDirectory && !canPrune(rules, name) ? 'drop' : 'prune'
    }
  }
  return undefined
}

/** One that cannot be read must not mean that nothing is ignored. A link out of its directory leads to none, as in BuildKit. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const found = await findNamedFile(path)
    return found === undefined ? undefined : await readFileLimited(found, limits.configFile)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    // BuildKit too passes over a directory of this name.
    if (cause instanceof LimitError && (await stat(path)).isDirectory()) return undefined
    throw new ActionError('context-unreadable', `Cannot read ${path}: ${messageOf(cause)}`, {
      hint: 'Give the user of this job the right to read it: without it, files would be copied that it leaves out.',
      cause,
    })
  }
}

/** Fetches the content of a Git URL to `dir`, which must not exist yet. Throws what `fetchGit` throws. */
export async function openGit(
  url: string,
  { host, logins, retries, keepGitDir, dir }: GitCircumstances & { readonly dir: string },
): Promise<{ readonly tree: FileTree; readonly fetched: FetchedGit }> {
  const source = parseGitSource(url)
  if (source === undefined) throw new ActionError('internal', `${redactUrl(url)} is not a Git URL`)
  const fetched = await host.log.group(`Fetch ${redactUrl(url)}`, async () => {
    const done = await fetchGit(source, { host, dir, logins, retries, keepGitDir })
    host.log.info(`Commit ${done.commit}`)
    return done
  })
  return { tree: await withGitModes(contextTree(fetched.dir, diskOf(host)), { dir: fetched.dir, host }), fetched }
}

/** BuildKit falls back to `dockerfile` if `Dockerfile` does not exist. */
async function defaultFile(folder: string): Promise<string> {
  const usual = join(folder, 'Dockerfile')
  const other = join(folder, 'dockerfile')
  const isThere = (path: string) => realpath(path).then(Boolean, () => false)
  return !(await isThere(usual)) && (await isThere(other)) ? other : usual
}

/** `file` is a path in the repository, unless it is absolute. A link may lead to nothing outside of it. */
async function fileOfGit({ file, context }: BuildSpec, { dir }: FetchedGit): Promise<string> {
  if (file !== undefined && isAbsolute(file)) return file
  const path = file === undefined ? await defaultFile(dir) : join(dir, join(sep, file))
  const found = await realpath(path).catch(() => undefined)
  if (found?.startsWith(`${await realpath(dir)}${sep}`)) return found
  throw new ActionError(
    'dockerfile-not-found',
    `Cannot build: there is no ${file ?? 'Dockerfile'} in ${redactUrl(context)}`,
    { hint: 'With a Git context, the path in `file` starts from the context.' },
  )
}
