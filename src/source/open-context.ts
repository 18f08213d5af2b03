import { mkdtempSync } from 'node:fs'
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

/** The options for fetching a Git repository. */
export type GitCircumstances = {
  readonly host: Host
  readonly retries: Access['retries']
  readonly logins: readonly UrlLogin[]
  /** Whether `.git` is part of the context. */
  readonly keepGitDir: boolean
}

/** The build context. */
export type MainContext = {
  readonly tree: FileTree
  /** The Dockerfile in messages: its path if it has one. */
  readonly file: string
  /** Returns the path of the Dockerfile on this disk. */
  readonly path: () => Promise<string>
  /** Returns the commit time of the context in seconds since 1970, or undefined; determined on demand. */
  readonly time: () => Promise<number | undefined>
  /** Explains why a path is missing from the context, if known. */
  readonly whyMissing: (path: string) => string | undefined
}

/**
 * Opens the build context of the plan: a directory without ignored files, or a repository, which is fetched. A Git
 * context has no ignore file, as in BuildKit.
 *
 * @throws ActionError `dockerfile-invalid` for an invalid ignore file, and errors of a fetch; by `path`
 * `dockerfile-not-found`
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
  const { tree, fetched } = await openGit(spec.context, {
    ...git,
    dir: join(mkdtempSync(join(git.host.tempDir, 'context-')), 'git'),
  })
  return {
    tree,
    file: inline === undefined ? (spec.file ?? 'Dockerfile') : inlineDockerfile,
    path: () => fileOfGit(spec, fetched),
    time: async () => fetched.time,
    whyMissing: () => undefined,
  }
}

/**
 * Opens a directory as a tree without ignored files, according to `<Dockerfile>.dockerignore` next to the Dockerfile,
 * else `.dockerignore` in the directory. https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws ActionError `dockerfile-invalid` for an invalid pattern, `context-unreadable`
 */
export async function openFolder(
  folder: string,
  host: Pick<Host, 'exec' | 'os' | 'signal'>,
  dockerfile?: string,
): Promise<FileTree> {
  const ignore = await readIgnore(folder, dockerfile)
  // The context itself may be a link; links in it cannot leave it.
  const root = await realpath(folder).catch(() => folder)
  const tree = contextTree(root, { ...(ignore && { ignore }), ...diskOf(host), signal: host.signal })
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

/**
 * Reads an ignore file. An unreadable one is an error, because otherwise nothing would be ignored. As in BuildKit, a
 * link out of its directory counts as missing.
 */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const found = await findNamedFile(path)
    return found === undefined ? undefined : await readFileLimited(found, limits.configFile)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    // BuildKit also ignores a directory with this name.
    if (cause instanceof LimitError && (await stat(path)).isDirectory()) return undefined
    throw new ActionError('context-unreadable', `Cannot read ${path}: ${messageOf(cause)}`, {
      hint: 'Make it readable for the user of this job: without it, ignored files would be copied.',
      cause,
    })
  }
}

/** Fetches the content of a Git URL to `dir`, which must not exist yet. Throws the errors of `fetchGit`. */
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
  return {
    tree: await withGitModes(contextTree(fetched.dir, { ...diskOf(host), signal: host.signal }), {
      dir: fetched.dir,
      host,
    }),
    fetched,
  }
}

/** BuildKit falls back to `dockerfile` if `Dockerfile` does not exist. */
async function defaultFile(folder: string): Promise<string> {
  const usual = join(folder, 'Dockerfile')
  const other = join(folder, 'dockerfile')
  const isThere = (path: string) => realpath(path).then(Boolean, () => false)
  return !(await isThere(usual)) && (await isThere(other)) ? other : usual
}

/**
 * Returns the Dockerfile of a repository. `file` is a path in the repository, unless it is absolute. Links out of the
 * repository are not followed.
 */
async function fileOfGit({ file, context }: BuildSpec, { dir }: FetchedGit): Promise<string> {
  if (file !== undefined && isAbsolute(file)) return file
  const path = file === undefined ? await defaultFile(dir) : join(dir, join(sep, file))
  const found = await realpath(path).catch(() => undefined)
  if (found?.startsWith(`${await realpath(dir)}${sep}`)) return found
  throw new ActionError(
    'dockerfile-not-found',
    `Cannot build: ${file ?? 'Dockerfile'} does not exist in ${redactUrl(context)}`,
    { hint: 'With a Git context, the path in `file` is relative to the context.' },
  )
}
