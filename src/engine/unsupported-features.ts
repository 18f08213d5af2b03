import type { Inputs } from '../inputs/inputs.ts'
import { loadsJoined } from '../plan/load.ts'

/** Returns what the inputs ask for and only buildx has, for an error. */
export function buildxFeatures(inputs: Inputs): readonly (string | undefined)[] {
  return [
    inputs.provenance || inputs.sbom ? 'attestations (`provenance`, `sbom`)' : undefined,
    inputs.builder === undefined && inputs.driver === undefined ? undefined : 'builders (`builder`, `driver`)',
    inputs.buildxRelease === undefined ? undefined : 'a version of buildx (`buildx-version`)',
    Object.keys(inputs.minimumVersions).length === 0 ? undefined : 'minimum versions of other programs',
    inputs.extraArgs.length === 0 ? undefined : 'options of buildx (`extra-args`)',
  ]
}

/** Returns what the inputs ask for beyond a build of images for Linux, for an error. */
export function otherFeatures(inputs: Inputs): readonly (string | undefined)[] {
  return [
    // No image that was joined here can be put into their stores.
    loadsJoined(inputs) ? '`load` of several platforms with `per-platform`' : undefined,
    inputs.dropLayers > 0 ? '`drop-layers`' : undefined,
    inputs.platforms.some(({ os }) => os !== 'linux') ? 'platforms other than Linux' : undefined,
  ]
}
