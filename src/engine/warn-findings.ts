import { annotationAt } from '../dockerfile/read/inline.ts'
import type { Host, Log } from '../host/host.ts'
import type { CheckFinding } from './built.ts'

/** Logs each finding of the build checks once, as an annotation on its line. */
export function warnFindings(findings: readonly CheckFinding[], log: Log): void {
  // Every platform of a build has the same findings.
  const once = new Map(findings.map((one) => [`${one.place?.line} ${one.message}`, one]))
  for (const { message, place } of once.values()) {
    // The log of the runner shows neither the file nor the line of an annotation.
    const start = place === undefined ? '' : `${place.file}:${place.line}: `
    const text = message.startsWith(start) ? message : `${start}${message}`
    log.warning(text, {
      title: 'Polyarch: build check',
      ...(place === undefined ? {} : annotationAt(place.file, place.line)),
    })
  }
}

/**
 * Runs `work`, which may repeat a call of the engine, and logs the findings of the last call that failed, once. `work` passes those of each to its argument.
 * Findings beside a success are reported by the caller.
 */
export async function warnOnceFailed<T>(
  { log, signal }: Pick<Host, 'log' | 'signal'>,
  work: (onFailed: (findings: readonly CheckFinding[]) => void) => Promise<T>,
): Promise<T> {
  let found: readonly CheckFinding[] = []
  try {
    return await work((findings) => {
      found = findings
    })
  } catch (error) {
    if (!signal.aborted) warnFindings(found, log)
    throw error
  }
}
