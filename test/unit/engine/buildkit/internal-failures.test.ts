import { describe, expect, test } from 'vitest'
import { toBuildError } from '../../../../src/engine/buildkit/failure.ts'
import { mostAttempts } from '../../../support/most-attempts.ts'

const id = 'lhzivmrs3pheot21kx3b24aix'
const digest = `sha256:${'e0886c7aa88e7c79'.repeat(4)}`

const failed = { name: '[2/3] RUN make', platform: undefined, error: '', output: ['compiling'] }

function errorOf(summary: string) {
  const rules = ['Dockerfile:2', '--------------------', '   2 | >>> RUN make', '--------------------']
  const messages = [...rules, `ERROR: failed to build: failed to solve: ${summary}`]
  return toBuildError({ status: 1, messages, failed, dockerfile: 'Dockerfile', platform: undefined })
}

describe('toBuildError() recognizes failures inside BuildKit, which are retried', () => {
  // The texts are quoted from the issues that the table names.
  test.each([
    `failed to commit ${id} to x156qu0r9bdbnodoswawekhil during finalize: failed to stat active key during commit: snapshot ${id} does not exist: not found`,
    `failed to finalize upper parent during diff: failed to commit ${id} during finalize: failed to stat active key during commit: snapshot ${id} does not exist: not found`,
    `failed to apply diffs: failed to stat lower snapshot ${id}: snapshot ${id} does not exist: not found`,
    `failed to compute cache key: failed to apply diffs: failed to stat lower snapshot ${id}: snapshot ${id} does not exist: not found`,
    `failed to read dockerfile: failed to mount ${id}: snapshot ${id} does not exist: not found`,
    `failed to mount /path: parent snapshot ${digest} does not exist: not found`,
    `snapshot extract-2tnrifjtpyxujo9lliuz0e5bz ${digest} does not exist: not found`,
    `failed to prepare extraction snapshot "extract-858612528-gZrz ${digest}": parent snapshot ${digest} does not exist: not found`,
    'failed to get edge: inconsistent graph state',
    'buildkit scheduler error: return leaving incoming open. Please report this with BUILDKIT_SCHEDULER_DEBUG=1',
    'buildkit scheduler error: return leaving outgoing open. Please report this with BUILDKIT_SCHEDULER_DEBUG=1',
    'frontend grpc server closed unexpectedly',
    'failed to copy: httpReadSeeker: failed open: failed to authorize: no active session for 946l7u9cqtl3kkur5pifuipi4: context deadline exceeded',
    'lease "k9b85fmmnhy2hyeacrb7sx1du": not found',
    'lease does not exist: not found',
    'failed to get record sfx1jm9owmoa8mzgmae6likt2 by blobchainid: failed to remove sfx1jm9owmoa8mzgmae6likt2: lease "sfx1jm9owmoa8mzgmae6likt2": not found',
    'missing lease requirement for setBlob',
    `failed to load cache: ref buildkit/1/layer-${digest} locked: unavailable`,
    `rpc error: code = Unavailable desc = ref moby/1/layer-${digest} locked for 234.449907ms (since 2026-09-11 11:54:05.578308467 +0200 CEST m=+13.046516127): unavailable`,
    `content digest ${digest}: not found`,
    `unknown blob ${digest} in history`,
    'failed to load cache key: invalid mutable ref 0xc000a8f0e0: invalid: executor failed',
    'failed to build LLB: mount already exists with name',
    'failed to mount /tmp/buildkit-mount366477837: [{Type:overlay Source:overlay Options:[lowerdir=/var/lib/buildkit/runc-overlayfs/snapshots/snapshots/16/fs:/var/lib/buildkit/runc-overlayfs/snapshots/snapshots/15/fs]}]: device or resource busy',
    'failed to read dockerfile: failed to load cache key: failed to fetch remote https://git.example.com/a.git: git stderr:\nfatal: shallow file has changed since we read it\n: exit status 128',
    "error fetching default branch for repository https://git.example.com/a.git: git stderr:\nerror: cannot lock ref 'refs/heads/main': is at 89bd98 but expected 40b7c0\n: exit status 1",
  ])('%s', (summary) => {
    const error = errorOf(summary)
    expect(error).toMatchObject({ code: 'engine-failed', place: undefined, platform: undefined })
    expect(error.message).toBe(`Cannot build: ${summary}`)
    expect(error.hint).toMatch(
      /^Run the job again: BuildKit failed internally.* Seen before in https:\/\/github\.com\//,
    )
    expect(mostAttempts(error, { ownNetwork: false, answeredBefore: true })).toBe(3)
  })
})

describe('toBuildError() does not attribute user errors to BuildKit', () => {
  test.each([
    {
      code: 'build-failed',
      summary: 'failed to compute cache key: failed to calculate checksum of ref a::b: "/nope": not found',
    },
    {
      code: 'build-failed',
      summary:
        'failed to compute cache key: failed to calculate checksum of ref a::b: "/snapshot x does not exist": not found',
    },
    { code: 'build-failed', summary: 'failed to calculate checksum of ref a::b: "/lease": not found' },
    {
      code: 'build-failed',
      summary: 'process "/bin/sh -c echo inconsistent graph state; exit 3" did not complete successfully: exit code: 3',
    },
    {
      code: 'build-failed',
      summary: 'process "/bin/sh -c docker build ." did not complete successfully: exit code: 1',
    },
    {
      code: 'image-not-found',
      summary:
        'registry.example/base:9: failed to resolve source metadata for registry.example/base:9: registry.example/base:9: not found',
    },
    { code: 'dockerfile-invalid', summary: 'dockerfile parse error on line 2: unknown instruction: SNAPSHOT' },
  ])('$summary', ({ code, summary }) => {
    expect(errorOf(summary).code).toBe(code)
  })

  test('even if the RUN prints a message of BuildKit', () => {
    const output = [
      'failed to get edge: inconsistent graph state',
      'rpc error: code = Unavailable desc = error reading from server: EOF',
    ]
    const summary = 'process "/bin/sh -c docker build ." did not complete successfully: exit code: 1'
    const error = toBuildError({
      status: 1,
      messages: [`ERROR: failed to build: failed to solve: ${summary}`],
      failed: { ...failed, output },
      dockerfile: 'Dockerfile',
      platform: undefined,
    })
    expect([error.code, mostAttempts(error, { ownNetwork: false, answeredBefore: true })]).toEqual(['build-failed', 1])
  })
})
