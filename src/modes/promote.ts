import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { findPromoted } from '../join/find-promoted.ts'
import { publishExisting } from './publish-existing.ts'

/** Gives an existing image further tags and names, in other registries too, with the same digest. */
export async function runPromote(
  host: Host,
  { inputs, facts }: { readonly inputs: Inputs; readonly facts: Facts },
  afterReport: (work: () => Promise<void>) => void,
): Promise<void> {
  const { from } = inputs
  if (from === undefined) throw new ActionError('internal', 'mode: promote has no image')
  await publishExisting(host, { inputs, facts, afterReport }, (run) => findPromoted(run, from))
}
