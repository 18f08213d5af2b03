import type { Runner } from '../host/host.ts'
import { type OutputName, outputRows } from './output-rows.ts'

/** What an output that no stage came to is. */
const unknown: Readonly<Partial<Record<OutputName, string>>> = { attempts: '1', pushed: 'false' }

export type DeclaredOutputs = {
  /** The runner, which remembers what was written through it. */
  readonly runner: Runner
  /** Writes every declared output that was not written, empty for the most part. */
  readonly writeRest: () => void
}

/**
 * Makes sure that every declared output is written, however the step ends: what a runner takes from its file counts, whatever a
 * command in the log or an earlier attempt has set.
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
