import { limits } from '../bounds/limits.ts'
import type { Host } from '../host/host.ts'
import { formatBytes } from '../text/bytes.ts'
import type { OutputName } from './output-rows.ts'

/** The outputs of docker/metadata-action that later steps may read from their environment. */
const exportedNames = [
  'version',
  'tags',
  'tag-names',
  'labels',
  'annotations',
  'json',
  'bake-file-tags',
  'bake-file-labels',
  'bake-file-annotations',
  'bake-file',
] as const satisfies OutputName[]

type Exported = Readonly<Record<(typeof exportedNames)[number], string>>

/**
 * Sets `DOCKER_METADATA_OUTPUT_TAGS` and the other variables for later steps, unless DOCKER_METADATA_SET_OUTPUT_ENV is
 * false. A value that is too large for the environment of a process is omitted with a notice.
 * https://github.com/docker/metadata-action#environment-variables
 */
export function exportOutputs(outputs: Exported, { env, runner }: Pick<Host, 'env' | 'runner'>): void {
  if (/^(?:0|f|F|false|False|FALSE)$/.test(env['DOCKER_METADATA_SET_OUTPUT_ENV'] ?? '')) return
  for (const name of exportedNames) {
    const variable = `DOCKER_METADATA_OUTPUT_${name.replaceAll('-', '_').toUpperCase()}`
    const size = Buffer.byteLength(outputs[name])
    if (size <= limits.variable) runner.exportVariable(variable, outputs[name])
    else
      runner.notice(
        `${variable} is not set: ${formatBytes(size)} exceed the limit of ${formatBytes(limits.variable)} for a variable`,
      )
  }
}
