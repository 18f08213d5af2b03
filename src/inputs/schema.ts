/**
 * How the text of an input is read.
 * - `text`, `boolean` (the YAML 1.2 core words), `count`, `choice` (one of `choices`): fully described by the row, see
 *   `PlainFields`
 * - `string`, `secret`: one value with its own parser in `parseInputs`
 * - `list`: separated by newlines or commas
 * - `lines`: separated by newlines; commas and inner quotes belong to the value
 * - `options`: like `lines`, but every quote belongs to the value
 * - `verbatim`: separated by newlines; everything else belongs to the value; an entry in quotes can contain newlines
 */
export type InputKind = InputRow['kind']

export type InputRow = {
  /** The default of action.yml; "" if the input is optional. */
  readonly default: string
  /** What the input sets, its format and its default, in one or a few sentences for users. */
  readonly doc: string
  /** A value for the README's YAML block, if the default is not a useful example. */
  readonly example?: string
  /** Whether the field is passed to the engine unchanged, see `BuildField`. */
  readonly build?: true
} & (
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text' | 'boolean' | 'count' | 'string' | 'secret' | 'list' | 'lines' | 'options' | 'verbatim' }
)

/** The rows of all inputs: action.yml and the README's block are rendered from them, and `parseInputs` reads each. */
export const inputRows = {
  mode: {
    kind: 'choice',
    choices: ['build', 'plan', 'merge', 'promote'],
    default: 'build',
    doc: 'Operation of the step: build; plan (outputs the matrix of platforms and runners, and the metadata); merge (joins existing images to one index); promote (gives an existing image further tags, with the same digest). Only build needs a builder. See docs/modes.md.',
    example: 'plan',
  },
  images: {
    kind: 'list',
    default: '',
    doc: 'Image names without tags; each name gets every tag. A line can be name=acme/app,enable=true. Names are lowercased. Default: none; the image has a name only if tags contains full references.',
    example: 'ghcr.io/acme/app',
  },
  tags: {
    kind: 'list',
    default: '',
    doc: 'Short tags (1.2, latest) for every name of images, full references (ghcr.io/acme/app:1.2), or rules as in docker/metadata-action (type=semver,pattern={{version}}). Tags given here are fixed, except latest. moving=true in a line (stable,moving=true) makes its tags moving; enable=false disables the line. Default: depends on the event: the branch, the Git tag (with latest, for a version that is not a pre-release), pr-N, nightly, otherwise sha-<commit>.',
    example: '1.2.3, latest',
  },
  flavor: {
    kind: 'list',
    default: '',
    doc: 'Settings for all short tags and rules: latest=auto, true or false; prefix=… and suffix=…, which onlatest=true after one of them adds to latest too.',
    example: 'latest=auto',
  },
  platforms: {
    kind: 'list',
    build: true,
    default: '',
    doc: 'Platforms to build, as os/arch[/variant] or by a common alias (amd64, arm64, arm32, x86_64, aarch64). The order is kept; duplicates are removed. A ? at the end, as in linux/riscv64?, makes a platform optional: if it fails, the image is published without it. Default: linux/amd64; with mode: merge, the platforms of the images.',
    example: 'amd64, arm64',
  },
  'per-platform': {
    kind: 'string',
    build: true,
    default: '',
    doc: 'Settings of single platforms, as a YAML mapping from platforms to file, target and build-args (a mapping). They replace those of the build; build arguments are added.',
  },
  digests: {
    kind: 'string',
    default: '',
    doc: 'Images that mode: merge joins: digests (sha256:…), platform=digest, or references (ghcr.io/acme/app@sha256:…), separated by newlines or commas; or the output digests of the jobs that built them, one per line.',
    example: 'linux/amd64=sha256:6b2fabf4a3b6b8d5a4f1d0c9e8b7a6958473625140392817161514131211100f',
  },
  from: {
    kind: 'string',
    default: '',
    doc: 'Image that mode: promote gives further tags, name:tag or name@digest. A tag is resolved once.',
    example: 'ghcr.io/acme/app:1.2.3-rc1',
  },
  runners: {
    kind: 'lines',
    default: '',
    doc: 'Runner labels for the matrix of mode: plan, platform=label, one per line. Several labels are joined by +, and * ends the beginning of a platform. Default: ubuntu-24.04-arm for linux/arm64 and linux/arm, otherwise ubuntu-24.04.',
    example: 'linux/riscv64=self-hosted+riscv',
  },
  platform: {
    kind: 'list',
    default: '',
    doc: 'Platforms that this job builds, a part of platforms, for a job matrix with one runner per platform. The job that finds the image complete writes the index and the tags. See docs/legs.md. Default: all platforms.',
    example: `\${{ matrix.platform }}`,
  },
  ledger: {
    kind: 'choice',
    choices: ['auto', 'artifacts', 'registry'],
    default: 'auto',
    doc: 'Storage in which jobs with platform leave their results for each other: artifacts of the run, or registry for temporary tags next to the image. auto selects artifacts on github.com, otherwise registry.',
    example: 'registry',
  },
  'leg-set': {
    kind: 'text',
    default: '',
    doc: 'Name that distinguishes images with the same name in one run, if jobs with platform build several of them. Default: none.',
    example: `\${{ matrix.variant }}`,
  },
  context: {
    kind: 'string',
    default: '.',
    doc: 'Build context: a directory, a Git URL, or {{defaultContext}} (optionally with :directory) for the commit of the event without a checkout.',
  },
  'build-contexts': {
    kind: 'lines',
    default: '',
    doc: 'Additional contexts, name=value, one per line. Each replaces the stage or image of that name with a directory, docker-image://reference, oci-layout://directory[:tag][@digest], docker-archive:file[:tag], oci-archive:file[:tag], or a Git URL.',
    example: 'assets=./assets',
  },
  file: {
    kind: 'string',
    build: true,
    default: '',
    doc: 'Path of the Dockerfile. Default: Dockerfile in the context.',
  },
  'dockerfile-inline': {
    kind: 'text',
    build: true,
    default: '',
    doc: 'Content of the Dockerfile, instead of file.',
  },
  target: { kind: 'text', build: true, default: '', doc: 'Stage to build. Default: the last stage.' },
  'build-args': {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Build arguments, KEY=value, one per line, with the value verbatim, or a YAML mapping. KEY alone takes the value of the environment variable with that name.',
    example: 'VERSION=1.2.3',
  },
  'build-args-file': {
    kind: 'lines',
    default: '',
    doc: 'Files with build arguments, one path per line. Each file has KEY=value lines, like an env file. Later files override earlier ones; build-args overrides all files.',
    example: 'versions.env',
  },
  secrets: {
    kind: 'verbatim',
    build: true,
    default: '',
    doc: 'Build secrets for RUN --mount=type=secret, id=value, one per line, with the value verbatim. Quote an entry to give it a multi-line value; double each quote inside it.',
    example: `npm_token=\${{ secrets.NPM_TOKEN }}`,
  },
  'secret-envs': {
    kind: 'list',
    default: '',
    doc: 'Build secrets from environment variables of the step, id=NAME.',
    example: 'sentry_token=SENTRY_TOKEN',
  },
  'secret-files': {
    kind: 'lines',
    default: '',
    doc: 'Build secrets from files, id=path one per line.',
    example: 'npmrc=./.npmrc',
  },
  ssh: {
    kind: 'list',
    build: true,
    default: '',
    doc: 'SSH agents and keys for RUN --mount=type=ssh: default for the agent at SSH_AUTH_SOCK, or id=path of a socket or key.',
    example: 'default',
  },
  labels: {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Labels of the image, key=value, one per line, or a YAML mapping. They override the default labels; an empty value (org.opencontainers.image.url=) removes a default label.',
    example: 'org.opencontainers.image.licenses=Apache-2.0',
  },
  annotations: {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Annotations, key=value, one per line, or a YAML mapping. A prefix selects the level: index:, manifest:, index-descriptor: or manifest-descriptor:, the latter three optionally with a platform in brackets. They override the default annotations, as labels do.',
    example: 'index:org.opencontainers.image.title=app',
  },
  'default-labels': {
    kind: 'boolean',
    default: 'true',
    doc: 'Set labels and annotations that describe the image: title, description, url, source, version, created, revision and licenses of org.opencontainers.image. See docs/labels.md.',
  },
  push: {
    kind: 'string',
    default: 'false',
    doc: 'Push the image. Tags are written after verification. auto: true, except for pull requests from forks and Dependabot, which have no credentials and are only built and verified.',
  },
  'if-exists': {
    kind: 'choice',
    choices: ['overwrite', 'skip', 'fail'],
    default: 'overwrite',
    doc: 'Behavior for a fixed tag that already exists with another digest: overwrite, skip (leave it, write the others) or fail (before the build). Moving tags are always written: latest, tags with moving=true, and tags that the event determines for a branch, a pull request or a schedule.',
  },
  preflight: {
    kind: 'boolean',
    default: 'true',
    doc: 'Check before the build: credentials, base images for every platform, build secrets, tags, emulators, disk space.',
  },
  emulators: {
    kind: 'string',
    default: 'auto',
    doc: 'Set up missing emulators for RUN steps on other platforms, and remove them after the step: auto or off. A list of platforms, or all, sets up these too, even if the Dockerfile does not need them.',
  },
  'emulator-image': {
    kind: 'string',
    default: 'docker.io/tonistiigi/binfmt:qemu-v10.2.3-68',
    doc: 'Image that sets up emulators: tonistiigi/binfmt, a mirror of it, or a compatible image. It runs privileged on the host of the Docker daemon, only if an emulator is missing.',
  },
  verify: {
    kind: 'choice',
    choices: ['error', 'warn', 'off', 'full'],
    default: 'error',
    doc: 'Verify each image before it is tagged or loaded: its configuration and the binaries in its new layers match its platform, and it contains no secret of this step. error, warn, off, or full (base image layers too).',
  },
  'max-size': {
    kind: 'string',
    default: '',
    doc: 'Maximum compressed size of the image of each platform, configuration and layers as pushed, such as 200m or 1g (powers of 1024). A larger image fails the step before any tag is written. Default: none.',
    example: '200m',
  },
  'smoke-test': {
    kind: 'string',
    default: '',
    doc: "Start each platform's image before any tag is written: a command line that must exit with 0, or YAML: command, entrypoint, env, user, workdir, ports, volumes, add-hosts, expect (output, status, http), timeout. See docs/smoke-test.md.",
    example: 'app --version',
  },
  call: {
    kind: 'choice',
    choices: ['build', 'check', 'outline', 'targets'],
    default: 'build',
    doc: 'Operation on the Dockerfile: build, check (run the build checks; a finding fails the step), outline (list build arguments, secrets and SSH agents) or targets (list the targets). Only build produces an image.',
    example: 'check',
  },
  'dry-run': {
    kind: 'boolean',
    default: 'false',
    doc: 'Run preflight and show the plan in the log and the job summary, without building or writing anything. The outputs tags, labels, json and version are set.',
  },
  'before-tags': {
    kind: 'string',
    default: '',
    doc: 'Commands that must exit with 0 before any tag is written, one per line. They run on the runner without a shell, after verification and smoke test. Variables such as POLYARCH_REFERENCES identify the image. See docs/before-tags.md.',
    example: './scan.sh',
  },
  'before-tags-env': {
    kind: 'list',
    default: '',
    doc: 'Names of additional environment variables of the step for the commands of before-tags.',
    example: 'TRIVY_SEVERITY',
  },
  retries: {
    kind: 'string',
    default: '8',
    doc: 'Maximum number of retries for transient failures. 0 or false disables retries.',
  },
  timeout: {
    kind: 'string',
    default: '',
    doc: 'Time limit from preflight to the end of the build, verification and export, such as 45m or 1h30m. No tag is written after it. Default: none.',
    example: '45m',
  },
  compression: {
    kind: 'choice',
    choices: ['gzip', 'zstd', 'uncompressed'],
    build: true,
    default: 'gzip',
    doc: 'Compression of new layers: gzip, zstd or uncompressed. Layers of the base image are not recompressed.',
  },
  'drop-layers': {
    kind: 'count',
    build: true,
    default: '0',
    doc: 'Number of topmost layers of the base image to remove, without downloading any. Embedded engine only.',
    example: '1',
  },
  load: {
    kind: 'boolean',
    default: '',
    doc: 'Load the image into the local image store. Default: true for one platform without push and outputs, otherwise false.',
  },
  outputs: {
    kind: 'options',
    default: '',
    doc: 'Destinations of the image besides a registry, one per line: a directory for its files, or attributes as in docker buildx build --output: type=oci, docker, local, tar or cacheonly, and dest. type=image and type=registry set the inputs of the image.',
    example: 'type=oci,dest=image.tar',
  },
  'bake-target': {
    kind: 'string',
    default: 'docker-metadata-action',
    doc: 'Target in the files of the outputs bake-file, bake-file-tags, bake-file-labels and bake-file-annotations, for docker buildx bake in a later step.',
  },
  'sep-tags': {
    kind: 'string',
    default: '',
    doc: 'Separator of the outputs tags and tag-names; whitespace is kept. Default: a newline.',
    example: "','",
  },
  'sep-labels': {
    kind: 'string',
    default: '',
    doc: 'Separator of the output labels. Default: a newline.',
    example: "','",
  },
  'sep-annotations': {
    kind: 'string',
    default: '',
    doc: 'Separator of the output annotations. Default: a newline.',
    example: "','",
  },
  cache: {
    kind: 'string',
    default: 'off',
    doc: 'Keep the build cache between runs: gha in the GitHub Actions cache, registry next to the image, local (or local:DIRECTORY) in a directory of the runner. It is read from the branch and the default branch and written to the branch. Cache errors never fail the build.',
    example: 'gha',
  },
  'cache-from': {
    kind: 'lines',
    default: '',
    doc: 'Caches to read, one per line, with the attributes of buildx: type=gha, type=registry,ref=…, type=local,src=…, s3, azblob, or only a reference.',
    example: 'type=registry,ref=ghcr.io/acme/app:cache',
  },
  'cache-to': {
    kind: 'lines',
    default: '',
    doc: 'Caches to write, one per line, with the attributes of buildx. Write errors do not fail the build unless the line has ignore-error=false. Pull requests from forks do not write caches.',
    example: 'type=registry,ref=ghcr.io/acme/app:cache,mode=max',
  },
  'cache-mounts': {
    kind: 'string',
    default: 'false',
    doc: 'Also keep the content of RUN --mount=type=cache between runs, in the caches of cache, cache-from and cache-to: true, or the maximum size of all mounts (500m; true means 2g). See docs/cache.md.',
    example: 'true',
  },
  'cache-timeout': {
    kind: 'string',
    default: '10m',
    doc: 'Time limit for writing the build cache, after all tags are written. A timeout is a warning.',
    example: '5m',
  },
  'no-cache': { kind: 'boolean', build: true, default: 'false', doc: 'Do not use the cache when building the image.' },
  pull: {
    kind: 'boolean',
    build: true,
    default: 'false',
    doc: 'Always check the registry for newer base images.',
  },
  fresh: {
    kind: 'list',
    default: 'false',
    doc: 'Build from scratch: disable the cache, remove leftovers of earlier runs of this image, and prune stopped containers and dangling images of the whole Docker host. true, false, or filters for pruning: until=24h, label=key=value, label!=key.',
    example: 'until=24h',
  },
  registry: {
    kind: 'string',
    default: '',
    doc: 'Registry that username and password are for. Also the default registry for image names without one. An http:// prefix selects plain HTTP. Default: Docker Hub.',
    example: 'ghcr.io',
  },
  username: {
    kind: 'string',
    default: '',
    doc: 'User name for the registry. Requires password. Without registry, it is for Docker Hub.',
  },
  password: { kind: 'secret', default: '', doc: 'Password or access token for username.' },
  scope: {
    kind: 'string',
    default: '',
    doc: 'Limits username and password to a repository, to actions (pull, push), or both.',
    example: 'acme/app@push',
  },
  ecr: {
    kind: 'choice',
    choices: ['auto', 'true', 'false'],
    default: 'auto',
    doc: 'Whether registry is Amazon ECR, so that username and password are access keys. auto detects ECR by the host name.',
  },
  registries: {
    kind: 'string',
    default: '',
    doc: 'Credentials for several registries, as a YAML list of mappings: registry, username, password, scope, ecr, or the keys of an OIDC login. See docs/credentials.md.',
  },
  'registry-auth': {
    kind: 'string',
    default: '',
    doc: 'Alias of registries, for compatibility with docker/login-action.',
  },
  'keep-login': {
    kind: 'boolean',
    default: 'false',
    doc: "Keep the logins for later steps of the job (docker, cosign, attest) in the user's Docker configuration, which is restored at the end of the job.",
  },
  'github-token': {
    kind: 'secret',
    default: `\${{ github.token }}`,
    doc: 'Token of the job. Used for ghcr.io unless other credentials are given, for Git contexts on the GitHub server of the workflow, and to read labels from its API.',
  },
  engine: {
    kind: 'string',
    default: '',
    doc: 'Build engine: buildx (also docker, colima), podman (also buildah), nerdctl (also containerd), apple (also container), kubernetes (also k8s), embedded (no daemon; for Dockerfiles without RUN), or auto. Default: the variable POLYARCH_ENGINE, or auto: the first of buildx, podman, nerdctl, apple and embedded that is available.',
  },
  builder: {
    kind: 'text',
    default: '',
    doc: 'Name of the builder to use. Default: a suitable existing builder, otherwise one that is created for this step and removed afterwards.',
  },
  driver: {
    kind: 'string',
    default: '',
    doc: 'Driver of the builder this step creates: docker, docker-container, remote or kubernetes. Default: the simplest driver that supports the build.',
  },
  'driver-opts': {
    kind: 'options',
    default: '',
    doc: 'Driver options, key=value, one per line, for a builder this step creates.',
    example: 'network=host',
  },
  endpoint: {
    kind: 'text',
    default: '',
    doc: 'Endpoint of the builder this step creates: tcp://host:port of a buildkitd (driver remote), or a Docker context.',
    example: 'tcp://buildkitd:1234',
  },
  'buildkitd-config': {
    kind: 'string',
    default: '',
    doc: 'Path of a BuildKit daemon configuration file (buildkitd.toml), for a builder this step creates.',
  },
  'buildkitd-config-inline': {
    kind: 'string',
    default: '',
    doc: 'Content of the BuildKit daemon configuration, instead of buildkitd-config.',
  },
  'buildkitd-flags': {
    kind: 'text',
    default: '',
    doc: 'Flags of the BuildKit daemon, for a builder this step creates.',
    example: '--debug',
  },
  'node-platforms': {
    kind: 'list',
    default: '',
    doc: 'Platforms of the first node of a builder this step creates. Default: the platforms that the node reports.',
    example: 'linux/amd64',
  },
  append: {
    kind: 'string',
    default: '',
    doc: 'Additional nodes of a builder this step creates, as a YAML list of mappings: endpoint, name, platforms, driver-opts, buildkitd-flags. See docs/engines/remote-and-nodes.md.',
  },
  'keep-state': {
    kind: 'boolean',
    default: 'false',
    doc: 'Keep the build cache of a docker-container builder this step creates on the host, for the next builder with the same name (see builder).',
  },
  mirrors: {
    kind: 'list',
    default: '',
    doc: 'Registry mirrors, registry=host[:port][/path], one per line, tried in this order before the registry itself: for the BuildKit and emulator images, and for images that a builder this step creates pulls.',
    example: 'docker.io=mirror.gcr.io',
  },
  provenance: {
    kind: 'string',
    build: true,
    default: '',
    doc: 'Provenance attestation: false, true, min, max, or its attributes (mode=max,version=v1). Default: false, unless set in attests.',
    example: 'max',
  },
  sbom: {
    kind: 'string',
    build: true,
    default: '',
    doc: 'SBOM attestation: false, true, or its attributes (generator=image). Default: false, unless set in attests.',
    example: 'true',
  },
  attests: {
    kind: 'lines',
    default: '',
    doc: 'Attestations, one per line: type=provenance or type=sbom, with their attributes. An entry is used only if the input of its type (provenance, sbom) is empty.',
    example: 'type=sbom,generator=docker/scout-sbom-indexer',
  },
  'add-hosts': {
    kind: 'list',
    build: true,
    default: '',
    doc: 'Custom host-to-IP mappings for RUN steps, name:address. The address host-gateway is the host of the daemon (docker driver only).',
    example: 'db.internal:10.0.0.5',
  },
  allow: {
    kind: 'list',
    build: true,
    default: '',
    doc: 'Entitlements for RUN steps: network.host, security.insecure, device or device=name. A builder that this step creates grants them.',
    example: 'network.host',
  },
  'cgroup-parent': {
    kind: 'text',
    build: true,
    default: '',
    doc: 'Parent cgroup of the containers of RUN steps.',
    example: '/builds',
  },
  network: {
    kind: 'string',
    build: true,
    default: '',
    doc: 'Network of RUN steps: default, none or host.',
    example: 'none',
  },
  'no-cache-filters': {
    kind: 'list',
    build: true,
    default: '',
    doc: 'Stages to build without the cache.',
    example: 'test, final',
  },
  'shm-size': {
    kind: 'string',
    build: true,
    default: '',
    doc: 'Size of /dev/shm in RUN steps, such as 512m or 1g.',
    example: '512m',
  },
  ulimit: {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Resource limits of RUN steps, name=soft:hard, one per line; -1 means unlimited.',
    example: 'nofile=1024:65536',
  },
  'extra-args': {
    kind: 'options',
    build: true,
    default: '',
    doc: 'Additional options for docker buildx build: --option or --option=value, split as in a shell. Options that have an input, or that the step sets, are rejected.',
    example: '--resource=memory=2g',
  },
  'buildx-version': {
    kind: 'string',
    default: '',
    doc: 'Version of buildx to download from its releases: latest, or a version such as v0.29.1. The download is verified against the checksums of the release, kept in the tool cache of the runner and used by this step only. Default: the installed version.',
    example: 'v0.29.1',
  },
  'buildx-mirror': {
    kind: 'string',
    default: 'https://github.com/docker/buildx/releases',
    doc: 'Base URL of the buildx releases. It must serve download/<version>/checksums.txt and the files next to it, and latest/download/checksums.txt for latest.',
  },
  'minimum-engine-version': {
    kind: 'list',
    default: '',
    doc: 'Fail before the build if the engine is older: a version of Docker, or docker=24.0, buildx=0.13 and buildkit=0.12, one per line.',
    example: '24.0.0',
  },
} as const satisfies Record<string, InputRow>

export type InputName = keyof typeof inputRows

/** The field of an input: `noCache` for `no-cache`. */
type FieldOf<N extends string> = N extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<FieldOf<Rest>>}` : N

type Rows = typeof inputRows

/** The inputs that their rows fully describe. */
type PlainInput = {
  [N in InputName]: Rows[N]['kind'] extends 'text' | 'boolean' | 'count' | 'choice' ? N : never
}[InputName]

type ValueOf<Row> = Row extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { readonly kind: 'boolean' }
    ? boolean
    : Row extends { readonly kind: 'count' }
      ? number
      : string

/** The fields of these inputs. Undefined if the input is empty and the row has no default. */
export type PlainFields = {
  readonly [N in PlainInput as FieldOf<N>]: ValueOf<Rows[N]> | (Rows[N]['default'] extends '' ? undefined : never)
}

/** The fields of `Inputs` that the plan passes to the engine. */
export type BuildField = FieldOf<{ [N in InputName]: Rows[N] extends { readonly build: true } ? N : never }[InputName]>
