import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { mergeImages } from '../join/merge-images.ts'
import { publishExisting } from './publish-existing.ts'

/** Joins existing images to one index and publishes it. Needs no builder, no source and no daemon. */
export async function runMerge(
  host: Host,
  { inputs, facts }: { readonly inputs: Inputs; readonly facts: Facts },
  afterReport: (work: () => Promise<void>) => void,
): Promise<void> {
  await publishExisting(host, { inputs, facts, afterReport }, (run) => mergeImages(run, inputs))
}
