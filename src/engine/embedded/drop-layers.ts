import { ActionError } from '../../errors/action-error.ts'
import type { Config, History } from '../../oci/config.ts'
import type { Base } from '../../source/base.ts'

/**
 * Returns a base without its `count` topmost layers: their digests and history entries are removed; the settings of
 * instructions without a layer (ENV, CMD) stay. No layer is read.
 *
 * @throws ActionError `input-invalid` if the base has fewer layers
 */
export function dropLayers(base: Base, count: number): Base {
  if (count === 0) return base
  const { config, layers } = base
  if (count > layers.length) {
    throw new ActionError(
      'input-invalid',
      `Cannot drop ${count} layers of the base image: it has ${layers.length} for ${config.os}/${config.architecture}`,
      { hint: 'Lower `drop-layers`.' },
    )
  }
  const diffIds = config.rootfs.diff_ids.slice(0, layers.length - count)
  const dropped: Config = {
    ...config,
    history: withoutTop(config.history, count),
    rootfs: { ...config.rootfs, diff_ids: diffIds },
  }
  return { ...base, config: dropped, layers: layers.slice(0, -count) }
}

/** Without the last `count` entries that created a layer. */
function withoutTop(history: readonly History[], count: number): readonly History[] {
  const made = history.flatMap(({ empty_layer }, index) => (empty_layer ? [] : [index]))
  const gone = new Set(made.slice(-count))
  return history.filter((_, index) => !gone.has(index))
}
