import type { Permissions } from '../../kubernetes/permissions.ts'

/** What the pods of a smoke test use. */
export type PodUse = {
  /** Variables, or a login for the registry. */
  readonly hasSecrets: boolean
  /** Whether a port is requested. */
  readonly isReached: boolean
}

/** Returns the permissions that the user of the cluster needs in the namespace of the pods. The list of docs/smoke-test.md is this, with `events` and `nodes`, which are optional. */
export function podPermissions({ hasSecrets, isReached }: PodUse): readonly Permissions[] {
  return [
    { group: 'batch', resource: 'jobs', verbs: ['create', 'get', 'patch', 'delete'] },
    ...(hasSecrets ? [{ group: '', resource: 'secrets', verbs: ['create', 'get'] }] : []),
    { group: '', resource: 'pods', verbs: ['list', 'delete'] },
    { group: '', resource: 'pods/log', verbs: ['get'] },
    ...(isReached ? [{ group: '', resource: 'pods/portforward', verbs: ['create', 'get'] }] : []),
  ]
}
