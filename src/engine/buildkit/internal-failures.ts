import type { KnownFailure } from '../../errors/known-failure.ts'
import { fewAttempts, type Row } from '../../retry/classify.ts'

/** A failure of BuildKit or containerd itself: how it is recognized, and the issues that report it. */
type InternalFailure = { readonly pattern: RegExp; readonly seen: readonly string[] }

const buildkit = (number: number): string => `https://github.com/moby/buildkit/issues/${number}`

/**
 * Race conditions and lost state in BuildKit, mostly between concurrent builds and cache pruning. The same build
 * succeeds when it is repeated. The error for a missing file that the Dockerfile names is `"/path": not found`, which
 * none of these match.
 */
const rows: readonly InternalFailure[] = [
  {
    // "failed to commit X to Y during finalize: failed to stat active key during commit: snapshot X does not exist: not found"
    pattern: /\bsnapshot (?:extract-)?[\w.:-]+(?: sha256:[0-9a-f]+)? does not exist: not found/,
    seen: [6808, 6821, 6977, 4024, 3008, 2288].map(buildkit),
  },
  {
    pattern: /failed to prepare extraction snapshot "[^"]{0,400}":.{0,400}does not exist: not found/s,
    seen: [6521].map(buildkit),
  },
  { pattern: /failed to get edge: inconsistent graph state/, seen: [2303, 4818].map(buildkit) },
  { pattern: /failed to get state for index/, seen: ['https://github.com/depot/cli/pull/90'] },
  { pattern: /buildkit scheduler error: return leaving \w+ open/, seen: [4278, 3628].map(buildkit) },
  { pattern: /frontend grpc server closed unexpectedly/, seen: [5811, 3035, 1090].map(buildkit) },
  {
    pattern: /no active session for \w+: context deadline exceeded/,
    seen: [6422, 2367].map(buildkit).concat('https://github.com/docker/buildx/issues/456'),
  },
  {
    pattern: /\blease (?:"\w+"|does not exist): not found|missing lease requirement for setBlob/,
    seen: [1937, 4419].map(buildkit).concat('https://github.com/containerd/nerdctl/issues/2464'),
  },
  {
    // "ref buildkit/1/layer-sha256:… locked for 234ms (since 2026-09-11 …): unavailable"
    pattern: /\bref [\w./:-]+ locked(?: for \S+ \(since [^)\n]{0,200}\))?: unavailable/,
    seen: [1491].map(buildkit),
  },
  {
    pattern: /content digest sha256:[0-9a-f]{64}: not found/,
    seen: [2631].map(buildkit).concat('https://github.com/docker/buildx/issues/101'),
  },
  { pattern: /unknown blob sha256:[0-9a-f]{64} in history/, seen: ['https://github.com/earthly/earthly/issues/3000'] },
  { pattern: /invalid mutable ref/, seen: [1956].map(buildkit) },
  { pattern: /failed to receive status: .{0,80}no such job /, seen: [2088].map(buildkit) },
  { pattern: /mount already exists with name/, seen: [1460].map(buildkit) },
  {
    // "failed to mount /tmp/buildkit-mount1: [{Type:overlay Source:overlay Options:[lowerdir=…]}]: device or resource busy"
    pattern: /Options:\[[^[\]\n]{0,8000}\]\}\]: (?:device or resource busy|no such file or directory)/,
    seen: [3812].map(buildkit).concat('https://github.com/earthly/earthly/issues/4191'),
  },
  {
    // Two concurrent fetches into the one repository that BuildKit keeps for a remote.
    pattern: /shallow file has changed since we read it|(?:cannot|could not) lock ref '/i,
    seen: [4832].map(buildkit).concat('https://github.com/JarvusInnovations/hologit/issues/450'),
  },
]

/** A failure inside the engine that the user's input did not cause. */
export const internalFailures: readonly KnownFailure[] = rows.map(({ pattern, seen: [first = ''] }) => ({
  code: 'engine-failed',
  pattern,
  hint: `Run the job again: BuildKit failed internally, which is not a fault of the Dockerfile. If it stays, update Docker or BuildKit, or clear its cache with \`docker buildx prune\`. Seen before in ${first}.`,
}))

/** The same failures as rows of the table for builds. */
export const internalRows: readonly Row[] = rows.map(({ pattern, seen }) => ({
  code: 'engine-failed',
  pattern,
  verdict: 'transient',
  attempts: fewAttempts,
  learnedFrom: seen,
}))

/** Whether an error is a transient failure inside BuildKit. */
export function isInternal(message: string): boolean {
  return rows.some(({ pattern }) => pattern.test(message))
}
