const kibibyte = 1024
const mebibyte = 1024 * kibibyte
/** Milliseconds. */
const second = 1000

/**
 * Upper bounds for everything that is read from outside. Bytes, unless the comment says otherwise. `docs/limits.md` lists them, and a
 * test keeps the two equal. Archives have their own table: `tarLimits` in `src/tree/archive/read-tar.ts`.
 */
export const limits = {
  /** A manifest or an index. Registries accept at least 4 MiB: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
  manifest: 4 * mebibyte,
  /** The configuration of an image. */
  config: 16 * mebibyte,
  /** Any other answer of a registry, token server or daemon that is read whole. */
  answer: mebibyte,
  /** The log of a smoke test's container. Docker keeps the last 10 MB of it (`max-size`). */
  containerLog: 32 * mebibyte,
  /** The part of an error's body that is read; the rest is discarded. */
  errorBody: 64 * kibibyte,
  /** The part of a text from outside that is compared with known messages (characters). */
  excerpt: 8 * kibibyte,
  /** The part of a line of a build's output that an error repeats (characters). */
  outputLine: 500,
  /** A line of a build's output without an end, after which it is shown as it is (characters). */
  openLine: 64 * kibibyte,
  /** The time for all commands of `before-tags`, where `timeout` is not given (milliseconds). */
  gateTime: 1800 * second,
  /** Lines of their output in the log (count). */
  gateLines: 10_000,
  /** Their output in the log, all lines together (characters). */
  gateOutput: 8 * mebibyte,
  /** What is kept of the standard error of a program: its end. */
  standardError: mebibyte,
  /** A token of a registry's token server: it is sent in a header. */
  token: 32 * kibibyte,
  /** The time in which GitHub gives the OIDC token of a job (milliseconds). */
  idTokenTime: 60 * second,
  /** Tokens of one step that are hidden in the log (count). */
  maskedTokens: 1000,
  /** The headers of one answer. */
  headers: 64 * kibibyte,
  /** A configuration file of Docker, Podman or this step: credentials, `.dockerignore`, buildkitd.toml. */
  configFile: 4 * mebibyte,
  /** A Docker configuration whose text is kept, to be restored byte for byte (characters). */
  keptConfig: 64 * kibibyte,
  /** The payload of the event that a workflow runs for. GitHub sends 25 MB at most. */
  event: 32 * mebibyte,
  /** The answer of GitHub's API about a repository or a commit. */
  apiAnswer: mebibyte,
  /** The time for all that is asked of GitHub's API for labels (milliseconds). */
  apiTime: 5 * second,
  /** A repository's description in a label (characters): longer ones are cut. GitHub takes 350. */
  description: 1000,
  /** A regular expression of a tag rule (characters). */
  pattern: 256,
  /** The Git tag or value that it is matched with (characters): Git takes 255 in one part of a name. */
  patternText: 256,
  /** A variable that later steps get: Linux starts no program with one of 128 KiB. */
  variable: 120 * 1024,
  /** A Dockerfile, and the text that its variables expand to. */
  dockerfile: 4 * mebibyte,
  /** The texts that all instructions of a Dockerfile come to together when their variables are replaced (characters). */
  expanded: 64 * mebibyte,
  /** Build stages in a Dockerfile (count). */
  stages: 2000,
  /** Instructions in a Dockerfile, with those that ONBUILD adds (count). */
  instructions: 100_000,
  /** The text of one input of this step (characters). */
  input: mebibyte,
  /** Entries of one input that is a list (count). */
  inputItems: 10_000,
  /** The text of an input that is YAML (characters). */
  yaml: 64 * kibibyte,
  /** Nested mappings and lists in it (levels). */
  yamlDepth: 64,
  /** Values in it, those that aliases repeat included (count). */
  yamlValues: 10_000,
  /** A workflow file that is migrated (characters). */
  workflow: 512 * kibibyte,
  /** Values in it (count). */
  workflowValues: 50_000,
  /** Workflow files that are migrated at once (count). */
  workflowFiles: 500,
  /** Nested objects and lists in one JSON document (levels). */
  jsonDepth: 512,
  /** Entries of one index, and documents of one image (count). */
  indexEntries: 4096,
  /** Layers of one manifest (count). */
  layers: 4096,
  /** Indexes inside indexes (levels). */
  indexDepth: 8,
  /** How many times as much as was sent a `Content-Encoding` may unpack to, beyond `unpackedFreely`. */
  unpackRatio: 200,
  /** What a `Content-Encoding` may unpack to whatever was sent. */
  unpackedFreely: 64 * mebibyte,
  /** Redirects that one request follows (count). As many as Go's and so Docker's client. */
  redirects: 10,
  /** The time for the body of a document or an answer that is read whole (milliseconds). */
  documentTime: 120 * second,
  /** The part of a blob that must arrive within `blobTime`: a server that sends a byte now and then is given up. */
  blobProgress: 256 * kibibyte,
  /** The time within which `blobProgress` must arrive (milliseconds). */
  blobTime: 60 * second,
  /** The program buildx that is downloaded. Releases have about 80 MB. */
  buildxProgram: 512 * mebibyte,
  /** The list of checksums of a release of buildx. */
  checksums: 64 * kibibyte,
  /** The time in which a release of buildx is downloaded, with all attempts (milliseconds). */
  buildxTime: 900 * second,
  /** All build caches in a folder of `cache: local`: those that were used the longest time ago are removed. As many as GitHub keeps for a repository. */
  cacheFolder: 10 * 1024 * mebibyte,
  /** How often content that a registry forgot is sent to it again (count). */
  resends: 2,
  /** One line of the log (characters). */
  logLine: 8 * kibibyte,
  /** Lines of one text in the log, such as an error message (lines). */
  logLines: 200,
  /** The result of a command of the command line, where it is text (lines). */
  resultLines: 20_000,
  /** The same (characters). */
  result: 4 * mebibyte,
  /** A password on standard input. */
  standardInput: 64 * kibibyte,
  /** One line of debug output (characters): longer text is wrapped. */
  debugLine: 1000,
  /** One debug message (characters). */
  debug: 8 * kibibyte,
  /** The message of an annotation (characters). The runner cuts it there. */
  annotation: 4096,
  /** One line of such a message (characters). */
  annotationLine: 2000,
  /** The title of a group or an annotation, and a file name beside one (characters). */
  title: 512,
  /** Files of a large context that are counted to say what to leave out of it (count). */
  contextFiles: 10_000,
  /** Steps of one platform in the timeline of the job summary (count): the longest. */
  timelineSteps: 12,
  /** Steps in it together (count). GitHub draws a diagram of at most 50,000 characters. */
  timelineBars: 60,
  /** The name of a step in it (characters). */
  stepLabel: 60,
  /** The job summary. The runner refuses a larger one: https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits */
  summary: mebibyte,
} as const
