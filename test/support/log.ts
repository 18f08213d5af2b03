import type { Place } from '../../src/errors/action-error.ts'
import type { Log } from '../../src/host/host.ts'

/** A log that keeps its lines, warnings with "warning: " before them. */
export type RecordingLog = Log & {
  readonly lines: readonly string[]
  /** The place of each warning, in order. */
  readonly places: readonly (Place | undefined)[]
}

export function createRecordingLog(): RecordingLog {
  const lines: string[] = []
  const places: (Place | undefined)[] = []
  return {
    lines,
    places,
    debug: () => {},
    info: (message) => void lines.push(message),
    progress: () => {},
    detail: (message) => void lines.push(message),
    watch: () => () => undefined,
    warning: (message, annotation) => {
      lines.push(`warning: ${message}`)
      places.push(annotation?.place)
    },
    group: async (title, work) => {
      lines.push(title)
      return await work()
    },
  }
}
