import { pathArgument } from '../../host/exec/positional.ts'
import type { Attributes } from '../../inputs/inputs.ts'
import { writeRecord } from '../../inputs/read/record.ts'
import { needsIndex, normalizeAnnotation } from '../../oci/annotations.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { formatReference, formatRepository, type Reference } from '../../oci/reference.ts'
import type { Platform } from '../../oci/types.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Question } from '../answer.ts'
import {
  cacheArguments,
  compressionAttributes,
  contextArguments,
  secretArguments,
  targetArguments,
} from '../buildkit/build-arguments.ts'

/** Where one call of buildx puts its result. */
export type CallOutput =
  /** An OCI layout directory. */
  | { readonly kind: 'layout'; readonly dir: string }
  /** Pushed to each repository by digest, untagged. */
  | { readonly kind: 'digest'; readonly references: readonly Reference[] }
  /** The engine's own store, under each name. */
  | { readonly kind: 'store'; readonly names: readonly string[] }
  /** The containerd store of the daemon that builds, with the same digests as in a layout. */
  | { readonly kind: 'image'; readonly name: string }
  /** The files of the image, in a directory. */
  | { readonly kind: 'files'; readonly dir: string }
  /** Only the cache. */
  | { readonly kind: 'cache' }

export type Call = {
  readonly builder: string
  readonly platforms: readonly Platform[]
  readonly outputs: readonly CallOutput[]
  /** Entries of /etc/hosts in builds: `name:address`. */
  readonly addHosts: readonly string[]
  readonly metadataFile: string
  readonly imageIdFile: string
  /** `rawjson` requires buildx 0.13; older versions have `plain`. */
  readonly progress: 'rawjson' | 'plain'
}

/**
 * Returns the arguments of `docker-buildx` for a build. They contain no secrets, which are passed in the environment
 * and in files.
 */
export function buildArguments(spec: BuildSpec, call: Call): readonly string[] {
  return [
    'build',
    ...['--builder', call.builder],
    ...['--progress', call.progress],
    ...['--platform', call.platforms.map(formatPlatform).join(',')],
    ...call.outputs.flatMap((output) => ['--output', outputAttributes(output, spec)]),
    ...['--metadata-file', call.metadataFile],
    // buildx rejects it for files.
    ...(call.outputs.some(({ kind }) => kind === 'files') ? [] : ['--iidfile', call.imageIdFile]),
    ...attestation('provenance', spec.provenance),
    ...attestation('sbom', spec.sbom),
    ...sourceArguments(spec),
    ...cacheArguments(spec),
    ...secretArguments(spec),
    ...pairs('--label', spec.labels),
    ...pairs('--annotation', normalized(spec.annotations)),
    // Otherwise BuildKit creates an index only for several platforms, and rejects index annotations for one platform
    // after the build.
    ...(call.platforms.length === 1 && needsIndex(spec.annotations)
      ? ['--build-arg', 'BUILDKIT_MULTI_PLATFORM=1']
      : []),
    ...each('--add-host', [...spec.addHosts, ...call.addHosts]),
    ...each('--allow', spec.allow),
    ...(spec.cgroupParent === undefined ? [] : ['--cgroup-parent', spec.cgroupParent]),
    ...(spec.network === undefined ? [] : ['--network', spec.network]),
    ...(spec.shmSize === undefined ? [] : ['--shm-size', spec.shmSize]),
    ...each('--ulimit', spec.ulimit),
    // buildx rejects both together, and the first includes the second.
    ...(spec.noCache ? ['--no-cache'] : each('--no-cache-filter', spec.noCacheFilters)),
    ...(spec.pull ? ['--pull'] : []),
    // Last: an option without a value takes the context as its value, and buildx rejects the rest.
    ...spec.extraArgs,
    contextArgument(spec),
  ]
}

/** A question of one buildx call about the Dockerfile. */
export type QuestionCall = Pick<Call, 'builder' | 'platforms'> & { readonly question: Question }

/**
 * Returns the arguments of `docker-buildx` for a question about the Dockerfile: only those that can affect the answer.
 */
export function questionArguments(spec: BuildSpec, call: QuestionCall): readonly string[] {
  return [
    'build',
    ...['--call', `${call.question},format=json`],
    ...['--builder', call.builder],
    ...['--progress', 'plain'],
    ...['--platform', call.platforms.map(formatPlatform).join(',')],
    ...sourceArguments(spec),
    ...secretArguments(spec),
    ...spec.extraArgs,
    contextArgument(spec),
  ]
}

function sourceArguments(spec: BuildSpec): readonly string[] {
  return [...contextArguments(spec), ...dockerfileArguments(spec), ...targetArguments(spec)]
}

function contextArgument({ contextIsFolder, context }: BuildSpec): string {
  return contextIsFolder ? pathArgument(context) : context
}

function dockerfileArguments({ sentFile, file }: BuildSpec): readonly string[] {
  const path = sentFile ?? file
  return path === undefined ? [] : ['--file', pathArgument(path)]
}

/** https://docs.docker.com/build/exporters/ */
function outputAttributes(output: CallOutput, spec: BuildSpec): string {
  const compressed = compressionAttributes(spec)
  switch (output.kind) {
    case 'layout':
      return writeRecord(['type=oci', 'tar=false', `dest=${output.dir}`, ...compressed])
    case 'digest': {
      const repositories = [...new Set(output.references.map(formatRepository))]
      return writeRecord([
        'type=image',
        `name=${repositories.join(',')}`,
        'push-by-digest=true',
        'name-canonical=true',
        'push=true',
        'oci-mediatypes=true',
        ...compressed,
      ])
    }
    case 'image':
      return writeRecord(['type=image', `name=${output.name}`, 'oci-mediatypes=true', ...compressed])
    case 'files':
      return writeRecord(['type=local', `dest=${output.dir}`])
    case 'cache':
      return 'type=cacheonly'
    case 'store':
      return writeRecord(['type=docker', ...(output.names.length === 0 ? [] : [`name=${output.names.join(',')}`])])
  }
}

/** Returns the names of an image in the engine's store. */
export function storeNames(references: readonly Reference[]): readonly string[] {
  return references.map(formatReference)
}

function attestation(type: 'provenance' | 'sbom', attributes: Attributes | undefined): readonly string[] {
  // Also set if disabled: by default buildx adds provenance, and with it an entry for unknown/unknown.
  if (attributes === undefined) return [`--${type}=false`]
  const fields = Object.entries(attributes).map(([key, value]) => `${key}=${value}`)
  return [`--${type}=${fields.length === 0 ? 'true' : writeRecord(fields)}`]
}

function normalized(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [normalizeAnnotation(key), value]))
}

function each(flag: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [flag, value])
}

function pairs(flag: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`])
}
