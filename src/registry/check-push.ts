import type { Repository } from '../oci/reference.ts'
import type { Attempt } from './attempt.ts'
import { cancelUpload } from './cancel-upload.ts'
import { locate } from './deliver.ts'
import { checkPushEndpoint } from './endpoint.ts'
import type { Exchange, WholeAnswer } from './exchange.ts'
import { type Failure, perhapsPasses, type RetryPolicy } from './retry.ts'

/** Opens an upload and cancels it. False when the registry does not let itself be asked so. */
export async function checkPush(
  exchange: Exchange,
  target: Repository,
  { policy, signal }: { readonly policy: RetryPolicy; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const endpoint = checkPushEndpoint(target)
  const once = async (attempt: number): Promise<Attempt<WholeAnswer | undefined>> => {
    const sent = await exchange.sendWhole(endpoint, { signal })
    if (sent.ok || !isNoWay(sent.failure)) return sent
    // A gateway in front of the registry may know it the next time.
    const another = attempt === 1 && policy.attempts > 1 && perhapsPasses(sent.failure)
    return another ? sent : { ok: true, value: undefined }
  }
  const answer = await exchange.retry(endpoint, once, { signal })
  if (answer === undefined || answer.status >= 400) return false
  const { headers, url } = answer
  if (headers['location'] === undefined) return true
  await cancelUpload(exchange, target, { location: locate(headers['location'], url).href, signal })
  return true
}

/** Whether it is the 404 of someone who does not know the request; one who does not know the repository says so. */
function isNoWay(failure: Failure): boolean {
  if (failure.kind === 'connection' || failure.status !== 404) return false
  return failure.faults.every(({ code }) => code === 'UNSUPPORTED')
}
