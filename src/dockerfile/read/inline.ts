import type { Place } from '../../errors/action-error.ts'

/** The name of a Dockerfile from the workflow in messages; no file has this name. */
export const inlineDockerfile = 'dockerfile-inline'

/** Returns the place of an annotation on a line of the Dockerfile; none for a Dockerfile in the workflow, which is not a file of its own. */
export function annotationAt(file: string, line: number | undefined): { readonly place?: Place } {
  return line === undefined || file === inlineDockerfile ? {} : { place: { file, line } }
}
