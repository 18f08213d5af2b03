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
  /** An answer of the Kubernetes API: a list of objects may be long. */
  kubeAnswer: 16 * mebibyte,
  /** A kubeconfig. One with hundreds of clusters has 1 MiB. */
  kubeconfig: 4 * mebibyte,
  /** A message of a WebSocket. Kubernetes sends 32 KiB at most. */
  frame: mebibyte,
  /** Timeout for a credential plugin of a kubeconfig (milliseconds). */
  pluginTime: 30 * second,
  /** The log of a smoke test's container. Docker keeps the last 10 MB of it (`max-size`). */
  containerLog: 32 * mebibyte,
  /** The part of an error's body that is read; the rest is discarded. */
  errorBody: 64 * kibibyte,
  /** The part of an external text that is compared with known messages (characters). */
  excerpt: 8 * kibibyte,
  /** The part of a line of a build's output that an error repeats (characters). */
  outputLine: 500,
  /** A line of a build's output without an end, after which it is shown as it is (characters). */
  openLine: 64 * kibibyte,
  /** One line of BuildKit's progress, which holds up to 2 MiB of output of a step (characters). */
  progressLine: 4 * mebibyte,
  /** The time for all commands of `before-tags` if `timeout` is not set (milliseconds). */
  gateTime: 1800 * second,
  /** Lines of output of the `before-tags` commands in the log (count). */
  gateLines: 10_000,
  /** Total output of the `before-tags` commands in the log (characters). */
  gateOutput: 8 * mebibyte,
  /** The end of a program's standard error that is kept. */
  standardError: mebibyte,
  /** The standard output of a program that is read whole. */
  standardOutput: 64 * mebibyte,
  /** A token of a registry's token server: it is sent in a header. */
  token: 32 * kibibyte,
  /** Timeout for the OIDC token of a job from GitHub (milliseconds). */
  idTokenTime: 60 * second,
  /** Tokens of one step that are hidden in the log (count). */
  maskedTokens: 1000,
  /** The headers of one answer. */
  headers: 64 * kibibyte,
  /** Timeout for a node of a builder to respond (milliseconds). */
  nodeTime: 6 * second,
  /** Timeout for the first byte of a buildkitd at a `tcp://` address (milliseconds). */
  nodeSilence: 3 * second,
  /** A configuration file of Docker, Podman or this step: credentials, `.dockerignore`, buildkitd.toml. */
  configFile: 4 * mebibyte,
  /** A Docker configuration whose text is kept, to be restored byte for byte (characters). */
  keptConfig: 64 * kibibyte,
  /** The payload of the event that a workflow runs for. GitHub sends 25 MB at most. */
  event: 32 * mebibyte,
  /** The answer of GitHub's API about a repository or a commit. */
  apiAnswer: mebibyte,
  /** Timeout for all GitHub API requests for labels (milliseconds). */
  apiTime: 5 * second,
  /** A repository's description in a label (characters): longer ones are truncated. GitHub accepts 350. */
  description: 1000,
  /** A regular expression of a tag rule (characters). */
  pattern: 256,
  /** The Git tag or value that a regular expression is matched with (characters): Git accepts 255 in one part of a name. */
  patternText: 256,
  /** An environment variable for later steps: Linux cannot start a program with one of 128 KiB. */
  variable: 120 * 1024,
  /** A Dockerfile, and the text that its variables expand to. */
  dockerfile: 4 * mebibyte,
  /** All instructions of a Dockerfile after variable expansion, in total (characters). */
  expanded: 64 * mebibyte,
  /** Build stages in a Dockerfile (count). */
  stages: 2000,
  /** Instructions in a Dockerfile, including those added by ONBUILD (count). */
  instructions: 100_000,
  /** The text of one input of this step (characters). */
  input: mebibyte,
  /** Entries of one input that is a list (count). */
  inputItems: 10_000,
  /** The text of an input that is YAML (characters). */
  yaml: 64 * kibibyte,
  /** Nested mappings and lists in a YAML input (levels). */
  yamlDepth: 64,
  /** Values in a YAML input, including those repeated by aliases (count). */
  yamlValues: 10_000,
  /** A workflow file that is migrated (characters). */
  workflow: 512 * kibibyte,
  /** Values in a workflow file (count). */
  workflowValues: 50_000,
  /** Workflow files that are migrated at once (count). */
  workflowFiles: 500,
  /** Nested objects and lists in one JSON document (levels). */
  jsonDepth: 512,
  /** Entries of one index, and documents of one image (count). */
  indexEntries: 4096,
  /** All manifests, indexes and configurations of the images that are joined or promoted. */
  joinedDocuments: 128 * mebibyte,
  /** Artifacts that refer to a promoted image and are copied with it (count). */
  referrers: 256,
  /** Levels of artifacts that refer to other artifacts. */
  referrerDepth: 3,
  /** All content of the artifacts that are copied with a promoted image. */
  referrerBytes: 1024 * mebibyte,
  /** Layers of one manifest (count). */
  layers: 4096,
  /** Indexes inside indexes (levels). */
  indexDepth: 8,
  /** Maximum decompression ratio of a `Content-Encoding`, beyond `unpackedFreely`. */
  unpackRatio: 200,
  /** Decompressed size of a `Content-Encoding` that is allowed at any ratio. */
  unpackedFreely: 64 * mebibyte,
  /** Redirects that one request follows (count). The same as Go's HTTP client, and therefore Docker's. */
  redirects: 10,
  /** The time for the body of a document or an answer that is read whole (milliseconds). */
  documentTime: 120 * second,
  /** The part of a blob that must arrive within `blobTime`: a server that sends only a byte now and then times out. */
  blobProgress: 256 * kibibyte,
  /** The time within which `blobProgress` must arrive (milliseconds). */
  blobTime: 60 * second,
  /** A downloaded buildx binary. Releases are about 80 MB. */
  buildxProgram: 512 * mebibyte,
  /** The checksum list of a buildx release. */
  checksums: 64 * kibibyte,
  /** Timeout for the download of a buildx release, including retries (milliseconds). */
  buildxTime: 900 * second,
  /** Total size of the build caches in a directory of `cache: local`; the least recently used are removed. The same as GitHub's limit for a repository. */
  cacheFolder: 10 * 1024 * mebibyte,
  /** Total size of the cache mounts that `cache-mounts: true` keeps, before compression. */
  cacheMounts: 2 * 1024 * mebibyte,
  /** Cache mounts of a Dockerfile that are kept (count). */
  cacheMountCount: 100,
  /** Time for restoring cache mounts before the build (milliseconds). */
  cacheMountTime: 120 * second,
  /** The record of one platform that the jobs of a matrix leave for each other. */
  legRecord: 64 * kibibyte,
  /** The part of a plan in a record that is compared as text (characters): a longer one is compared by its digest. */
  legText: 2000,
  /** The time for which a job looks again for records if the storage shows its own record at once (milliseconds). */
  legWait: 3 * second,
  /** The same time if the storage does not show it at once (milliseconds). */
  legLag: 15 * second,
  /** An answer of the runner's artifact service. */
  artifactAnswer: mebibyte,
  /** The time for finding the layers of previous images that a build reuses, and for comparing one (milliseconds). */
  previousTime: 3 * second,
  /** Repetitions by counts such as `a{1000}` in all patterns of a `.dockerignore` together, or of the `--exclude` flags of one instruction (count). */
  ignoreRepetitions: 100_000,
  /** Tags of the image, images in `cache-from` whose layers a build can reuse, and blobs compared for one layer (count, each). */
  previousImages: 4,
  /** The age at which the answer of a registry about a tag is no longer used as the last one (milliseconds). */
  freshTags: 10 * second,
  /** How often content that a registry lost is uploaded again (count). */
  resends: 2,
  /** Output of a build that is held until preflight has ended (lines). */
  heldLines: 10_000,
  /** One line of the log (characters). */
  logLine: 8 * kibibyte,
  /** Lines of one text in the log, such as an error message (lines). */
  logLines: 200,
  /** The text output of a CLI command (lines). */
  resultLines: 20_000,
  /** The text output of a CLI command (characters). */
  result: 4 * mebibyte,
  /** A password on standard input. */
  standardInput: 64 * kibibyte,
  /** One line of debug output (characters): longer text is wrapped. */
  debugLine: 1000,
  /** One debug message (characters). */
  debug: 8 * kibibyte,
  /** The message of an annotation (characters). The runner truncates longer ones. */
  annotation: 4096,
  /** One line of an annotation's message (characters). */
  annotationLine: 2000,
  /** The title of a group or an annotation, and a file name beside one (characters). */
  title: 512,
  /** Files of a large context that are counted to say what to leave out of it (count). */
  contextFiles: 10_000,
  /** Files of a context whose digest a dry run shows, together (bytes). */
  contextDigest: 512 * mebibyte,
  /** Steps of one platform in the timeline of the job summary (count): the longest. */
  timelineSteps: 12,
  /** Steps in it together (count). GitHub draws a diagram of at most 50,000 characters. */
  timelineBars: 60,
  /** The name of a step in it (characters). */
  stepLabel: 60,
  /** The job summary. The runner rejects a larger one: https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits */
  summary: mebibyte,
} as const
