import { resolve } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import { pathArgument } from '../../host/exec/positional.ts'
import type { BuildSecret } from '../../inputs/inputs.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { BuildSpec } from '../../plan/plan.ts'

/** One build of one platform. */
export type AppleCall = {
  readonly platform: Platform
  /** Name of the image in the engine's store. */
  readonly name: string
  /** Absolute path; undefined: the default of the context. */
  readonly dockerfile: string | undefined
  /** Build arguments with their values. */
  readonly buildArguments: ReadonlyMap<string, string>
}

/**
 * Returns the arguments of `container build` for one platform. Annotations are added to the manifests afterwards.
 * https://github.com/apple/container/blob/1.2.2/docs/command-reference.md#container-build
 */
export function appleArguments(spec: BuildSpec, call: AppleCall): readonly string[] {
  const { platform, name, dockerfile, buildArguments } = call
  return [
    'build',
    ...['--progress', 'plain'],
    ...['--platform', formatPlatform(platform)],
    ...['--tag', name],
    ...(dockerfile === undefined ? [] : ['--file', dockerfile]),
    ...(spec.pull ? ['--pull'] : []),
    ...(spec.noCache ? ['--no-cache'] : []),
    ...(spec.target === undefined ? [] : ['--target', spec.target]),
    ...[...buildArguments].flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...Object.entries(spec.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...spec.secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
    ...(spec.ssh.length === 0 ? [] : ['--ssh', 'default']),
    pathArgument(resolve(spec.context)),
  ]
}

function secretAttributes({ id, source }: BuildSecret): string {
  switch (source.kind) {
    case 'env':
      return `id=${id},env=${source.name}`
    case 'file':
      return `id=${id},src=${resolve(source.path)}`
    case 'value':
      throw new ActionError('internal', 'The value of a build secret is not in a file')
  }
}
