import { member } from '../../bounds/json.ts'
import { podPermissions } from '../../containers/kubernetes/pod-permissions.ts'
import { ActionError } from '../../errors/action-error.ts'
import { gather } from '../../errors/gather.ts'
import type { Host } from '../../host/host.ts'
import { apiFailure, askApi } from '../../kubernetes/api.ts'
import type { KubeCluster } from '../../kubernetes/cluster.ts'
import { isAllowed, lackingPermissions, type Permissions } from '../../kubernetes/permissions.ts'
import type { Run } from '../../run-context.ts'
import { driverOptions } from '../driver-options.ts'
import { podSecurityHint } from './kubernetes/boot-problem.ts'
import { placePods } from './kubernetes/place-pods.ts'
import type { BuildxSpec } from './plan.ts'

/** The permissions that buildx needs in the namespace of a builder. The lists of docs/engines/kubernetes.md are these. */
const ofBuilder: readonly Permissions[] = [
  { group: 'apps', resource: 'deployments', verbs: ['get', 'create', 'delete'] },
  { group: '', resource: 'configmaps', verbs: ['create', 'update', 'delete'] },
  { group: '', resource: 'pods', verbs: ['list'] },
  { group: '', resource: 'pods/exec', verbs: ['create'] },
]

/**
 * Checks the cluster of a Kubernetes builder that this step creates: a kubeconfig with the context (or the service account of a pod); with `preflight`
 * also that the API answers and accepts the credentials, the namespace, its PodSecurity standard and the permissions in it.
 *
 * @throws ActionError `builder-not-found`, `builder-denied`, `daemon-unreachable`
 */
export async function checkKubernetes(run: Run, { builder }: Pick<BuildxSpec, 'builder'>): Promise<void> {
  if (builder.kind !== 'create' || builder.driver !== 'kubernetes') return
  const { plan, host } = run
  const { endpoint: own, platforms: built, driverOpts: given } = builder
  const described = { name: undefined, endpoint: own, platforms: built, driverOpts: given }
  const nodes = [described, ...builder.append].map(({ name, endpoint, platforms, driverOpts }) => ({
    ...{ name, endpoint, platforms },
    options: driverOptions('kubernetes', driverOpts),
  }))
  const places = await placePods(nodes, { builder: '', host })
  if (!plan.preflight) return
  const known = places.map(({ cluster, namespace }) =>
    cluster === undefined || namespace === undefined ? undefined : { cluster, namespace },
  )
  const distinct = new Map(known.flatMap((one) => (one ? [[`${one.cluster.context} ${one.namespace}`, one]] : [])))
  const [first] = known
  await gather('Preflight', [
    ...[...distinct.values()].map(({ cluster, namespace }) => checkNamespace(cluster, namespace, host)),
    ...(first === undefined ? [] : [checkSmokePods(run, first)]),
  ])
}

type Place = { readonly cluster: KubeCluster; readonly namespace: string }

async function checkNamespace(cluster: KubeCluster, namespace: string, host: Host): Promise<void> {
  const answer = await askApi(cluster, { method: 'GET', path: `/api/v1/namespaces/${namespace}` }, host)
  // Who has rights in one namespace only is often not allowed to read it.
  if (!answer.ok && answer.status !== 403) {
    const failed = apiFailure(`use the namespace ${namespace}`, answer)
    if (answer.status !== 404) throw failed
    const creation = { group: '', resource: 'namespaces', verb: 'create' }
    if (!(await isAllowed(creation, { cluster, namespace: undefined, host }))) {
      throw failed.with({ hint: 'This step creates it if the user of the kubeconfig has the permission.' })
    }
  }
  const labels = member(member(answer.body, 'metadata'), 'labels')
  const enforced = member(labels, 'pod-security.kubernetes.io/enforce')
  if (answer.ok && (enforced === 'baseline' || enforced === 'restricted')) {
    throw new ActionError(
      'builder-denied',
      `Cannot create a kubernetes builder: the namespace ${namespace} enforces the PodSecurity standard "${enforced}"`,
      { hint: podSecurityHint },
    )
  }
  const lacking = await lackingPermissions(ofBuilder, { cluster, namespace, host })
  if (lacking.length > 0) {
    throw new ActionError(
      'builder-denied',
      `Cannot create a kubernetes builder: ${describeLack(lacking, cluster, namespace)}`,
      { hint: 'Bind a role with these permissions to the user: docs/engines/kubernetes.md has one.' },
    )
  }
}

/** Checks the permissions for the pods of the smoke test, which run where the first node of the builder does. */
async function checkSmokePods({ plan, host }: Run, { cluster, namespace }: Place): Promise<void> {
  const { smokeTest, logins } = plan
  if (smokeTest?.containers.name !== 'kubernetes') return
  const use = {
    hasSecrets: logins.length > 0 || Object.keys(smokeTest.env).length > 0,
    isReached: smokeTest.http !== undefined,
  }
  const lacking = await lackingPermissions(podPermissions(use), { cluster, namespace, host })
  if (lacking.length === 0) return
  throw new ActionError(
    'builder-denied',
    `Cannot run the smoke test on Kubernetes: ${describeLack(lacking, cluster, namespace)}`,
    { hint: 'Bind a role with these permissions to the user: docs/smoke-test.md lists them.' },
  )
}

function describeLack(lacking: readonly string[], { source }: KubeCluster, namespace: string): string {
  return `the user of ${source} lacks permissions in the namespace ${namespace}: ${lacking.join(', ')}`
}
