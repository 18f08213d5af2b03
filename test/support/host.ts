import { createExec } from '../../src/host/exec/exec.ts'
import type { Host } from '../../src/host/host.ts'
import { createHttp } from '../../src/host/http/http.ts'
import { createFakeClock } from './clock.ts'
import { createRecordingLog, type RecordingLog } from './log.ts'

export type TestHost = Host & {
  readonly log: RecordingLog
  readonly outputs: ReadonlyMap<string, string>
  /** Variables of later steps. */
  readonly exported: ReadonlyMap<string, string>
  /** Annotations, masks and the summary, in order. */
  readonly told: readonly unknown[]
  readonly close: () => void
}

/** A host with real programs and connections, whose waits return immediately, and which records everything else. */
export function createTestHost(options: Partial<Host> = {}): TestHost {
  const env = options.env ?? {}
  const signal = options.signal ?? new AbortController().signal
  const { http, close } = createHttp({ env, certificateFolders: [] })
  const outputs = new Map<string, string>()
  const exported = new Map<string, string>()
  const told: unknown[] = []
  return {
    env,
    os: 'linux',
    tempDir: '/nonexistent',
    signal,
    runner: {
      setOutput: (name, value) => void outputs.set(name, value),
      exportVariable: (name, value) => void exported.set(name, value),
      mask: (secret) => void told.push({ mask: secret }),
      error: (message, annotation) => void told.push({ error: message, ...annotation }),
      notice: (message, annotation) => void told.push({ notice: message, ...annotation }),
      writeSummary: (summary) => void told.push({ summary }),
    },
    exec: createExec({ env, signal }),
    http,
    clock: createFakeClock(),
    ...options,
    log: createRecordingLog(),
    outputs,
    exported,
    told,
    close,
  }
}
