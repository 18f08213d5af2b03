import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { parseIndex } from '../../oci/parse.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import { referrersEndpoint } from '../endpoint.ts'
import type { Exchange } from '../transport/exchange.ts'

/** Maximum number of attempts: a registry without the API may answer with any error. */
const mostAttempts = 3

/**
 * Returns the manifests whose `subject` is the digest, at most `limits.referrers`; undefined if the registry does not have the referrers API.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 *
 * @throws ActionError of the registry
 */
export async function listReferrers(
  exchange: Exchange,
  target: Repository,
  { digest, signal }: { readonly digest: Digest; readonly signal?: AbortSignal | undefined },
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = []
  for (let page: string | undefined = `referrers/${digest}`; page !== undefined; ) {
    const { status, headers, bytes } = await exchange.call(referrersEndpoint(target, digest, page), {
      signal,
      attempts: mostAttempts,
    })
    const entries = status === 200 ? entriesOf(bytes, target) : undefined
    if (entries === undefined) return undefined
    found.push(...entries)
    page = found.length < limits.referrers && entries.length > 0 ? nextPage(headers['link'], target) : undefined
  }
  return found.slice(0, limits.referrers)
}

/** Returns the entries of an answer; undefined for another document, such as the page of a web interface. */
function entriesOf(bytes: Uint8Array, target: Repository): readonly Descriptor[] | undefined {
  try {
    return parseIndex(bytes, `Cannot read the referrers in ${formatRepository(target)}`).manifests
  } catch (error) {
    if (error instanceof ActionError && error.code === 'content-mismatch') return undefined
    throw error
  }
}

/** Returns the path of the next page in `Link`, if it is one of this repository. */
function nextPage(link: string | undefined, { repository }: Repository): string | undefined {
  const [, path] = /^<([^<>]{1,2000})>; *rel="?next"?/.exec(link ?? '') ?? []
  const own = `/v2/${repository}/`
  return path?.startsWith(`${own}referrers/`) ? path.slice(own.length) : undefined
}
