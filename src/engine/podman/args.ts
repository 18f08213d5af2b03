import { resolve } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import type { Podman } from '../../facts/facts.ts'
import { pathArgument } from '../../host/exec/positional.ts'
import type { BuildSecret } from '../../inputs/inputs.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { formatRepository, parseReference } from '../../oci/reference.ts'
import type { Platform } from '../../oci/types.ts'
import type { CacheTarget } from '../../plan/cache.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import { hasFeature } from './features.ts'

/** One build of one platform. */
export type PodmanCall = {
  readonly program: Pick<Podman, 'name' | 'version'>
  readonly platform: Platform
  /** Name of the image in the engine's store. */
  readonly name: string
  /** Absolute path, or an http(s) URL. */
  readonly dockerfile: string
  readonly ignoreFile: string | undefined
  /** A secret that no RUN mounts: the working containers of the build are found by it. */
  readonly mark: { readonly id: string; readonly path: string }
  /** Address for `host-gateway`, for a version that does not know it. */
  readonly gateway: string
  /** Whether the same was built before in this run: newer base images are not pulled. */
  readonly isRepeated?: true | undefined
}

/**
 * The arguments of `podman build` for one platform. Labels and annotations are added to the image afterwards, as BuildKit does, so that they
 * change neither history nor cache. https://docs.podman.io/en/v4.3/markdown/podman-build.1.html
 */
export function podmanArguments(spec: BuildSpec, call: PodmanCall): readonly string[] {
  const { platform, name, dockerfile, ignoreFile, program } = call
  return [
    'build',
    // The OCI format of Podman has no HEALTHCHECK, SHELL and ONBUILD.
    ...['--format', 'docker'],
    '--identity-label=false',
    '--layers',
    ...['--platform', formatPlatform(platform)],
    ...['--tag', name],
    ...['--file', dockerfile],
    ...(ignoreFile === undefined ? [] : ['--ignorefile', ignoreFile]),
    // The default, `missing`, would build on a base image that was pulled long ago.
    `--pull=${call.isRepeated ? 'never' : spec.pull ? 'always' : 'newer'}`,
    ...(spec.noCache ? ['--no-cache'] : []),
    ...caches('--cache-from', spec.cacheFrom),
    ...caches('--cache-to', spec.cacheTo),
    ...(spec.target === undefined ? [] : ['--target', spec.target]),
    ...Object.entries(spec.buildArgs).flatMap(([key, value]) => [
      '--build-arg',
      value === null ? key : `${key}=${value}`,
    ]),
    ...spec.contexts.flatMap(({ name: context, source }) => ['--build-context', `${context}=${contextSource(source)}`]),
    ...spec.secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
    ...['--secret', `id=${call.mark.id},src=${call.mark.path}`],
    ...spec.ssh.flatMap(({ id, paths }) => ['--ssh', paths.length === 0 ? id : `${id}=${paths.join(',')}`]),
    ...spec.addHosts.flatMap((host) => ['--add-host', hostEntry(host, call, program)]),
    ...(spec.cgroupParent === undefined ? [] : ['--cgroup-parent', spec.cgroupParent]),
    ...(spec.network === undefined || spec.network === 'default' ? [] : ['--network', spec.network]),
    ...(spec.shmSize === undefined ? [] : ['--shm-size', spec.shmSize]),
    ...spec.ulimit.flatMap((limit) => ['--ulimit', limit]),
    spec.contextIsFolder ? pathArgument(resolve(spec.context)) : spec.context,
  ]
}

/** The repositories of caches: Podman writes a tag for each step there. */
function caches(flag: string, entries: readonly CacheTarget[]): readonly string[] {
  const repositories = entries.flatMap(({ attributes }) => {
    const ref = attributes['ref']
    return ref === undefined ? [] : [formatRepository(parseReference(ref))]
  })
  return [...new Set(repositories)].flatMap((repository) => [flag, repository])
}

function contextSource(source: BuildSpec['contexts'][number]['source']): string {
  switch (source.kind) {
    case 'path':
      return resolve(source.path)
    case 'git':
      return source.url
    case 'image':
      return `docker-image://${source.reference}`
    default:
      throw new ActionError('internal', `A ${source.kind} as a context was not refused`)
  }
}

function secretAttributes({ id, source }: BuildSecret): string {
  switch (source.kind) {
    case 'env':
      return `id=${id},env=${source.name}`
    case 'file':
      return `id=${id},src=${source.path}`
    case 'value':
      throw new ActionError('internal', 'The value of a build secret is in no file')
  }
}

function hostEntry(entry: string, { gateway }: PodmanCall, program: PodmanCall['program']): string {
  const [, name = '', address = ''] = /^([^:=]*)[:=](.*)$/s.exec(entry) ?? []
  if (address === 'host-gateway' && !hasFeature(program, 'host-gateway')) return `${name}:${gateway}`
  return `${name}:${address}`
}
