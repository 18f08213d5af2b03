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
 * Returns the manifests whose `subject` is the digest, at most one more than `limits.referrers`; undefined if the registry does not have the referrers API.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 *
 * @throws ActionError `content-mismatch` if a later page is not a list, and those of the registry
 */
export async function listReferrers(
  exchange: Exchange,
  target: Repository,
  { digest, signal }: { readonly digest: Digest; readonly signal?: AbortSignal | undefined },
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = []
  for (let page: string | undefined = `referrers/${digest}`; page !== undefined; ) {
    const endpoint = referrersEndpoint(target, digest, page)
    const { status, headers, bytes, url } = await exchange.call(endpoint, { signal, attempts: mostAttempts })
    const entries = status === 200 ? entriesOf(bytes, target) : undefined
    if (entries === undefined && found.length > 0) {
      throw new ActionError(
        'content-mismatch',
        `${endpoint.what}: the list ends after ${found.length} (HTTP ${status})`,
      )
    }
    if (entries === undefined) return undefined
    found.push(...entries)
    const goesOn = found.length <= limits.referrers && entries.length > 0
    page = goesOn ? nextPage(headers['link'], url, target) : undefined
  }
  // One more than the limit tells the caller that there are others.
  return found.slice(0, limits.referrers + 1)
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

/** Returns the path of the next page in `Link`, relative or absolute, if it is one of this repository. */
function nextPage(link: string | undefined, from: string, { repository }: Repository): string | undefined {
  const [, target = ''] = /^<([^<>]{1,2000})>; *rel="?next"?/.exec(link ?? '') ?? []
  if (target === '' || !URL.canParse(target, from)) return undefined
  // Only the path counts: the request goes to the registry itself.
  const { pathname, search } = new URL(target, from)
  const own = `/v2/${repository}/`
  return pathname.startsWith(`${own}referrers/`) ? `${pathname}${search}`.slice(own.length) : undefined
}
