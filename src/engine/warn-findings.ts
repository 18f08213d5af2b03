import { inlineDockerfile } from '../dockerfile/read/inline.ts'
import type { Log } from '../host/host.ts'
import type { CheckFinding } from './built.ts'

/** Logs each finding of the build checks once, as an annotation on its line. */
export function warnFindings(findings: readonly CheckFinding[], log: Log): void {
  // A build of each platform finds the same.
  const once = new Map(findings.map((one) => [`${one.place?.line} ${one.message}`, one]))
  for (const { message, place } of once.values()) {
    // A Dockerfile of the workflow is no file that an annotation could stand beside.
    const isFile = place !== undefined && place.file !== inlineDockerfile
    log.warning(message, isFile ? { title: 'Polyarch: build check', place } : {})
  }
}
