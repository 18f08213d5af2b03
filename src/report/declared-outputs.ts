import type { Runner } from '../host/host.ts'
import { type OutputName, outputRows } from './output-rows.ts'

/** The default values of outputs that no stage sets. */
const unknown: Readonly<Partial<Record<OutputName, string>>> = { attempts: '1', pushed: 'false' }

export type DeclaredOutputs = {
  /** The runner, wrapped to record which outputs are written. */
  readonly runner: Runner
  /** Writes every declared output that was not written, usually with an empty value. */
  readonly writeRest: () => void
}

/**
 * Ensures that every declared output is written, however the step ends: the values in the runner's file override any
 * that a command in the log or an earlier attempt has set.
 */
export function declareOutputs(runner: Runner): DeclaredOutputs {
  const written = new Set<string>()
  return {
    runner: {
      ...runner,
      setOutput: (name, value) => {
        runner.setOutput(name, value)
        written.add(name)
      },
    },
    writeRest: () => {
      for (const name of Object.keys(outputRows) as OutputName[]) {
        if (written.has(name)) continue
        runner.setOutput(name, unknown[name] ?? '')
        written.add(name)
      }
    },
  }
}
