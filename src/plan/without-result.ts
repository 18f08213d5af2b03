import type { Inputs } from '../inputs/inputs.ts'

/** Returns the inputs of a run that asks about the Dockerfile and builds nothing: what concerns an image, or changes the machine, is off. */
export function withoutResult(inputs: Inputs): Inputs {
  return {
    ...inputs,
    push: false,
    load: false,
    outputs: [],
    verify: 'off',
    smokeTest: undefined,
    beforeTags: undefined,
    cache: { kind: 'off' },
    cacheFrom: [],
    cacheTo: [],
    provenance: undefined,
    sbom: undefined,
    // It would remove images of the daemon.
    fresh: undefined,
  }
}
