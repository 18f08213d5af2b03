import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import { fetchBuildx } from '../../../src/facts/fetch-buildx.ts'
import { type ReleaseAnswer, releaseFile, startReleases } from '../../support/buildx-release.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

const version = 'v0.29.1'
const program = `#!/bin/sh\necho "github.com/docker/buildx ${version} abc"\n`
const checksums = `/download/${version}/checksums.txt`
const file = `/download/${version}/${releaseFile(version)}`

/** A runner with a tool cache, and a server with one release. */
async function open(spoil?: ReleaseAnswer) {
  const root = tempFolder({ 'tools/': '', 'temp/': '' })
  const tools = join(root, 'tools')
  // @actions/tool-cache reads it from the process.
  vi.stubEnv('RUNNER_TOOL_CACHE', tools)
  const releases = await startReleases(version, program, spoil)
  let steps = 0
  const fetchIn = async (asked: string, installed?: string) => {
    steps += 1
    const tempDir = join(root, 'temp', String(steps))
    mkdirSync(tempDir)
    const host = createTestHost({ tempDir, env: { RUNNER_TOOL_CACHE: tools, PATH: process.env['PATH'] } })
    onTestFinished(() => {
      host.close()
      vi.unstubAllEnvs()
    })
    const source = releases.url
    const outcome = await fetchBuildx({ version: asked, source, retries: 8 }, installed, host).then(
      (path) => ({ path, failed: undefined }),
      (failed: unknown) => ({ path: undefined, failed }),
    )
    return { ...outcome, host, tempDir, lines: host.log.lines }
  }
  return { fetchIn, tools, paths: () => releases.asked.map(({ path }) => path) }
}

test('fetchBuildx() downloads a release once, and then uses the tool cache', async () => {
  const { fetchIn, tools, paths } = await open()
  const first = await fetchIn(version)
  expect(first.failed).toBeUndefined()
  expect(first.path).toMatch(new RegExp(`^${first.tempDir}/`))
  const { stdout } = await first.host.exec(first.path ?? '', ['version'])
  expect(stdout).toContain(version)
  expect(paths()).toEqual([checksums, file])

  const second = await fetchIn(version)
  expect(second.path).toMatch(new RegExp(`^${tools}/buildx-dl-bin/0\\.29\\.1/`))
  expect(readFileSync(second.path ?? '', 'utf8')).toBe(program)
  expect((await second.host.exec(second.path ?? '', ['version'])).ok).toBe(true)
  expect(paths()).toHaveLength(2)
})

test('fetchBuildx() finds the latest release through its checksums', async () => {
  const { fetchIn, paths } = await open()
  expect(await fetchIn('latest')).toMatchObject({ failed: undefined })
  expect(paths()).toEqual(['/latest/download/checksums.txt', file])
  await fetchIn('latest')
  expect(paths().slice(2)).toEqual(['/latest/download/checksums.txt'])
})

test('fetchBuildx() uses the installed buildx if it has that version', async () => {
  const { fetchIn, paths } = await open()
  const installed = join(tempFolder(), 'docker-buildx')
  writeProgram(installed, `echo "github.com/docker/buildx ${version} abc"`)
  expect(await fetchIn(version, installed)).toMatchObject({ path: installed })
  expect(paths()).toEqual([])
  writeProgram(installed, 'echo "github.com/docker/buildx 0.29.1+ds1 0.29.1+ds1-4"')
  expect((await fetchIn(version, installed)).path).not.toBe(installed)
})

test.each<{ name: string; spoil: ReleaseAnswer; asked: readonly string[] }>([
  {
    name: 'a server that is down',
    spoil: (response, _, time) => time < 3 && Boolean(response.writeHead(503).end()),
    asked: [checksums, checksums, checksums, file, file, file],
  },
  {
    name: 'a truncated file',
    spoil: (response, path, time) => {
      if (path !== file || time > 1) return false
      response.writeHead(200, { 'content-length': program.length })
      response.write(program.slice(0, 10), () => void response.destroy())
      return true
    },
    asked: [checksums, file, file],
  },
  {
    name: 'a file that is wrong once',
    spoil: (response, path, time) => path === file && time === 1 && Boolean(response.end('#!/bin/sh\n')),
    asked: [checksums, file, file],
  },
  {
    name: 'redirects',
    spoil: (response, path) => {
      if (path !== file) return false
      response.writeHead(302, { location: '/assets/1' }).end()
      return true
    },
    asked: [checksums, file, '/assets/1'],
  },
])('fetchBuildx() recovers from $name', async ({ spoil, asked }) => {
  const { fetchIn, paths } = await open((response, path, time) =>
    path === '/assets/1' ? Boolean(response.end(program)) : spoil(response, path, time),
  )
  expect(await fetchIn(version)).toMatchObject({ failed: undefined, path: expect.any(String) })
  expect(paths()).toEqual(asked)
})

const page = '<!DOCTYPE html><title>Sign in</title>'
test.each<{ name: string; spoil: ReleaseAnswer; code: string; message: RegExp }>([
  {
    name: 'a release that does not exist',
    spoil: (response) => Boolean(response.writeHead(404).end('Not Found')),
    code: 'download-refused',
    message: /^Cannot download http.*checksums\.txt: 127\.0\.0\.1:\d+ answered 404 /,
  },
  {
    name: 'a wrong checksum',
    spoil: (response, path) => path === file && Boolean(response.end(`${program}# and more\n`)),
    code: 'content-mismatch',
    message: /: its SHA-256 is [0-9a-f]{64}, and the release says [0-9a-f]{64}$/,
  },
  {
    name: 'a file that is always truncated, without a length',
    spoil: (response, path) => path === file && Boolean(response.end(program.slice(0, 10))),
    code: 'content-mismatch',
    message: /: its SHA-256 is/,
  },
  {
    name: 'a web page in place of the checksums',
    spoil: (response) => Boolean(response.end(page)),
    code: 'download-refused',
    message: /: the answer is not a list of checksums but a web page$/,
  },
  {
    name: 'a web page in place of the file',
    spoil: (response, path) => path === file && Boolean(response.end(page)),
    code: 'content-mismatch',
    message: /: its SHA-256 is/,
  },
  {
    name: 'a release without a file for this machine',
    spoil: (response) => Boolean(response.end(`${'0'.repeat(64)} *buildx-${version}.plan9-mips\n`)),
    code: 'download-refused',
    message: /: the release has no file of this name, for linux on /,
  },
  {
    name: 'checksums without an end',
    spoil: (response) => Boolean(response.end('x'.repeat(limits.checksums + 1))),
    code: 'registry-refused',
    message: /^Cannot read the checksums of buildx at .* is larger than /,
  },
  {
    name: 'redirects in a circle',
    spoil: (response, path) => Boolean(response.writeHead(302, { location: path }).end()),
    code: 'download-refused',
    message: /: it redirects more than 10 times$/,
  },
  {
    name: 'a server that stays down',
    spoil: (response) => Boolean(response.writeHead(502).end()),
    code: 'download-failed',
    message: / answered 502/,
  },
])('fetchBuildx() rejects $name', async ({ spoil, code, message }) => {
  const { fetchIn, tools } = await open(spoil)
  const { failed } = await fetchIn(version)
  expect(failed).toBeInstanceOf(ActionError)
  expect(failed).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(readdirSync(tools)).toEqual([])
})
