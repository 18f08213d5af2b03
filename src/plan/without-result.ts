import type { Inputs } from '../inputs/inputs.ts'

/** Returns the inputs of a run that only analyzes the Dockerfile: everything that concerns an image or changes the machine is disabled. */
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
