import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'Tester'],
      [`GIT_${who}_EMAIL`, 'tester@example.com'],
    ]),
  ),
}

/** Runs git in `cwd` without the machine's configuration. `time`, in seconds since 1970, is that of commits. */
export function git(cwd: string, args: readonly string[], time = 1_700_000_000): string {
  const dates = { GIT_AUTHOR_DATE: `${time} +0000`, GIT_COMMITTER_DATE: `${time} +0000` }
  return execFileSync('git', args, { cwd, env: { ...env, ...dates }, encoding: 'utf8', stdio: 'pipe' }).trim()
}

/** Below the home of the tests, which is removed at the end. Steps that run in this process change the variable. */
const ownFolder = process.env['XDG_RUNTIME_DIR'] ?? tmpdir()

/** The repositories of one commit that this process has made, by their files. */
const repositories = new Map<string, string>()

/** Makes `<root>/<name>` a repository with one commit of `files`, on the branch main. */
export function makeRepository(root: string, name: string, files: Readonly<Record<string, string>>): string {
  const dir = join(root, name)
  const key = JSON.stringify(files)
  const before = repositories.get(key) ?? mkdtempSync(join(ownFolder, 'repository-'))
  if (!repositories.has(key)) {
    git(before, ['init', '--quiet', '--initial-branch=main'])
    commitFiles(before, files)
    repositories.set(key, before)
  }
  cpSync(before, dir, { recursive: true })
  return dir
}

/** Commits `files` over what exists; gives the commit. */
export function commitFiles(dir: string, files: Readonly<Record<string, string>>, time?: number): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  git(dir, ['add', '--all'])
  git(dir, ['commit', '--quiet', '--message=files'], time)
  return git(dir, ['rev-parse', 'HEAD'])
}

/** Commits a submodule without fetching it: the test's server may be in this process, which waits for git. */
export function addSubmodule(
  dir: string,
  path: string,
  module: { readonly url: string; readonly commit: string },
): void {
  mkdirSync(join(dir, path))
  writeFileSync(join(dir, '.gitmodules'), `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${module.url}\n`)
  git(dir, ['add', '.gitmodules'])
  git(dir, ['update-index', '--add', '--cacheinfo', `160000,${module.commit},${path}`])
  git(dir, ['commit', '--quiet', '--message=submodule'])
}

export type GitServer = {
  /** `http://host:port`, below which each repository of the directory is. */
  readonly url: string
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[]
}

export type GitServerOptions = {
  /** `user:password` that every request requires. */
  readonly credentials?: string
  /** The status of the first requests, and their number. */
  readonly faults?: { readonly status: number; readonly count: number }
}

const found: { path?: string } = {}
/** The directory of Git's programs. */
function execPath(): string {
  found.path ??= execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()
  return found.path
}

/** Serves the repositories below `root` with git's own HTTP backend, until the test has finished. */
export async function startGitServer(root: string, options: GitServerOptions = {}): Promise<GitServer> {
  const requests: { path: string; headers: IncomingHttpHeaders }[] = []
  const backend = join(execPath(), 'git-http-backend')
  const wanted = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://server')
    requests.push({ path: pathname, headers: request.headers })
    if (options.faults && requests.length <= options.faults.count) {
      response.writeHead(options.faults.status).end()
      return
    }
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
      return
    }
    const child = spawn(backend, {
      env: {
        ...env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        // The repositories may belong to another user where tests run in a container.
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        REQUEST_METHOD: request.method ?? 'GET',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
    })
    request.pipe(child.stdin)
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.on('close', () => {
      const answer = Buffer.concat(parts)
      const end = answer.indexOf('\r\n\r\n')
      const headers = answer.subarray(0, end).toString().split('\r\n')
      const pairs = headers.map((line): [string, string] => {
        const [name = '', ...rest] = line.split(': ')
        return [name.toLowerCase(), rest.join(': ')]
      })
      const { status = '200', ...others } = Object.fromEntries(pairs)
      response.writeHead(Number.parseInt(status, 10), others).end(answer.subarray(end + 4))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}
