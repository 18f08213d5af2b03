import type { Log } from '../../src/host/host.ts'

/** A log that keeps its lines, warnings with "warning: " before them. */
export type RecordingLog = Log & { readonly lines: readonly string[] }

export function createRecordingLog(): RecordingLog {
  const lines: string[] = []
  return {
    lines,
    debug: () => {},
    info: (message) => void lines.push(message),
    progress: () => {},
    warning: (message) => void lines.push(`warning: ${message}`),
    group: async (title, work) => {
      lines.push(title)
      return await work()
    },
  }
}
