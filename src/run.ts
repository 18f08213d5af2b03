import type { Facts } from './facts/facts.ts'
import { probe } from './facts/probe.ts'
import { afterPoll } from './host/after-poll.ts'
import type { Host } from './host/host.ts'
import type { Inputs } from './inputs/inputs.ts'
import type { Mode } from './inputs/mode.ts'
import { contactSources } from './modes/contact-sources.ts'
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
  const early = { ...host, http: contactSources(host, inputs) }
  // The other stages are more than half of the code, and loading them blocks the process. They are loaded while the daemon answers.
  const [facts, runMode] = await Promise.all([probe(early, inputs, event), afterPoll().then(modes[inputs.mode])])
  await runMode(early, { inputs, facts }, afterReport)
}

type RunMode = (
  host: Host,
  given: { readonly inputs: Inputs; readonly facts: Facts },
  afterReport: (work: () => Promise<void>) => void,
) => Promise<void>

/** The stages of each mode. */
const modes: Readonly<Record<Mode, () => Promise<RunMode>>> = {
  build: async () => (await import('./run-stages.ts')).runStages,
  plan: async () => (await import('./modes/plan.ts')).runPlan,
  merge: async () => (await import('./modes/merge.ts')).runMerge,
  promote: async () => (await import('./modes/promote.ts')).runPromote,
}
