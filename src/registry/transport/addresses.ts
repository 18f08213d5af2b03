/** The path of the first request to a registry. */
export const pingPath = '/v2/'

/** Milliseconds for the answer to the first request, for which a registry reads nothing. */
export const pingTimeout = 30_000

/** If a gateway compressed the content, it would not match its digest: https://github.com/quay/quay/pull/1310 */
export const identity = { 'accept-encoding': 'identity' }

/** Returns the base URL of a registry's API. Docker Hub's host differs from the one in image names. */
export function apiBase(scheme: string, registry: string): string {
  return `${scheme}://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}`
}
