import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import { recognize } from '../../errors/known-failure.ts'
import type { ExecResult, Host } from '../../host/host.ts'
import type { Access } from '../../login/login.ts'
import type { UrlLogin } from '../../plan/url-logins.ts'
import { retry } from '../../retry/retry.ts'
import { writeCredentialFiles } from './credential-file.ts'
import { gitEnvironment } from './git-environment.ts'
import { gitFailures, gitReason, gitTable } from './git-failures.ts'
import { type GitSource, redactUrl } from './git-source.ts'

export type FetchGitOptions = {
  readonly host: Pick<Host, 'exec' | 'env' | 'clock' | 'log' | 'signal'>
  /** Destination of the files: a new directory in an existing one. */
  readonly dir: string
  readonly retries: Access['retries']
  /** The credentials of servers; each server only receives its own. */
  readonly logins: readonly UrlLogin[]
  /** Whether to keep `.git`. Only without `subdir`, as in BuildKit. */
  readonly keepGitDir?: boolean
}

export type FetchedGit = {
  /** The requested directory: the repository's root, or its `subdir`. */
  readonly dir: string
  /** The full commit. */
  readonly commit: string
  /** Commit time in seconds since 1970. */
  readonly time: number
}

type Git = (...args: readonly string[]) => Promise<string>

/** Timeout in milliseconds for one call of Git, which has none for a server that does not respond. */
const fetchTimeout = 30 * 60_000

/**
 * Fetches one commit of a repository, without its history but with its submodules, with the `git` program of this
 * machine.
 *
 * @throws ActionError `feature-missing` without a `git` program, `context-not-found` for a missing ref or directory or
 * a ref that does not point to the requested commit, `download-failed` if the server does not respond,
 * `context-unreadable` for other errors of Git
 */
export async function fetchGit(source: GitSource, options: FetchGitOptions): Promise<FetchedGit> {
  const { dir } = options
  const git = createGit(source, options)
  await mkdir(dir)
  await git('init', '--quiet', '--template=', dir)
  await git('-C', dir, 'remote', 'add', '--', 'origin', source.remote)
  await fetchCommit(source, git, dir)
  const commit = (await git('-C', dir, 'rev-parse', 'FETCH_HEAD^{commit}')).trim()
  if (source.commit !== undefined && !commit.startsWith(source.commit)) {
    throw new ActionError(
      'context-not-found',
      `Cannot build from ${redactUrl(source.remote)}: ${source.ref ?? 'HEAD'} is at the commit ${commit}, not at ${source.commit}`,
      { hint: 'Update the commit, because the branch or tag has moved.' },
    )
  }
  await git('-C', dir, 'checkout', '--quiet', '--detach', commit)
  if (source.submodules) {
    await git('-C', dir, 'submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1')
  }
  const time = Number(await git('-C', dir, 'show', '--no-patch', '--format=%ct', commit))
  const keep = (source.keepGitDir ?? options.keepGitDir ?? false) && source.subdir === ''
  if (!keep) await removeGitDirs(dir)
  return { dir: await findSubdir(source, dir), commit, time }
}

/** Removes `.git`, and the files of that name in submodules. Git allows no file of a repository to have this name. */
async function removeGitDirs(dir: string): Promise<void> {
  await rm(join(dir, '.git'), { recursive: true, force: true })
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const links = entries.filter(({ name }) => name === '.git')
  await Promise.all(links.map(({ parentPath, name }) => rm(join(parentPath, name), { recursive: true, force: true })))
}

const wholeCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** Fetches the commit to FETCH_HEAD. */
async function fetchCommit(source: GitSource, git: Git, dir: string): Promise<void> {
  const fetch = (...refs: readonly string[]) =>
    git('-C', dir, 'fetch', '--quiet', '--depth=1', '--no-tags', '--update-head-ok', 'origin', ...refs)
  if (source.ref === undefined) {
    await fetch('HEAD')
    return
  }
  if (!wholeCommit.test(source.ref)) {
    const name = await findRef(source, source.ref, git)
    await fetch(`+${name}:${name}`)
    return
  }
  try {
    await fetch(source.ref)
  } catch (thrown) {
    // Old servers only provide commits that a branch or tag points to: "Server does not allow request for unadvertised
    // object".
    if (!(thrown instanceof ActionError) || !/unadvertised object|not our ref/.test(thrown.message)) throw thrown
    await git('-C', dir, 'fetch', '--quiet', '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*')
    await git('-C', dir, 'fetch', '--quiet', '.', source.ref)
  }
}

/** Returns the full name of a ref; a branch takes precedence over a tag with the same name. */
async function findRef({ remote }: GitSource, ref: string, git: Git): Promise<string> {
  const listed = await git('ls-remote', '--', remote, ref)
  const names = new Set(listed.split('\n').map((line) => line.split('\t')[1]))
  const found = [`refs/heads/${ref}`, `refs/tags/${ref}`, ref, `refs/${ref}`].find((name) => names.has(name))
  if (found !== undefined) return found
  throw new ActionError('context-not-found', `Cannot build from ${redactUrl(remote)}: it has no branch or tag ${ref}`, {
    hint: 'Specify the full commit, with its 40 digits.',
  })
}

async function findSubdir({ remote, subdir }: GitSource, dir: string): Promise<string> {
  if (subdir === '') return dir
  const root = await realpath(dir)
  // Only links within the repository are followed.
  const found = await realpath(join(root, join(sep, subdir))).catch(() => undefined)
  const inside = found !== undefined && `${found}${sep}`.startsWith(`${root}${sep}`)
  if (inside && (await stat(found)).isDirectory()) return found
  throw new ActionError('context-not-found', `Cannot build from ${redactUrl(remote)}: it has no directory ${subdir}`)
}

function createGit(source: GitSource, { host, retries, logins, dir }: FetchGitOptions): Git {
  const { credentials } = source
  const others = logins.filter(({ kind, origin }) => kind === 'git' && origin !== credentials?.origin)
  const files = writeCredentialFiles([...(credentials === undefined ? [] : [credentials]), ...others], dirname(dir))
  const env = gitEnvironment(files, host.env)
  return async (...args) => {
    const attempt = async () => {
      const result = await host.exec('git', args, { env, timeout: fetchTimeout })
      if (result.ok) return { ok: true, value: result.stdout } as const
      return { ok: false, failure: { kind: 'text', text: result.stderr, result } } as const
    }
    const describe = () => `${redactUrl(source.remote)} cannot be reached`
    const { log, clock, signal } = host
    const outcome = await retry({ attempt, table: gitTable, describe }, { ...retries, log, clock, signal })
    if (outcome.ok) return outcome.value
    throw gitError(source, outcome.failure.result)
  }
}

function gitError({ remote }: GitSource, { status, stderr }: ExecResult): ActionError {
  if (status === 127) {
    return new ActionError('feature-missing', `Cannot fetch ${redactUrl(remote)}: the program git was not found`, {
      hint: 'Install git, which the embedded engine uses to fetch repositories, check out the repository in an earlier step, or set `engine: buildx`.',
    })
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const said = gitReason(stderr) ?? lines.at(-1) ?? `git exited with ${status}`
  const known = recognize(gitFailures, said) ?? recognize(gitFailures, stderr)
  return new ActionError(known?.code ?? 'context-unreadable', `Cannot fetch ${redactUrl(remote)}: ${said}`, {
    hint: known?.hint ?? 'Check the address and the credentials, or check out the repository in an earlier step.',
  })
}
