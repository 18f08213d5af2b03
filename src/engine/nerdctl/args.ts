import { resolve } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import { pathArgument } from '../../host/exec/positional.ts'
import { formatContextSource } from '../../inputs/build-contexts.ts'
import type { BuildSecret, CacheEntry } from '../../inputs/inputs.ts'
import { writeRecord } from '../../inputs/read/record.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { BuildSpec } from '../../plan/plan.ts'

/** One call of `nerdctl build`. */
export type NerdctlCall = {
  /** The address of buildkitd. */
  readonly buildkit: string
  /** Absolute path. */
  readonly dockerfile: string
  /** Directory of the OCI layout. */
  readonly dir: string
  /** `rawjson` requires buildctl 0.13; older versions have `plain`. */
  readonly progress: 'rawjson' | 'plain'
}

/**
 * Returns the arguments of `nerdctl build` for all platforms. Annotations are added to the manifests afterwards.
 * https://github.com/containerd/nerdctl/blob/v2.2.1/docs/command-reference.md#whale-nerdctl-build
 */
export function nerdctlArguments(spec: BuildSpec, call: NerdctlCall): readonly string[] {
  return [
    'build',
    ...['--buildkit-host', call.buildkit],
    ...['--progress', call.progress],
    ...['--platform', spec.platforms.map(formatPlatform).join(',')],
    ...['--output', outputAttributes(spec, call.dir)],
    ...['--file', call.dockerfile],
    ...(spec.target === undefined ? [] : ['--target', spec.target]),
    ...Object.entries(spec.buildArgs).flatMap(([name, value]) => [
      '--build-arg',
      value === null ? name : `${name}=${value}`,
    ]),
    ...spec.contexts.flatMap(({ name, source }) => ['--build-context', `${name}=${formatContextSource(source)}`]),
    ...caches('--cache-from', spec.cacheFrom),
    ...caches('--cache-to', spec.cacheTo),
    ...spec.secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
    ...spec.ssh.flatMap(({ id, paths }) => ['--ssh', paths.length === 0 ? id : `${id}=${paths.join(',')}`]),
    ...Object.entries(spec.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...spec.addHosts.flatMap((entry) => ['--add-host', entry.replace(/[:=]/, ':')]),
    ...spec.allow.flatMap((entitlement) => ['--allow', entitlement]),
    ...(spec.network === undefined ? [] : ['--network', spec.network]),
    ...(spec.noCache ? ['--no-cache'] : []),
    ...(spec.pull ? ['--pull'] : []),
    pathArgument(resolve(spec.context)),
  ]
}

/** nerdctl appends an attribute of its own. */
function outputAttributes({ compression }: BuildSpec, dir: string): string {
  const compressed = compression === 'gzip' ? [] : [`compression=${compression}`, 'force-compression=false']
  return writeRecord(['type=oci', 'tar=false', `dest=${dir}`, ...compressed])
}

function caches(flag: string, entries: readonly CacheEntry[]): readonly string[] {
  return entries.flatMap(({ attributes }) => [
    flag,
    writeRecord(Object.entries(attributes).map(([key, value]) => `${key}=${value}`)),
  ])
}

function secretAttributes({ id, source }: BuildSecret): string {
  switch (source.kind) {
    case 'env':
      return writeRecord([`id=${id}`, `env=${source.name}`])
    case 'file':
      return writeRecord([`id=${id}`, `src=${source.path}`])
    case 'value':
      throw new ActionError('internal', 'The value of a build secret is not in a file')
  }
}
