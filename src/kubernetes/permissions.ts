import { member } from '../bounds/json.ts'
import type { Host } from '../host/host.ts'
import { apiFailure, askApi } from './api.ts'
import type { KubeCluster } from './cluster.ts'

/** What a user needs to be allowed to do with one resource. */
export type Permissions = {
  /** The API group; empty for the core group. */
  readonly group: string
  /** With a subresource: `pods/exec`. */
  readonly resource: string
  readonly verbs: readonly string[]
}

type Place = {
  readonly cluster: KubeCluster
  /** Undefined: the whole cluster. */
  readonly namespace: string | undefined
  readonly host: Host
}

/**
 * Returns the permissions that the user of a cluster lacks: `deployments (create, delete)` each.
 *
 * @throws ActionError `builder-denied` if the API does not accept the credentials, `daemon-unreachable`
 */
export async function lackingPermissions(needed: readonly Permissions[], place: Place): Promise<readonly string[]> {
  const found = await Promise.all(
    needed.map(async ({ verbs, ...of }) => {
      const allowed = await Promise.all(verbs.map(async (verb) => await isAllowed({ ...of, verb }, place)))
      const lacking = verbs.filter((_, at) => !allowed[at])
      return lacking.length === 0 ? [] : [`${of.resource} (${lacking.join(', ')})`]
    }),
  )
  return found.flat()
}

type Permission = Omit<Permissions, 'verbs'> & { readonly verb: string }

/**
 * Asks the API whether it would allow a request. https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 *
 * @throws ActionError `builder-denied` if it does not accept the credentials
 */
export async function isAllowed(
  { group, resource, verb }: Permission,
  { cluster, namespace, host }: Place,
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
  // A cluster that does not answer the question answers the request itself.
  return !answer.ok || member(member(answer.body, 'status'), 'allowed') !== false
}
