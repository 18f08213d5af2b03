/**
 * How the text of an input is read.
 * - `text`, `boolean` (the YAML 1.2 core words), `count`, `choice` (one of `choices`): the row says all, see `PlainFields`
 * - `string`, `secret`: one value, which `parseInputs` reads in a way of its own
 * - `list`: newline or comma separates
 * - `lines`: newline separates, commas and inner quotes belong to the value
 * - `options`: as `lines`, and every quote belongs to the value
 * - `verbatim`: newline separates, all else belongs to the value; quotes around an entry let it hold newlines
 */
export type InputKind = InputRow['kind']

export type InputRow = {
  /** As action.yml gives it; "" means that nothing was said. */
  readonly default: string
  /** One or a few sentences for users. */
  readonly doc: string
  /** A value for the README's block, where the default alone says little. */
  readonly example?: string
  /** The field of this name goes to what builds as it is, see `BuildField`. */
  readonly build?: true
} & (
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text' | 'boolean' | 'count' | 'string' | 'secret' | 'list' | 'lines' | 'options' | 'verbatim' }
)

/** Every input: action.yml and the README's block are rendered from these rows, and `parseInputs` reads each. */
export const inputRows = {
  images: {
    kind: 'list',
    default: '',
    doc: 'Image names without tag; each gets every tag. A line may be name=acme/app,enable=true. Capitals are lowered. Empty: the image gets no name, unless tags has whole references.',
    example: 'ghcr.io/acme/app',
  },
  tags: {
    kind: 'list',
    default: '',
    doc: 'Short tags (1.2, latest), put on every name of images, whole references (ghcr.io/acme/app:1.2), or rules as in docker/metadata-action (type=semver,pattern={{version}}). Written tags are fixed, except latest; a line with moving=true (stable,moving=true) makes its tags moving, enable=false leaves them out. Default: chosen by the event: the branch, the Git tag (with latest, if it is a version without pre-release), pr-N, nightly, else sha-<commit>.',
    example: '1.2.3, latest',
  },
  flavor: {
    kind: 'list',
    default: '',
    doc: 'What applies to all short tags and rules: latest=auto, true or false; prefix=… and suffix=…, which onlatest=true after one of them puts on latest too.',
    example: 'latest=auto',
  },
  platforms: {
    kind: 'list',
    build: true,
    default: 'linux/amd64',
    doc: 'Platforms to build, as os/arch[/variant] or by a usual name (amd64, arm64, arm32, x86_64, aarch64). Order is kept, duplicates are dropped.',
    example: 'amd64, arm64',
  },
  context: {
    kind: 'string',
    default: '.',
    doc: 'Build context: a folder, a Git URL, or {{defaultContext}} (with :folder, if wanted) for the commit of the event without a checkout.',
  },
  'build-contexts': {
    kind: 'lines',
    default: '',
    doc: 'More contexts, name=value one per line, each in place of the stage or image of its name: a folder, docker-image://reference, oci-layout://folder[:tag][@digest], or a Git URL.',
    example: 'assets=./assets',
  },
  file: { kind: 'string', build: true, default: '', doc: 'Path of the Dockerfile. Empty: Dockerfile in the context.' },
  'dockerfile-inline': {
    kind: 'text',
    build: true,
    default: '',
    doc: 'The Dockerfile itself, as text, instead of file.',
  },
  target: { kind: 'text', build: true, default: '', doc: 'Stage to build. Empty: the last one.' },
  'build-args': {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Build arguments, KEY=value one per line, the value verbatim, or a YAML mapping. KEY alone takes the value of the environment variable of that name.',
    example: 'VERSION=1.2.3',
  },
  'build-args-file': {
    kind: 'lines',
    default: '',
    doc: 'Files of build arguments, one path per line: KEY=value lines as in an env file. A later file wins over an earlier one, build-args over all.',
    example: 'versions.env',
  },
  secrets: {
    kind: 'verbatim',
    build: true,
    default: '',
    doc: 'Build secrets for RUN --mount=type=secret, id=value one per line, the value verbatim. Quotes around an entry let its value have several lines; a quote inside is written twice.',
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
    doc: 'SSH agents and keys for RUN --mount=type=ssh: default for the agent of SSH_AUTH_SOCK, or id=path of a socket or key.',
    example: 'default',
  },
  labels: {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Labels of the image, key=value one per line, or a YAML mapping. They win over the default labels; a default label with an empty value (org.opencontainers.image.url=) is left out.',
    example: 'org.opencontainers.image.licenses=Apache-2.0',
  },
  annotations: {
    kind: 'lines',
    build: true,
    default: '',
    doc: 'Annotations, key=value one per line, or a YAML mapping. A prefix says what they go on: index:, manifest:, index-descriptor: or manifest-descriptor:, the latter three also with a platform in brackets. They win over the default ones as labels do.',
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
    doc: 'Push the image. Its tags are written when it is verified. auto: true, except for pull requests from forks and Dependabot, which have no credentials: they are built and verified only.',
  },
  'if-exists': {
    kind: 'choice',
    choices: ['overwrite', 'skip', 'fail'],
    default: 'overwrite',
    doc: 'What to do with a fixed tag that already exists and is another image: overwrite, skip (leave it, write the others) or fail (before the build). Moving tags are always written: latest, those with moving=true, and those that the event gives for a branch, a pull request or a schedule.',
  },
  preflight: {
    kind: 'boolean',
    default: 'true',
    doc: 'Look before the build whether it can work: credentials, base images for every platform, build secrets, tags, emulators, disk space.',
  },
  emulators: {
    kind: 'string',
    default: 'auto',
    doc: 'Set up the emulators that are missing for what the Dockerfile runs on other platforms, and remove them after the step: auto or off. A list of platforms, or all: those too, needed or not.',
  },
  'emulator-image': {
    kind: 'string',
    default: 'docker.io/tonistiigi/binfmt:qemu-v10.2.3-68',
    doc: 'Image that sets up emulators, run privileged on the machine of the Docker daemon, only when one is missing. A mirror of tonistiigi/binfmt, or one that works like it.',
  },
  verify: {
    kind: 'choice',
    choices: ['error', 'warn', 'off', 'full'],
    default: 'error',
    doc: 'Verify each image before it is tagged or loaded: its configuration and the binaries in its new layers are for its platform, and it contains no secret of this step. error, warn, off, or full (base image layers too).',
  },
  'max-size': {
    kind: 'string',
    default: '',
    doc: 'Largest compressed size of the image of a platform, configuration and layers as pushed, such as 200m or 1g (powers of 1024). A larger one fails the step before any tag is written. Default: none.',
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
    doc: 'What to do with the Dockerfile: build it, or only check it (build checks; a finding fails the step), show its outline (build arguments, secrets, SSH agents) or its targets. All but build neither build nor push, load or write anything.',
    example: 'check',
  },
  'dry-run': {
    kind: 'boolean',
    default: 'false',
    doc: 'Only plan and look whether it can work: preflight runs, the plan is shown in the log and the job summary, and tags, labels, json and version are set. Nothing is built or written.',
  },
  'before-tags': {
    kind: 'string',
    default: '',
    doc: 'Commands that must exit with 0 before any tag is written, one per line, run on the runner without a shell, after verification and smoke test. Variables such as POLYARCH_REFERENCES name the image. See docs/before-tags.md.',
    example: './scan.sh',
  },
  'before-tags-env': {
    kind: 'list',
    default: '',
    doc: 'Names of environment variables of the step that the commands of before-tags get, besides those that every one gets.',
    example: 'TRIVY_SEVERITY',
  },
  retries: {
    kind: 'string',
    default: '8',
    doc: 'How often a request or a build that failed for a reason that passes is tried again. 0 or false: not at all.',
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
    doc: 'Compression of the layers that are made: gzip, zstd or uncompressed. Those of the base image stay as they are.',
  },
  'drop-layers': {
    kind: 'count',
    build: true,
    default: '0',
    doc: 'Leave out that many of the topmost layers of the base image, without reading any. Only the engine embedded can.',
    example: '1',
  },
  load: {
    kind: 'boolean',
    default: '',
    doc: 'Load the image into the local image store. Empty: yes when there is one platform, no push and no outputs.',
  },
  outputs: {
    kind: 'options',
    default: '',
    doc: 'Where the image goes besides a registry, one output a line: a folder for its files, or attributes as docker buildx build --output takes them: type=oci, docker, local, tar or cacheonly, and dest; type=image or registry, see docs/outputs.md.',
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
    doc: 'Separator of the outputs tags and tag-names; white space in it counts. Default: a newline.',
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
    kind: 'choice',
    choices: ['off', 'gha', 'registry'],
    default: 'off',
    doc: 'Keep the build cache between runs: gha in the cache of GitHub, registry beside the image. It is read from the branch and the default branch, written to the branch, and never fails the build.',
    example: 'gha',
  },
  'cache-from': {
    kind: 'lines',
    default: '',
    doc: 'Caches to read, one per line, with the attributes of buildx: type=gha, type=registry,ref=…, type=local,src=…, s3, azblob, or a reference alone.',
    example: 'type=registry,ref=ghcr.io/acme/app:cache',
  },
  'cache-to': {
    kind: 'lines',
    default: '',
    doc: 'Caches to write, one per line, with the attributes of buildx. An error in writing one does not fail the build, unless ignore-error=false is among them. Pull requests from forks write none.',
    example: 'type=registry,ref=ghcr.io/acme/app:cache,mode=max',
  },
  'cache-timeout': {
    kind: 'string',
    default: '10m',
    doc: 'Time limit for writing the build cache, which begins when all tags are written. A cache that takes longer is given up with a warning.',
    example: '5m',
  },
  'no-cache': { kind: 'boolean', build: true, default: 'false', doc: 'Build every step anew.' },
  pull: {
    kind: 'boolean',
    build: true,
    default: 'false',
    doc: 'Ask the registry for newer base images, even if they are there.',
  },
  fresh: {
    kind: 'list',
    default: 'false',
    doc: 'Build from scratch: no cache (as no-cache); first remove what earlier runs left of this image, then prune stopped containers and dangling images of the whole Docker host. true, false, or filters of what is pruned: until=24h, label=key=value, label!=key.',
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
    doc: 'Whether registry is Amazon ECR; username and password are access keys then. auto: by its host.',
  },
  registries: {
    kind: 'string',
    default: '',
    doc: 'Credentials for several registries, as a YAML list of mappings: registry, username, password, scope, ecr, or what an OIDC login needs. See docs/credentials.md.',
  },
  'registry-auth': {
    kind: 'string',
    default: '',
    doc: 'The same as registries, by its name in docker/login-action.',
  },
  'keep-login': {
    kind: 'boolean',
    default: 'false',
    doc: "Keep the logins for later steps of the job (docker, cosign, attest) in the user's Docker configuration, which is restored at the end of the job.",
  },
  'github-token': {
    kind: 'secret',
    default: `\${{ github.token }}`,
    doc: 'Token of the job. Used for ghcr.io unless other credentials are given, for Git contexts on the GitHub server of the workflow, and for labels from its API.',
  },
  engine: {
    kind: 'string',
    default: 'auto',
    doc: 'What builds: buildx, embedded (no daemon; for Dockerfiles that run nothing), or auto: buildx where it is, else embedded.',
  },
  builder: {
    kind: 'text',
    default: '',
    doc: 'Name of the builder to use. Empty: one that exists and can do it, else one that is made for this step and removed after it.',
  },
  driver: {
    kind: 'string',
    default: '',
    doc: 'Driver of the builder this step makes: docker, docker-container, remote or kubernetes. Empty: the cheapest that can do it.',
  },
  'driver-opts': {
    kind: 'options',
    default: '',
    doc: 'Options of the driver, key=value one per line, for a builder this step makes.',
    example: 'network=host',
  },
  endpoint: {
    kind: 'text',
    default: '',
    doc: 'Where the builder this step makes is: tcp://host:port of a buildkitd (driver remote), or a Docker context.',
    example: 'tcp://buildkitd:1234',
  },
  'buildkitd-config': {
    kind: 'string',
    default: '',
    doc: 'Path of a BuildKit daemon configuration (buildkitd.toml), for a builder this step makes.',
  },
  'buildkitd-config-inline': {
    kind: 'string',
    default: '',
    doc: 'The same configuration as text, instead of a path.',
  },
  'buildkitd-flags': {
    kind: 'text',
    default: '',
    doc: 'Flags of the BuildKit daemon, for a builder this step makes.',
    example: '--debug',
  },
  'node-platforms': {
    kind: 'list',
    default: '',
    doc: 'Platforms of the first node of a builder this step makes. Default: what the node says itself.',
    example: 'linux/amd64',
  },
  append: {
    kind: 'string',
    default: '',
    doc: 'Further nodes of a builder this step makes, as a YAML list of mappings: endpoint, and name, platforms, driver-opts, buildkitd-flags. See docs/engines.md.',
  },
  'keep-state': {
    kind: 'boolean',
    default: 'false',
    doc: 'Keep the build cache of a docker-container builder this step makes on the machine, for the next builder of the same name, which builder gives.',
  },
  mirrors: {
    kind: 'list',
    default: '',
    doc: 'Mirrors of registries, registry=host[:port][/path] one per line, tried in this order before the registry itself: for the images of BuildKit and of the emulators, and for what a builder this step makes pulls.',
    example: 'docker.io=mirror.gcr.io',
  },
  provenance: {
    kind: 'string',
    build: true,
    default: '',
    doc: 'Provenance attestation: false, true, min, max, or its attributes (mode=max,version=v1). Default: false, unless attests has it.',
    example: 'max',
  },
  sbom: {
    kind: 'string',
    build: true,
    default: '',
    doc: 'SBOM attestation: false, true, or its attributes (generator=image). Default: false, unless attests has it.',
    example: 'true',
  },
  attests: {
    kind: 'lines',
    default: '',
    doc: 'Attestations, one per line: type=provenance or type=sbom, with their attributes. An entry counts only if the input of its type (provenance, sbom) is empty.',
    example: 'type=sbom,generator=docker/scout-sbom-indexer',
  },
  'add-hosts': {
    kind: 'list',
    build: true,
    default: '',
    doc: 'Hosts that RUN steps know by name, name:address. host-gateway as the address is the machine of the daemon (docker driver only).',
    example: 'db.internal:10.0.0.5',
  },
  allow: {
    kind: 'list',
    build: true,
    default: '',
    doc: 'Entitlements for RUN steps: network.host, security.insecure, device or device=name. A builder that this step makes grants them.',
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
    doc: 'Names of stages to build without cache.',
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
    doc: 'Resource limits of RUN steps, name=soft:hard one per line; -1 is no limit.',
    example: 'nofile=1024:65536',
  },
  'extra-args': {
    kind: 'options',
    build: true,
    default: '',
    doc: 'More options for docker buildx build, as the last resort: --option or --option=value, split as a shell does. Options that have an input, or that the step sets itself, are refused.',
    example: '--resource=memory=2g',
  },
  'buildx-version': {
    kind: 'string',
    default: '',
    doc: 'Version of buildx to download from its releases: latest, or one such as v0.29.1. It is checked against the checksums of the release, kept in the tool cache of the runner and used by this step only. Default: the installed one.',
    example: 'v0.29.1',
  },
  'buildx-mirror': {
    kind: 'string',
    default: 'https://github.com/docker/buildx/releases',
    doc: 'URL that buildx-version is downloaded from: it has download/<version>/checksums.txt and the files beside it, and for latest also latest/download/checksums.txt.',
  },
  'minimum-engine-version': {
    kind: 'list',
    default: '',
    doc: 'Fail before the build if the engine is older: a version of Docker, or docker=24.0, buildx=0.13 and buildkit=0.12, one per line.',
    example: '24.0.0',
  },
} as const satisfies Record<string, InputRow>

export type InputName = keyof typeof inputRows

/** Name of the field that an input becomes: `noCache` of `no-cache`. */
type FieldOf<N extends string> = N extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<FieldOf<Rest>>}` : N

type Rows = typeof inputRows

/** The inputs whose row says all of how they are read. */
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

/** A field for each of them. Undefined: nothing was said, and the row has no default. */
export type PlainFields = {
  readonly [N in PlainInput as FieldOf<N>]: ValueOf<Rows[N]> | (Rows[N]['default'] extends '' ? undefined : never)
}

/** The fields of `Inputs` that the plan hands on to what builds. */
export type BuildField = FieldOf<{ [N in InputName]: Rows[N] extends { readonly build: true } ? N : never }[InputName]>
