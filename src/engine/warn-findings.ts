import { inlineDockerfile } from '../dockerfile/read/inline.ts'
import type { Log } from '../host/host.ts'
import type { CheckFinding } from './built.ts'

/** Logs each finding of the build checks once, as an annotation on its line. */
export function warnFindings(findings: readonly CheckFinding[], log: Log): void {
  // Every platform of a build has the same findings.
  const once = new Map(findings.map((one) => [`${one.place?.line} ${one.message}`, one]))
  for (const { message, place } of once.values()) {
    // An inline Dockerfile is not a file that can be annotated.
    const isFile = place !== undefined && place.file !== inlineDockerfile
    log.warning(message, isFile ? { title: 'Polyarch: build check', place } : {})
  }
}
