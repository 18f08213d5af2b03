import { ActionError } from '../../errors/action-error.ts'
import { formatContextSource } from '../../inputs/build-contexts.ts'
import type { BuildSecret, CacheEntry } from '../../inputs/inputs.ts'
import { writeRecord } from '../../inputs/read/record.ts'
import type { BuildSpec } from '../../plan/plan.ts'

// Options that `docker buildx build` and `nerdctl build` share.

/** Returns the options for the target and the build arguments. */
export function targetArguments({ target, buildArgs }: Pick<BuildSpec, 'target' | 'buildArgs'>): readonly string[] {
  return [
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(buildArgs).flatMap(([name, value]) => [
      '--build-arg',
      value === null ? name : `${name}=${value}`,
    ]),
  ]
}

/** Returns the options for the named contexts. */
export function contextArguments({ contexts }: Pick<BuildSpec, 'contexts'>): readonly string[] {
  return contexts.flatMap(({ name, source }) => ['--build-context', `${name}=${formatContextSource(source)}`])
}

/** Returns the options for the caches that are read and written. */
export function cacheArguments({ cacheFrom, cacheTo }: Pick<BuildSpec, 'cacheFrom' | 'cacheTo'>): readonly string[] {
  return [...caches('--cache-from', cacheFrom), ...caches('--cache-to', cacheTo)]
}

/** Returns the options for build secrets, whose values are in files or in the environment, and for SSH agents. */
export function secretArguments({ secrets, ssh }: Pick<BuildSpec, 'secrets' | 'ssh'>): readonly string[] {
  return [
    ...secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
    ...ssh.flatMap(({ id, paths }) => ['--ssh', paths.length === 0 ? id : `${id}=${paths.join(',')}`]),
  ]
}

/**
 * Returns the attributes of an exporter for the compression. gzip is BuildKit's default. Without force, compressed layers are not changed: those
 * of base images, and its cache. https://docs.docker.com/build/exporters/
 */
export function compressionAttributes({ compression }: Pick<BuildSpec, 'compression'>): readonly string[] {
  return compression === 'gzip' ? [] : [`compression=${compression}`, 'force-compression=false']
}

function caches(flag: string, entries: readonly CacheEntry[]): readonly string[] {
  return entries.flatMap(({ attributes }) => [
    flag,
    writeRecord(Object.entries(attributes).map(([key, value]) => `${key}=${value}`)),
  ])
}

/** https://docs.docker.com/reference/cli/docker/buildx/build/#secret */
function secretAttributes({ id, source }: BuildSecret): string {
  switch (source.kind) {
    case 'env':
      return writeRecord([`id=${id}`, `env=${source.name}`])
    case 'file':
      return writeRecord([`id=${id}`, `src=${source.path}`])
    case 'value':
      throw new ActionError('internal', 'The value of a build secret is in no file')
  }
}
