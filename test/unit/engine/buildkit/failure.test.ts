import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toBuildError } from '../../../../src/engine/buildkit/failure.ts'
import { createProgress } from '../../../../src/engine/buildkit/progress.ts'
import type { ActionError } from '../../../../src/errors/action-error.ts'

type Failure = Parameters<typeof toBuildError>[0]

/** The standard error of buildx for failed builds, one file per engine, and the resulting error. */
const golden = new URL('../../../golden/failures/', import.meta.url)

type Expected = {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly line?: number
  readonly platform?: string
}

function errorOf(stderr: string, platform?: string, more: Partial<Failure> = {}): ActionError {
  const progress = createProgress(() => {})
  for (const line of stderr.trimEnd().split('\n')) progress.line(line)
  const [messages, failed] = [progress.messages(), progress.failed()]
  return toBuildError({ status: 1, messages, failed, dockerfile: 'app/Dockerfile', platform, ...more })
}

describe.each(readdirSync(golden))('toBuildError() reads the golden case %s', (name) => {
  const folder = new URL(`${name}/`, golden)
  const expected: Readonly<Record<string, Expected>> = JSON.parse(
    readFileSync(new URL('expected.json', folder), 'utf8'),
  )

  test.each(readdirSync(folder).filter((file) => file.endsWith('.txt')))('%s', (file) => {
    const { code, message, hint, place, platform } = errorOf(readFileSync(new URL(file, folder), 'utf8'))
    expect({ code, message, hint, line: place?.line, platform }).toEqual(expected[file.replace('.txt', '')])
  })
})

const exit3 = readFileSync(new URL('run-exit-3/docker-20.txt', golden), 'utf8')

test('toBuildError() names the platform of a call for one of several', () => {
  const error = errorOf(exit3, 'linux/arm64')
  expect(error).toMatchObject({
    platform: 'linux/arm64',
    message: expect.stringMatching(/^Cannot build for linux\/arm64 /),
  })
})

test('toBuildError() names no platform for a failure before any step', () => {
  expect(errorOf('ERROR: no builder "x" found', 'linux/arm64').platform).toBeUndefined()
})

test.each([
  { name: 'nothing', stderr: '', message: 'Cannot build: buildx exited with 1' },
  { name: 'no ERROR line', stderr: 'panic: oh\n\n', message: 'Cannot build: panic: oh' },
  {
    name: "a container runtime's permission denied",
    stderr: 'ERROR: failed to build: failed to solve: mkdir /x: permission denied: unknown',
    message: 'Cannot build: mkdir /x: permission denied: unknown',
  },
])('toBuildError() of $name is a failed build', ({ stderr, message }) => {
  expect(errorOf(stderr)).toMatchObject({ code: 'build-failed', message })
})

const text = (path: string): string => readFileSync(new URL(path, golden), 'utf8')

test.each([
  { name: 'emulated', isEmulated: true, code: 'emulator-crashed' },
  { name: 'native', isEmulated: false, code: 'build-failed' },
])('toBuildError() attributes exit status 139 on a platform that is $name to $code', ({ isEmulated, code }) => {
  const error = errorOf(text('exit-139/docker-28.txt'), 'linux/arm64', { isEmulated: () => isEmulated })
  expect(error.code).toBe(code)
})

test('toBuildError() passes the path in the context when it asks why a file is missing', () => {
  const explainMissing = (path: string) => `About ${path}.`
  expect(errorOf(text('ignored-copy/docker-28.txt'), undefined, { explainMissing }).hint).toBe('About dist/app.')
  expect(errorOf(text('missing-copy/docker-20.txt'), undefined, { explainMissing }).hint).toBe('About nope.')
})

test.each([
  'failed to push a.io/b: unavailable: injected',
  'failed to fetch oauth token: unexpected status from GET request to https://a.io/token: 500 Internal Server Error',
  'failed to copy: httpReadSeeker: failed open: unexpected EOF',
  'failed to do request: Put "https://a.io/v2/b/blobs/uploads/1": write: broken pipe',
])('toBuildError() treats "%s" as a transient registry failure', (summary) => {
  expect(errorOf(`ERROR: failed to build: failed to solve: ${summary}`).code).toBe('registry-unavailable')
})

test.each([
  {
    error: 'process "/bin/sh -c echo has enabled tag immutability" did not complete successfully: context canceled',
    code: 'build-failed',
  },
  {
    error: 'process "/bin/sh -c tool denied: x" did not complete successfully: cannot allocate memory',
    code: 'out-of-memory',
  },
  { error: 'failed to compute cache key: "/cannot be overwritten": not found', code: 'build-failed' },
  { error: 'failed to push a.example/b: unknown: unknown error', code: 'registry-unavailable' },
  { error: 'failed to fetch oauth token: unknown: injected', code: 'registry-unavailable' },
  {
    error:
      'failed to push a.example/b: unexpected status from PUT request to https://a.example/v2/: 507 Insufficient Storage',
    code: 'registry-full',
  },
])('toBuildError() maps $error to $code', ({ error, code }) => {
  expect(errorOf(`ERROR: failed to build: failed to solve: ${error}`)).toMatchObject({ code })
})

describe('toBuildError() of a context that the builder fetches', () => {
  const git = {
    kind: 'git',
    url: 'https://user:secret@git.example.com/acme/app.git#main',
    file: 'nope.Dockerfile',
  } as const
  const archive = { kind: 'archive', url: 'https://files.example.com/app.tar.gz', file: 'Dockerfile' } as const
  const solve = (text: string) => `ERROR: failed to build: failed to solve: ${text}`
  const policy = (text: string) => `ERROR: failed to build: failed to stat policy file Dockerfile.rego: ${text}`

  test.each([
    {
      name: 'a repository without the Dockerfile',
      stderr: solve('failed to read dockerfile: open nope.Dockerfile: no such file or directory'),
      remote: git,
      code: 'dockerfile-not-found',
      message: 'Cannot build: nope.Dockerfile does not exist in https://git.example.com/acme/app.git#main',
      hint: /path in the repository/,
    },
    {
      name: 'an archive without one',
      stderr: solve('failed to read dockerfile: open Dockerfile: no such file or directory'),
      remote: archive,
      code: 'dockerfile-not-found',
      message: 'Cannot build: Dockerfile does not exist in https://files.example.com/app.tar.gz',
      hint: /path in the archive/,
    },
    {
      name: 'an archive that does not exist',
      stderr: solve('failed to read downloaded context: failed to load cache key: invalid response status 404'),
      remote: archive,
      code: 'context-not-found',
      message: 'Cannot fetch https://files.example.com/app.tar.gz: the server answered 404',
      hint: /Check the URL/,
    },
    {
      name: 'an archive that does not exist, in BuildKit 0.32',
      stderr: policy('failed to load cache key: invalid response status 404'),
      remote: archive,
      code: 'context-not-found',
      message: 'Cannot fetch https://files.example.com/app.tar.gz: the server answered 404',
      hint: /Check the URL/,
    },
    {
      name: 'an archive that requires credentials',
      stderr: solve('failed to read downloaded context: failed to load cache key: invalid response status 401'),
      remote: archive,
      code: 'context-unreadable',
      message: 'Cannot fetch https://files.example.com/app.tar.gz: the server answered 401',
      hint: /sends no credentials/,
    },
    {
      name: 'a server of archives that is down',
      stderr: solve('failed to read downloaded context: failed to load cache key: invalid response status 503'),
      remote: archive,
      code: 'download-failed',
      message: 'Cannot build: failed to read downloaded context: failed to load cache key: invalid response status 503',
      hint: /Run the job again/,
    },
  ])('$name', ({ stderr, remote, code, message, hint }) => {
    expect(errorOf(stderr, undefined, { remote })).toMatchObject({ code, message, hint: expect.stringMatching(hint) })
  })
})

test.each([
  'docker/buildkit-syft-scanner:stable-1: failed to resolve source metadata for docker.io/docker/buildkit-syft-scanner:stable-1: docker.io/docker/buildkit-syft-scanner:stable-1: not found',
  'docker/buildkit-syft-scanner:stable-1: failed to resolve source metadata for docker.io/docker/buildkit-syft-scanner:stable-1: pull access denied, repository does not exist or may require authorization',
])('toBuildError() names the SBOM generator that cannot be pulled: %s', (text) => {
  const sbomGenerator = 'docker/buildkit-syft-scanner:stable-1'
  expect(errorOf(`ERROR: failed to build: failed to solve: ${text}`, undefined, { sbomGenerator })).toMatchObject({
    message: `Cannot attach an SBOM: ${text}`,
    hint: expect.stringMatching(/generator/),
  })
})
