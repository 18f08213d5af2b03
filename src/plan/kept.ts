import type { DockerServer } from '../docker/server.ts'
import type { FileOutput, Inputs } from '../inputs/inputs.ts'
import { hasAnnotationOf } from '../oci/annotations.ts'

type KeptInputs = Pick<Inputs, 'push' | 'load' | 'outputs' | 'platforms' | 'provenance' | 'sbom' | 'annotations'>

/** The destinations of the image. */
export type Places = {
  readonly load: boolean
  /** The image store of the daemon that the image is loaded into. */
  readonly store: DockerServer['store'] | undefined
  /** Why `push: auto` does not push; always reported to the user. */
  readonly notPushed: string | undefined
}

/**
 * Returns notices about an image without a destination, and about features that its destinations do not support. They are not errors:
 * the same workflow often pushes on one branch and only builds on another.
 */
export function keptWarnings(inputs: KeptInputs, { load, store, notPushed }: Places): readonly string[] {
  const { push, outputs, platforms, provenance, sbom, annotations } = inputs
  const kept = push === true || load || outputs.length > 0
  if (!kept) {
    // `load: false` shows that this is intended, and an image for one platform has its own notice.
    if (inputs.load !== undefined || notPushed !== undefined || platforms.length === 1) return []
    return [
      'The image is only in the build cache, and no name is given to it: several platforms are loaded only with `load: true`. Set `push: true`, `load: true` or `outputs`; `load: false` or `outputs: type=cacheonly` hides this warning',
    ]
  }
  const places = [
    ...(load && store === 'classic' ? ['the classic image store of Docker'] : []),
    ...outputs.flatMap((output) =>
      output.kind === 'docker' || output.kind === 'files' ? [`${output.dest} (type=${typeOf(output)})`] : [],
    ),
  ]
  const attestations = [
    ...(provenance === undefined ? [] : ['provenance']),
    ...(sbom === undefined ? [] : ['sbom']),
  ].join(' and ')
  return [
    ...(attestations !== '' && places.length > 0
      ? [`${places.join(', ')}: cannot hold attestations (${attestations})`]
      : []),
    ...(hasAnnotationOf(annotations, 'index-descriptor') && !outputs.some(({ kind }) => kind === 'oci')
      ? ['Annotations of index-descriptor are only in an OCI layout: add `outputs: type=oci,dest=…`, or write `index:`']
      : []),
  ]
}

/** Returns the name of an output type in the input. Only for types that do not support attestations. */
function typeOf({ kind, form }: FileOutput): string {
  if (kind === 'docker') return 'docker'
  return form === 'folder' ? 'local' : 'tar'
}
