import { resolve } from 'node:path'
import { pathArgument } from '../../host/exec/positional.ts'
import { writeRecord } from '../../inputs/read/record.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import {
  cacheArguments,
  compressionAttributes,
  contextArguments,
  secretArguments,
  targetArguments,
} from '../buildkit/build-arguments.ts'

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
    ...targetArguments(spec),
    ...contextArguments(spec),
    ...cacheArguments(spec),
    ...secretArguments(spec),
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
function outputAttributes(spec: BuildSpec, dir: string): string {
  return writeRecord(['type=oci', 'tar=false', `dest=${dir}`, ...compressionAttributes(spec)])
}
