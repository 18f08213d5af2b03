import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { secret } from '../../../src/inputs/secret.ts'
import { planUrlLogins } from '../../../src/plan/url-logins.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { fetchGit } from '../../../src/source/git/fetch-git.ts'
import { parseGitSource } from '../../../src/source/git/git-source.ts'
import { addSubmodule, commitFiles, git, makeRepository, startGitServer } from '../../support/git-server.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf } from '../../support/plan.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

const env = { PATH: process.env['PATH'], HOME: '/nonexistent' }

const mostRetries = 2

type Options = {
  readonly keepGitDir?: boolean
  readonly PATH?: string
  /** Address of the GitHub server of the workflow. */
  readonly github?: string
  readonly dir?: string
}

async function fetch(url: string, options: Options = {}) {
  const source = parseGitSource(url)
  if (source === undefined) throw new Error(`${url} is no Git URL`)
  const host = createTestHost({ env: { ...env, ...(options.PATH ? { PATH: options.PATH } : {}) } })
  const keepGitDir = options.keepGitDir ?? false
  // Each attempt starts at least two programs.
  const retries = { policy: retryPolicy(mostRetries), onRetry: () => undefined }
  const logins = planUrlLogins([], {
    token: secret('job-token'),
    always: true,
    event: { ...factsOf().event, serverUrl: options.github ?? 'https://github.com' },
  })
  return fetchGit(source, { host, retries, dir: join(options.dir ?? tempFolder(), 'source'), logins, keepGitDir })
}

/** A repository of two commits, of which each test gets a copy. */
let made: { readonly root: string; readonly first: string; readonly second: string }
beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'polyarch-git-'))
  const dir = makeRepository(root, 'app.git', { 'file.txt': 'first\n', 'sub/inner.txt': 'inner\n' })
  const first = git(dir, ['rev-parse', 'HEAD'])
  git(dir, ['tag', '--annotate', '--message=one', 'v1'])
  git(dir, ['tag', 'both'])
  const second = commitFiles(dir, { 'file.txt': 'second\n' }, 1_700_000_100)
  git(dir, ['branch', 'both'])
  git(dir, ['update-ref', 'refs/pull/7/head', first])
  made = { root, first, second }
})
afterAll(() => rmSync(made.root, { recursive: true }))

async function serve(options: Parameters<typeof startGitServer>[1] = {}) {
  const root = tempFolder()
  cpSync(made.root, root, { recursive: true })
  const { first, second } = made
  const dir = join(root, 'app.git')
  const server = await startGitServer(root, options)
  return { root, dir, first, second, server, url: `${server.url}/app.git` }
}

const read = (dir: string, name = 'file.txt') => readFileSync(join(dir, name), 'utf8')

describe('fetchGit()', () => {
  it('fetches the default branch, with the time of its commit, without .git', async () => {
    const { url, second } = await serve()
    const { dir, commit, time } = await fetch(url)
    expect({ commit, time, files: readdirSync(dir).sort() }).toEqual({
      commit: second,
      time: 1_700_000_100,
      files: ['file.txt', 'sub'],
    })
  })

  it.each([
    ['a branch', '#main', 'second'],
    ['an annotated tag', '#v1', 'first'],
    ['a branch before a tag of its name', '#both', 'second'],
    ['a tag that is asked for as one', '?tag=both', 'first'],
    ['a branch in the query', '?branch=main', 'second'],
    ['a ref below refs/', '#pull/7/head', 'first'],
    ['a whole ref', '#refs/tags/v1', 'first'],
  ])('fetches %s', async (_, suffix, found) => {
    const { url } = await serve()
    expect(read((await fetch(`${url}${suffix}`)).dir)).toBe(`${found}\n`)
  })

  it('fetches a commit that is not the head of a branch, without its history', async () => {
    const { url, first } = await serve()
    const { dir, commit } = await fetch(`${url}#${first}`, { keepGitDir: true })
    expect({ commit, text: read(dir) }).toEqual({ commit: first, text: 'first\n' })
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
  })

  it('rejects a branch that is not at the given commit', async () => {
    const { url, first, second } = await serve()
    expect((await fetch(`${url}?branch=main&commit=${second.slice(0, 12)}`)).commit).toBe(second)
    await expect(fetch(`${url}?branch=main&commit=${first}`)).rejects.toMatchObject({ code: 'context-not-found' })
  })

  it('returns a subdirectory of the repository alone, and follows no link out of it', async () => {
    const { url, dir } = await serve()
    expect(readdirSync((await fetch(`${url}#main:sub`)).dir)).toEqual(['inner.txt'])
    symlinkSync('/etc', join(dir, 'out'))
    commitFiles(dir, {})
    for (const subdir of ['out', 'nowhere']) {
      await expect(fetch(`${url}#main:${subdir}`)).rejects.toMatchObject({ code: 'context-not-found' })
    }
    expect(readdirSync((await fetch(`${url}#main:../../sub`)).dir)).toEqual(['inner.txt'])
  })

  it('fetches nested submodules', async () => {
    const { root, server, url, dir } = await serve({ credentials: 'me:secret' })
    const base = server.url.replace('://', '://me:secret@')
    const innermost = makeRepository(root, 'innermost.git', { 'deep.txt': 'deep\n' })
    const inner = makeRepository(root, 'inner.git', { 'inner.txt': 'inner\n' })
    addSubmodule(inner, 'below', { url: `${base}/innermost.git`, commit: git(innermost, ['rev-parse', 'HEAD']) })
    addSubmodule(dir, 'module', { url: `${base}/inner.git`, commit: git(inner, ['rev-parse', 'HEAD']) })
    const fetched = (await fetch(url.replace('://', '://me:secret@'))).dir
    expect(read(fetched, 'module/below/deep.txt')).toBe('deep\n')
    expect(existsSync(join(fetched, 'module/.git'))).toBe(false)
    const without = (await fetch(`${url.replace('://', '://me:secret@')}?submodules=false`)).dir
    expect(readdirSync(join(without, 'module'))).toEqual([])
  })

  it("sends the credentials of the URL only to their server, shows them in no message, and sends the job's token to no other server", async () => {
    const { url, server } = await serve({ credentials: 'me:p w' })
    expect(read((await fetch(url.replace('://', '://me:p%20w@'))).dir)).toBe('second\n')
    const before = server.requests.length
    const failure = await fetch(url.replace('://', '://me:wrong@')).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'context-unreadable' })
    expect(String(failure)).not.toContain('wrong')
    await expect(fetch(url)).rejects.toMatchObject({ code: 'context-unreadable' })
    const shown = server.requests.slice(before).map(({ headers }) => headers.authorization)
    expect(new Set(shown)).toEqual(new Set([`Basic ${Buffer.from('me:wrong').toString('base64')}`, undefined]))
  })

  it("sends the job's token only to the workflow's own server, on request", async () => {
    const own = await serve({ credentials: 'x-access-token:job-token' })
    expect(read((await fetch(own.url, { github: own.server.url })).dir)).toBe('second\n')
    await expect(fetch(own.url)).rejects.toMatchObject({ code: 'context-unreadable' })

    const open = await serve()
    await fetch(open.url, { github: open.server.url })
    expect(open.server.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([])
  })

  it('sends nothing to the target of a redirect', async () => {
    const other = await serve({ credentials: 'me:hunter2' })
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
        return
      }
      response.writeHead(301, { location: `${other.server.url}${request.url}` }).end()
    })
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    for (const url of [`http://me:hunter2@127.0.0.1:${port}/app.git`, `http://127.0.0.1:${port}/app.git`]) {
      await expect(fetch(url, { github: `http://127.0.0.1:${port}` })).rejects.toMatchObject({
        code: 'context-unreadable',
      })
    }
    expect(seen.filter((header) => header !== undefined)).toHaveLength(2)
    expect(other.server.requests.map(({ headers }) => headers.authorization)).toEqual(
      other.server.requests.map(() => undefined),
    )
  })

  it('stores no credentials in a .git that is kept', async () => {
    const { url } = await serve({ credentials: 'me:hunter2' })
    const { dir } = await fetch(url.replace('://', '://me:hunter2@'), { keepGitDir: true })
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    expect(files.map(({ name }) => name)).toContain('config')
    for (const { parentPath, name } of files) expect(read(parentPath, name)).not.toContain('hunter2')
  })

  it('retries transient failures of a server up to the limit of the policy', async () => {
    const { url } = await serve({ faults: { status: 503, count: mostRetries } })
    expect(read((await fetch(`${url}#main`)).dir)).toBe('second\n')
  })

  it.each([
    { status: 503, code: 'download-failed', asked: mostRetries + 1 },
    { status: 404, code: 'context-not-found', asked: 1 },
    { status: 403, code: 'context-unreadable', asked: 1 },
  ])('is $code for a server that answers $status', async ({ status, code, asked }) => {
    const { url, server } = await serve({ faults: { status, count: 1_000 } })
    await expect(fetch(`${url}#main`)).rejects.toMatchObject({ code })
    const tries = server.requests.filter(({ path }) => path.endsWith('/info/refs'))
    expect(tries.length).toBe(asked)
  })

  it.each(['http://127.0.0.1:1/app.git', 'http://nobody.invalid/app.git'])(
    'is download-failed if no server answers: %s',
    async (url) => {
      await expect(fetch(`${url}#main`)).rejects.toMatchObject({ code: 'download-failed' })
    },
  )

  it('passes the address of a remote to Git after --', async () => {
    const bin = tempFolder()
    writeProgram(join(bin, 'git'), `echo "$*" >> ${bin}/calls; case "$*" in *fetch*) exit 1;; esac`)
    await expect(fetch('-u@host.example:app.git', { PATH: `${bin}:/usr/bin:/bin` })).rejects.toBeInstanceOf(Error)
    expect(readFileSync(join(bin, 'calls'), 'utf8')).toMatch(/remote add -- origin -u@host\.example:app\.git\n/)
  })

  it('reports that a branch does not exist', async () => {
    const { url } = await serve()
    await expect(fetch(`${url}#nowhere`)).rejects.toMatchObject({
      code: 'context-not-found',
      message: `Cannot build from ${url}: it has no branch or tag nowhere`,
    })
  })

  it('reports that git is missing', async () => {
    await expect(fetch('https://example.com/app.git', { PATH: tempFolder() })).rejects.toMatchObject({
      code: 'feature-missing',
      message: 'Cannot fetch https://example.com/app.git: the program git was not found',
    })
  })
})
