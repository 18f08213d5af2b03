import { member } from '../../bounds/json.ts'
import { ActionError } from '../../errors/action-error.ts'
import { gather } from '../../errors/gather.ts'
import type { Host } from '../../host/host.ts'
import { apiFailure, askApi } from '../../kubernetes/api.ts'
import type { KubeCluster } from '../../kubernetes/cluster.ts'
import type { Run } from '../../run-context.ts'
import { driverOptions } from '../driver-options.ts'
import { podSecurityHint } from './kubernetes/boot-problem.ts'
import { placePods } from './kubernetes/place-pods.ts'
import type { BuildxSpec } from './plan.ts'

/** The permissions that buildx needs in the namespace of a builder. The lists of docs/engines/kubernetes.md are these. */
const needed: readonly { readonly group: string; readonly resource: string; readonly verbs: readonly string[] }[] = [
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
  const first = { name: undefined, endpoint: own, platforms: built, driverOpts: given }
  const nodes = [first, ...builder.append].map(({ name, endpoint, platforms, driverOpts }) => ({
    ...{ name, endpoint, platforms },
    options: driverOptions('kubernetes', driverOpts),
  }))
  const places = await placePods(nodes, { builder: '', host })
  if (!plan.preflight) return
  const distinct = new Map(
    places.flatMap(({ cluster, namespace }) =>
      cluster === undefined || namespace === undefined
        ? []
        : [[`${cluster.context} ${namespace}`, { cluster, namespace }]],
    ),
  )
  await gather(
    'Preflight',
    [...distinct.values()].map(({ cluster, namespace }) => checkNamespace(cluster, namespace, host)),
  )
}

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
  await checkPermissions(cluster, namespace, host)
}

async function checkPermissions(cluster: KubeCluster, namespace: string, host: Host): Promise<void> {
  const asked = needed.flatMap(({ verbs, ...of }) => verbs.map((verb) => ({ ...of, verb })))
  const denied = await Promise.all(
    asked.map(async (one) => ((await isAllowed(one, { cluster, namespace, host })) ? [] : [one])),
  )
  const lacking = denied.flat()
  if (lacking.length === 0) return
  const names = needed.flatMap(({ resource }) => {
    const verbs = lacking.filter((one) => one.resource === resource).map(({ verb }) => verb)
    return verbs.length === 0 ? [] : [`${resource} (${verbs.join(', ')})`]
  })
  throw new ActionError(
    'builder-denied',
    `Cannot create a kubernetes builder: the user of ${cluster.source} lacks permissions in the namespace ${namespace}: ${names.join(', ')}`,
    { hint: 'Bind a role with these permissions to the user: docs/engines/kubernetes.md has one.' },
  )
}

type Permission = { readonly group: string; readonly resource: string; readonly verb: string }

/**
 * Asks the API whether it would allow a request. https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 *
 * @throws ActionError `builder-denied` if it does not accept the credentials
 */
async function isAllowed(
  { group, resource, verb }: Permission,
  {
    cluster,
    namespace,
    host,
  }: { readonly cluster: KubeCluster; readonly namespace: string | undefined; readonly host: Host },
): Promise<boolean> {
  const [name = '', subresource] = resource.split('/')
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, verb, group, resource: name, ...(subresource && { subresource }) } },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const answer = await askApi(cluster, { method: 'POST', path, body }, host)
  if (answer.status === 401) throw apiFailure(`use the cluster of ${cluster.source}`, answer)
  // A cluster that does not answer the question answers buildx.
  return !answer.ok || member(member(answer.body, 'status'), 'allowed') !== false
}
