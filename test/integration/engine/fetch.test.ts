import { chmodSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { createDownload } from '../../../src/engine/embedded/remote/download.ts'
import { createFetch } from '../../../src/engine/embedded/remote/fetch.ts'
import type { Exec } from '../../../src/host/host.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { type FileServer, startFileServer } from '../../support/file-server.ts'
import { commitFiles, makeRepository, startGitServer } from '../../support/git-server.ts'
import { createTestHost, type TestHost } from '../../support/host.ts'
import { sizeOf } from '../../support/seeded-part.ts'
import { tempFolder } from '../../support/temp.ts'

async function serve(answer: (response: ServerResponse, path: string, time: number) => void): Promise<FileServer> {
  const server = await startFileServer(answer)
  onTestFinished(server.close)
  return server
}

/** A step with this number of `retries`; `tries` has the numbers of the attempts after the first. */
function hostOf(more: Partial<TestHost> = {}, retries = 8) {
  const host = createTestHost({ tempDir: tempFolder(), ...more })
  onTestFinished(host.close)
  const tries: number[] = []
  return {
    ...host,
    tries,
    retries: { policy: retryPolicy(retries), onRetry: (attempt: number) => void tries.push(attempt) },
  }
}

const cutShort = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '100' }).write('begun')
  setTimeout(() => response.destroy(), 10)
}

describe('createDownload()', () => {
  it('returns size, digest and time of the download', async () => {
    const headers = { 'last-modified': 'Tue, 15 Nov 1994 12:45:26 GMT', 'content-encoding': 'gzip' }
    const server = await serve((response) => response.writeHead(200, headers).end(gzipSync('hello\n')))
    const { file, ...rest } = await createDownload(hostOf())(`${server.url}/a`)
    expect(readFileSync(file, 'utf8')).toBe('hello\n')
    expect(rest).toEqual({
      size: 6,
      digest: 'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
      mtime: 784_903_526_000,
    })
  })

  it('does not decompress an endless transfer', async () => {
    const mebibytes = limits.unpackedFreely / 2 ** 20 + 64
    const bomb = Buffer.concat(Array(mebibytes).fill(gzipSync(Buffer.alloc(2 ** 20))))
    const server = await serve((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    const failed = createDownload(hostOf())(`${server.url}/a`)
    await expect(failed).rejects.toMatchObject({
      code: 'download-refused',
      message: expect.stringContaining('200 times'),
    })
    expect(server.asked).toHaveLength(1)
  })

  it('downloads a URL once for two users', async () => {
    const server = await serve((response) => response.end('x'))
    const download = createDownload(hostOf())
    const [first, second] = await Promise.all([download(`${server.url}/a`), download(`${server.url}/a`)])
    expect(first.file).toBe(second.file)
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    ['an answer that breaks off', cutShort],
    ['a server that is busy', (response: ServerResponse) => response.writeHead(503, { 'retry-after': '2' }).end()],
  ])('retries after %s', async (_, fail) => {
    const server = await serve((response, _path, time) => (time === 1 ? fail(response) : response.end('whole')))
    const { file } = await createDownload(hostOf())(`${server.url}/a`)
    expect(readFileSync(file, 'utf8')).toBe('whole')
    expect(server.asked).toHaveLength(2)
  })

  it.each([
    ['a body that is always cut short', 'download-failed', /ECONNRESET/, cutShort, 9],
    ['a server that stays busy', 'download-failed', /answered 500/, status(500), 9],
    ['what is not there', 'download-refused', /answered 404/, status(404), 1],
    ['what needs a login', 'download-refused', /answered 401/, status(401), 2],
    ['a redirect to nowhere', 'download-refused', /answered 302/, status(302), 1],
    ['a circle of redirects', 'download-refused', /more than 10 times/, status(302, '/a'), 11],
    ['a redirect to a file', 'download-refused', /from http:\/\/ to file:/, status(302, 'file:///etc/passwd'), 1],
    ['a redirect to an invalid URL', 'download-refused', /invalid URL/, status(302, 'http://['), 1],
    ['a body that is no gzip', 'download-failed', /Z_DATA_ERROR/, packed, 1],
  ])('rejects %s', async (_, code, message, answer, times) => {
    const server = await serve((response) => void answer(response))
    const failed = createDownload(hostOf())(`${server.url}/a?signature=secret`)
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('secret') })
    expect(server.asked).toHaveLength(times)
  })

  it.each([
    { retries: 0, tries: [] },
    { retries: 2, tries: [2, 3] },
  ])('retries up to the limit of the step ($retries), counts it and names the server', async ({ retries, tries }) => {
    const server = await serve((response) => void status(503)(response))
    const host = hostOf({}, retries)
    await expect(createDownload(host)(`${server.url}/a`)).rejects.toMatchObject({ code: 'download-failed' })
    expect(server.asked).toHaveLength(1 + retries)
    expect(host.tries).toEqual(tries)
    const told = host.log.lines.filter((line) => line.includes('transient'))
    expect(told).toHaveLength(retries)
    for (const line of told) expect(line).toContain(`: ${new URL(server.url).host} answered 503`)
  })

  it('reports that a host does not resolve, after three attempts', async () => {
    const host = hostOf()
    const failed = createDownload(host)('http://nowhere.invalid/a')
    await expect(failed).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/^Cannot download http:\/\/nowhere\.invalid\/a: .*(?:ENOTFOUND|EAI_AGAIN)/),
    })
  })

  it('sends the password of a URL only to its server, and shows it in no message', async () => {
    const other = await serve((response) => response.writeHead(404).end())
    const server = await serve((response, path) =>
      response.writeHead(302, { location: path === '/a' ? '/b' : `${other.url}/c` }).end(),
    )
    const url = `${server.url}/a`.replace('://', '://me:s%40cret@')
    const failed = createDownload(hostOf())(url)
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringMatching(/s%40cret|s@cret/) })
    const sent = `Basic ${Buffer.from('me:s@cret').toString('base64')}`
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([sent, sent])
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })

  it('stops when the run is cancelled', async () => {
    const controller = new AbortController()
    const server = await serve((response) => {
      response.write('begun')
      setTimeout(() => controller.abort(), 10)
    })
    const failed = createDownload(hostOf({ signal: controller.signal }))(`${server.url}/a`)
    await expect(failed).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('needs no more memory for a large file than for a small one', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const chunks = sizeOf(300, 165)
    const server = await serve((response) => void Readable.from(Array(chunks).fill(chunk)).pipe(response))
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss())
    }, 5)
    const { size } = await createDownload(hostOf())(`${server.url}/a`)
    clearInterval(watch)
    expect(size).toBe(chunks * chunk.length)
    expect((most - before) / chunk.length).toBeLessThan(150)
  })
})

describe('createFetch()', () => {
  it('names both digests if the checksum differs', async () => {
    const server = await serve((response) => response.end('hello\n'))
    const checksum = `sha256:${'0'.repeat(64)}`
    const failed = createFetch(hostOf())(`${server.url}/a`, { checksum })
    await expect(failed).rejects.toMatchObject({ code: 'content-mismatch' })
    await expect(failed).rejects.toThrow(checksum)
    await expect(failed).rejects.toThrow('sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03')
  })

  it('sends no request if the checksum cannot be compared', async () => {
    const server = await serve((response) => response.end('hello\n'))
    const failed = createFetch(hostOf())(`${server.url}/a`, { checksum: 'sha256:abc' })
    await expect(failed).rejects.toMatchObject({ code: 'dockerfile-invalid' })
    expect(server.asked).toEqual([])
  })
})

describe('createFetch() of a Git repository', () => {
  async function repository(): Promise<{
    readonly url: string
    readonly commit: string
    readonly asked: () => number
  }> {
    const root = tempFolder()
    const dir = makeRepository(root, 'r.git', { 'sub/run': 'run' })
    chmodSync(join(dir, 'sub/run'), 0o755)
    const commit = commitFiles(dir, { a: 'a' })
    const { url, requests } = await startGitServer(root)
    return { url: `${url}/r.git`, commit, asked: () => requests.length }
  }
  const env = { PATH: process.env['PATH'] }

  it('returns the modes of Git, whatever the umask of the machine', async () => {
    const { url } = await repository()
    const real = createTestHost({ env })
    const exec: Exec = (command, args, options) =>
      real.exec('sh', ['-c', 'umask 077; exec "$0" "$@"', command, ...args], options)
    const { tree } = await createFetch(hostOf({ exec }))(url, {})
    const modes = ['sub', 'sub/run', 'a'].map(async (path) => (await tree.lstat(path))?.mode)
    expect(await Promise.all(modes)).toEqual([0o755, 0o755, 0o644])
  })

  it('fetches once for several users', async () => {
    const { url, asked } = await repository()
    const fetch = createFetch(hostOf({ env }))
    await fetch(url, {})
    const before = asked()
    await Promise.all([fetch(url, {}), fetch(url, {})])
    expect(asked()).toBe(before)
  })

  it.each([
    ['another commit', { checksum: '0123456789abcdef' }, '', 'context-not-found'],
    ['too short a commit', { checksum: 'abc' }, '', 'dockerfile-invalid'],
    ['two commits', { checksum: '0123456789' }, '?commit=9876543210', 'dockerfile-invalid'],
    ['--keep-git-dir and its contrary', { keepGitDir: true }, '?keep-git-dir=0', 'dockerfile-invalid'],
    ['a branch that is not there', {}, '#nope', 'context-not-found'],
  ])('rejects %s', async (_, flags, more, code) => {
    const { url } = await repository()
    await expect(createFetch(hostOf({ env }))(url + more, flags)).rejects.toMatchObject({ code })
  })

  it('reports that git is missing', async () => {
    const failed = createFetch(hostOf({ env: { PATH: '/nonexistent' } }))('http://127.0.0.1/r.git', {})
    await expect(failed).rejects.toMatchObject({ code: 'feature-missing' })
  })
})

function status(code: number, location?: string) {
  return (response: ServerResponse) => response.writeHead(code, location === undefined ? {} : { location }).end()
}

function packed(response: ServerResponse): void {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')
}
