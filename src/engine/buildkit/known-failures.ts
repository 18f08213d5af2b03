import { deadDaemonHint } from '../../docker/hanging-daemon.ts'
import type { KnownFailure } from '../../errors/known-failure.ts'
import { knownAnswers } from '../../registry/answers/known-answers.ts'
import { plainHttp, proxyRefused, transientFault, unreachable, untrusted } from '../../retry/network-faults.ts'
import { gone } from './gone.ts'
import { internalFailures } from './internal-failures.ts'

const noEmulator: KnownFailure = {
  code: 'platform-unsupported',
  pattern: /exec format error/i,
  hint: 'A RUN step needs to run a program of another platform and there is no emulator for it: set one up (docker/setup-qemu-action), build on a native node, or cross-compile with FROM --platform=$BUILDPLATFORM.',
}

const noRights =
  'The session may be expired or missing: give `username` and `password`, or run docker login before this step. For a private base image the credentials must be allowed to read it.'

/**
 * What the last lines or the exit status (`exit code: 137` on its own line) of a failed RUN indicate about the machine.
 * Other output is ignored: a `permission denied` in it is the program's own error.
 */
export const runFailures: readonly KnownFailure[] = [
  {
    code: 'emulator-crashed',
    // "qemu: uncaught target signal 11 (Segmentation fault) - core dumped", with exit status 139.
    pattern: /uncaught target signal \d+/,
    hint: 'Build this platform on a native node, cross-compile with FROM --platform=$BUILDPLATFORM, or set up a newer QEMU. The emulator crashed, not your program.',
  },
  noEmulator,
  {
    code: 'disk-full',
    pattern: /no space left on device|ENOSPC|disk quota exceeded/i,
    hint: 'Free disk space on the machine of the builder, or write less in this step.',
  },
  {
    code: 'out-of-memory',
    pattern: /^exit code: 137$|cannot allocate memory|out of memory: killed process/im,
    hint: 'Use a larger runner, run fewer compiler jobs at once, or build fewer platforms at once. Most often, Linux kills a command because memory ran out.',
  },
]

/** The same statuses on an emulated platform: crashes of QEMU (SIGILL, SIGABRT, SIGSEGV) that it does not report. */
export const emulatedFailures: readonly KnownFailure[] = [
  {
    code: 'emulator-crashed',
    pattern: /^exit code: (?:132|139)$/m,
    hint: 'The command crashed on an emulated platform: most likely the emulator did, not your program. Build this platform on a native node, cross-compile with FROM --platform=$BUILDPLATFORM, or set up a newer QEMU.',
  },
]

/**
 * The meaning of buildx's error; the first match wins. Messages are those of BuildKit 0.8 to 0.32, buildx 0.29 and
 * 0.36, and of registries. Messages of a registry come before those that can quote them, specific ones before general
 * ones.
 */
export const knownFailures: readonly KnownFailure[] = [
  {
    code: 'out-of-memory',
    // BuildKit's message if the kernel killed a process in the container of the step.
    pattern: /did not complete successfully: cannot allocate memory|: cannot allocate memory$/,
    hint: 'The machine of the builder ran out of memory. Use a larger runner, or build fewer platforms at once.',
  },
  ...internalFailures,
  { code: 'daemon-unreachable', pattern: gone, hint: deadDaemonHint },
  {
    code: 'builder-not-found',
    pattern: /no builder "|failed to find (?:driver|instance)/i,
    hint: 'List the builders of this machine with `docker buildx ls`.',
  },
  {
    code: 'feature-missing',
    pattern:
      /(?:Multi-platform build|Attestation|Cache export|\w+ exporter) is not supported for the docker driver|docker exporter does not (?:currently )?support exporting manifest lists|push-by-digest is currently not implemented for docker driver/,
    hint: "The docker driver cannot do this with the classic image store. Turn on the daemon's containerd image store, or set `driver: docker-container`.",
  },
  {
    code: 'feature-missing',
    pattern: /granting entitlement \S+ is not allowed by build daemon configuration/,
    hint: 'The builder grants no such entitlement. For a daemon, set `"builder": {"entitlements": {"security-insecure": true}}` (or `network-host`) in daemon.json; for buildkitd, `insecure-entitlements` in its configuration. A builder that the step makes with `driver: docker-container` grants what `allow` names.',
  },
  {
    code: 'input-invalid',
    pattern: /(?:network\.host|security\.insecure) is not allowed$|requested by the build but not allowed/m,
    hint: 'A RUN needs an entitlement that this build was not given: give it with `allow`.',
  },
  {
    code: 'feature-missing',
    pattern: /unable to derive the IP value for host-gateway/,
    hint: 'This builder does not know the address that host-gateway in `add-hosts` is for: write the address itself, or update Docker.',
  },
  {
    code: 'engine-too-old',
    pattern: /unknown entitlement \w+$/m,
    hint: 'The BuildKit of this builder does not know that entitlement of `allow`. Update Docker or the builder.',
  },
  {
    code: 'engine-too-old',
    pattern: /unknown flag: --|unsupported frontend capability|the --\S+ option requires BuildKit/i,
    hint: 'buildx or the BuildKit of the daemon is too old for this. Update Docker, or leave out the input that needs it, such as an option in `extra-args`.',
  },
  {
    code: 'input-invalid',
    pattern: /target stage "?[^"]*"? could not be found/i,
    hint: '`target` must be the name of a stage, as in `FROM … AS name`.',
  },
  {
    code: 'secret-not-found',
    // "secret token: not found", and "secret token not found: not found" in Docker 20.10.
    pattern: /^secret \S+:? not found/m,
    hint: 'A RUN needs a build secret that was not given to the build: give it with `secrets`, `secret-envs` or `secret-files`.',
  },
  {
    code: 'secret-not-found',
    pattern: /unset ssh forward key \S+/,
    hint: 'A RUN needs an SSH agent or key that was not given to the build: give it with `ssh`.',
  },
  {
    code: 'dockerfile-not-found',
    pattern: /failed to read dockerfile|failed to fetch dockerfile/i,
    hint: 'Name the Dockerfile with `file`; its path starts from the workspace.',
  },
  {
    code: 'dockerfile-invalid',
    pattern: /dockerfile parse error/i,
    hint: 'Correct that line. See https://docs.docker.com/reference/dockerfile/.',
  },
  {
    code: 'dockerfile-invalid',
    pattern: /invalid reference format/,
    hint: 'A name of an image is `registry/repository:tag`, the repository in lower case. An ARG in it that has no value gives this too.',
  },
  ...knownAnswers,
  {
    code: 'registry-denied',
    pattern: /push access denied|insufficient_scope/i,
    hint: "The token's scope does not reach this repository: check its name and that the user may use it. BuildKit before 0.23 also says so when it mounts a layer from a private repository of the same registry: update it.",
  },
  {
    code: 'registry-denied',
    pattern:
      /pull access denied|(?:401 Unauthorized|403 Forbidden)|authorization failed|unauthorized: |(?<!permission )denied: /i,
    hint: noRights,
  },
  {
    code: 'platform-unsupported',
    pattern: /no match for platform in manifest/i,
    hint: 'Use a base image that has this platform, or remove the platform from `platforms`.',
  },
  noEmulator,
  {
    code: 'download-failed',
    // ADD of a URL, or a context that is an archive. Requests to a registry have "failed to do request: ".
    pattern: /failed to load cache key: (?:Get|Head) "/,
    hint: 'Check the URL, and the network, certificates and proxy of the builder, which are not those of the job.',
  },
  {
    code: 'registry-unreachable',
    pattern: untrusted,
    hint: "The builder does not trust the registry's certificate. Its authority's goes into /etc/docker/certs.d/<host>/ca.crt on the daemon's machine, for a builder in a container into `buildkitd-config`: [registry.\"<host>\"] ca=[…].",
  },
  {
    code: 'registry-unreachable',
    pattern: plainHttp,
    hint: 'The registry speaks plain HTTP. Name it under insecure-registries in the daemon.json of Docker, for a builder in a container in `buildkitd-config`: [registry."<host>"] http = true.',
  },
  {
    code: 'registry-unreachable',
    pattern: proxyRefused,
    hint: 'The proxy of the builder does not let it through: check HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the daemon or builder, which are not those of the job.',
  },
  {
    code: 'registry-full',
    pattern: /(?:unexpected status.*|: )507(?: |$)/im,
    hint: 'Delete images, or raise the quota, then run the job again. The storage of the registry is full, or your quota is exceeded.',
  },
  {
    code: 'download-failed',
    // ADD of a URL.
    pattern: /invalid response status (?:408|425|429|5\d\d)\b/,
    hint: 'Run the job again when the server of the URL answers.',
  },
  {
    code: 'registry-unavailable',
    // How containerd reports a 500 with an error UNKNOWN in its body, from a registry or its token server; distribution
    // returns it on a full disk.
    pattern: /failed to (?:push .*|fetch (?:oauth|anonymous) token): unknown: (?!unknown blob)/,
    hint: 'Run the job again. If it fails again, check the log of the registry: its storage may be full.',
  },
  {
    code: 'registry-unavailable',
    pattern: transientFault,
    hint: 'Run the job again: the registry had a transient error.',
  },
  {
    code: 'registry-unreachable',
    pattern: unreachable,
    hint: 'The builder cannot reach the registry: check its name, the network of the builder and its proxy settings.',
  },
  {
    code: 'registry-denied',
    // Last: an unreachable or untrusted token server is not a denial, but BuildKit starts all of these messages alike.
    pattern: /failed to authorize/i,
    hint: noRights,
  },
  {
    code: 'image-not-found',
    pattern:
      /failed to (?:resolve source metadata|solve: \S+: failed to resolve).*not found|manifest unknown|: not found: not found|^\S+:\S+: not found$/i,
    hint: 'The base image does not exist under this name and tag.',
  },
  {
    code: 'disk-full',
    pattern: /no space left on device|disk quota exceeded/i,
    hint: 'Free disk space on the machine of the builder.',
  },
]
