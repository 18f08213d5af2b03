import { probe } from './facts/probe.ts'
import type { Host } from './host/host.ts'
import { readInputs } from './read-inputs.ts'

/**
 * Runs the whole step. `main.ts` cleans up afterwards in every case; before that, it runs `afterReport` for work that follows the report of a failure.
 */
export async function run(
  host: Host,
  readInput: (name: string) => string,
  afterReport: (work: () => Promise<void>) => void = () => undefined,
): Promise<void> {
  const { inputs, event } = await readInputs(host, readInput)
  // The other stages are more than half of the code. They are loaded while the daemon answers.
  const [facts, { runStages }] = await Promise.all([probe(host, inputs, event), import('./run-stages.ts')])
  await runStages(host, { inputs, facts }, afterReport)
}
