import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError, type ErrorCode } from '../../errors/action-error.ts'
import { type KnownFailure, recognize } from '../../errors/known-failure.ts'
import { isMisconfigured, transientFault } from '../../retry/network-faults.ts'
import { gone } from '../buildkit/gone.ts'
import { knownFailures } from '../buildkit/known-failures.ts'

/** Messages of the Kubernetes API, its client and buildx's driver, from Kubernetes 1.36 with buildx 0.29 and 0.36. */
const kubernetesFailures: readonly KnownFailure[] = [
  {
    code: 'builder-not-found',
    pattern:
      /no configuration has been provided|\b(?:stat|open) \S{1,4096}: no such file or directory|invalid kube-?config|context "[^"]*" does not exist/im,
    hint: 'Set KUBECONFIG to the path of a kubeconfig with a current context, in a step before this one.',
  },
  {
    code: 'builder-not-found',
    pattern: /namespaces "[^"]*" not found/i,
    hint: 'Create the namespace, or name another one: `namespace=…` in `driver-opts`.',
  },
  {
    code: 'builder-denied',
    pattern:
      /is forbidden: |forbidden: User |Unauthorized|asked for the client to provide credentials|must be logged in/i,
    hint: 'Grant the user of the kubeconfig these permissions in the namespace: deployments (get, create, delete), configmaps (create, update, delete), pods (list), pods/exec (create, get).',
  },
  {
    code: 'engine-failed',
    pattern: /expected \d+ replicas to be ready/i,
    hint: 'Look at why the pod does not start: `kubectl describe pods` in its namespace. Mostly its image cannot be pulled (`image=…` in `driver-opts` names another one), a policy refuses it, or no node has room.',
  },
  {
    code: 'daemon-unreachable',
    pattern:
      /dial tcp|connection (?:refused|reset)|EOF|TLS handshake timeout|i\/o timeout|no such host|context deadline exceeded/i,
    hint: 'Check that the Kubernetes API answers at the address in the kubeconfig, and that this machine reaches it.',
  },
]

/** Messages of the daemon about a builder's image. */
const imageHint = (image: string | undefined): string =>
  image === undefined
    ? 'Check that the daemon can pull the builder image, moby/buildkit from Docker Hub, or set `image=…` in `driver-opts`. Remove `driver` to build without a builder if the daemon supports the build.'
    : `Check that the daemon can pull the image ${image}, which \`driver-opts\` names.`

/**
 * Messages of daemons about an image that does not exist or requires authorization; both are permanent. Docker 28
 * `failed to resolve reference "x:1": x:1: not found`; 20 to 26 `manifest for x:1 not found: manifest unknown`, `pull
 * access denied for x, repository does not exist or may require 'docker login'`.
 */
function lacksImage(found: string): boolean {
  if (/manifest unknown|pull access denied|repository does not exist/i.test(found)) return true
  return found.includes('failed to resolve reference') && found.includes(': not found')
}

/** Codes of `knownFailures` that also apply when a builder's image is pulled. */
const ofImage: readonly ErrorCode[] = [
  'registry-unreachable',
  'registry-unavailable',
  'registry-denied',
  'image-not-found',
]

/** Returns the error for a builder that did not boot, from buildx's last output. */
export function bootFailure(driver: string, found: string, options: readonly string[] = []): ActionError {
  const fail = (code: ErrorCode, hint: string) =>
    new ActionError(code, `Cannot start a ${driver} builder: ${found.replace(/^ERROR: /, '')}`, { hint })
  if (
    /(?:invalid|unknown) driver option|invalid (?:value|option) .{0,200}driver|bare " in non-quoted/i.test(
      excerptOf(found),
    )
  ) {
    return fail('input-invalid', `Correct \`driver-opts\`: https://docs.docker.com/build/builders/drivers/${driver}/`)
  }
  if (driver === 'kubernetes') {
    const known = recognize(kubernetesFailures, found)
    return fail(
      known?.code ?? 'engine-failed',
      known?.hint ?? 'Look at the events of the namespace: `kubectl get events`.',
    )
  }
  if (driver === 'remote') {
    const tls = isMisconfigured(found)
    return fail(
      'engine-failed',
      tls
        ? 'Check the certificates: `cacert=…`, `cert=…`, `key=…` and `servername=…` in `driver-opts`.'
        : 'Check that buildkitd runs at `endpoint` and that this machine reaches it. One that speaks TLS needs certificates: docs/engines/remote-and-nodes.md.',
    )
  }
  const known = recognize(knownFailures, found)
  const image = options.find((option) => option.startsWith('image='))?.slice('image='.length)
  if (known?.code === 'daemon-unreachable' || gone.test(found)) return fail('daemon-unreachable', known?.hint ?? '')
  if (lacksImage(found)) return fail('image-not-found', imageHint(image))
  const ofNetwork = known !== undefined && ofImage.includes(known.code)
  const more = ofNetwork || transientFault.test(found) ? [known?.hint ?? ''] : []
  return fail('engine-failed', [imageHint(image), ...more].join(' ').trim())
}
