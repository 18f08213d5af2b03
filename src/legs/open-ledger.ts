import { ActionError } from '../errors/action-error.ts'
import { secret } from '../inputs/secret.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { PlannedLeg } from '../plan/leg.ts'
import type { Run } from '../run-context.ts'

/** Opens the planned storage for the results of this run's jobs; loads its code on demand. */
export async function openLedger(
  { plan, access, host }: Omit<Run, 'source'>,
  { ledger, key }: PlannedLeg,
): Promise<Ledger> {
  if (ledger.kind === 'registry') {
    const { openRegistryLedger } = await import('../ledger/registry-ledger.ts')
    const [repository] = repositoriesOf(plan.references)
    if (repository === undefined) throw new ActionError('internal', 'The image has no name')
    return openRegistryLedger({ client: access.registry, repository, key, host })
  }
  const [{ openArtifactLedger }, { openArtifactService }] = await Promise.all([
    import('../ledger/artifact-ledger.ts'),
    import('../ledger/artifact-service.ts'),
  ])
  const service = openArtifactService({
    url: host.env['ACTIONS_RESULTS_URL'] ?? '',
    token: secret(host.env['ACTIONS_RUNTIME_TOKEN'] ?? ''),
    policy: access.retries.policy,
    host,
  })
  return openArtifactLedger({ service, key, host })
}
