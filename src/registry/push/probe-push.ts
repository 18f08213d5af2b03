import { limits } from '../../bounds/limits.ts'
import type { Repository } from '../../oci/reference.ts'
import type { RetryPolicy } from '../../retry/backoff.ts'
import { classify } from '../../retry/classify.ts'
import type { HttpFailure } from '../../retry/failure.ts'
import { httpTable } from '../../retry/http-table.ts'
import { parseFaults } from '../answers/fault.ts'
import { saysReadOnly } from '../answers/known-answers.ts'
import { probePushEndpoint } from '../endpoint.ts'
import { locate } from '../transport/deliver.ts'
import type { Exchange, WholeAnswer } from '../transport/exchange.ts'
import type { HttpOutcome } from '../transport/exchange-once.ts'
import { cancelUpload } from './cancel-upload.ts'
import { openUpload } from './open-upload.ts'

/** Opens an upload and cancels it. False when the registry does not let itself be asked so. */
export async function probePush(
  exchange: Exchange,
  target: Repository,
  { policy, signal }: { readonly policy: RetryPolicy; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const endpoint = probePushEndpoint(target)
  const probeOnce = async (attempt: number): Promise<HttpOutcome<WholeAnswer | undefined>> => {
    const sent = await openUpload(signal, (late) => exchange.sendWhole(endpoint, { signal: late }))
    const failure = sent.ok ? readOnly(sent.value) : sent.failure
    if (failure === undefined || !isNoWay(failure)) return failure === undefined ? sent : { ok: false, failure }
    // A gateway in front of the registry may know it the next time.
    const another = attempt === 1 && policy.attempts > 1 && classify(failure, httpTable).verdict !== 'permanent'
    return another ? { ok: false, failure } : { ok: true, value: undefined }
  }
  const answer = await exchange.retry(endpoint, probeOnce, { signal })
  if (answer === undefined || answer.status >= 400) return false
  const { headers, url } = answer
  if (headers['location'] === undefined) return true
  await cancelUpload(exchange, target, { location: locate(headers['location'], url).href, signal })
  return true
}

/**
 * The failure in a 405 that is about the registry and not about the question: distribution answers UNSUPPORTED to every write while it is
 * read-only, or a pull-through cache; others say it in words.
 */
function readOnly({ status, bytes }: WholeAnswer): HttpFailure | undefined {
  if (status !== 405) return undefined
  const text = bytes.subarray(0, limits.errorBody).toString()
  const faults = parseFaults(text)
  const says = faults.some(({ code }) => code === 'UNSUPPORTED') || saysReadOnly.test(text)
  return says ? { kind: 'answer', status, faults, text } : undefined
}

/** Whether it is the 404 of someone who does not know the request; one who does not know the repository says so. */
function isNoWay(failure: HttpFailure): boolean {
  if (failure.kind === 'connection' || failure.status !== 404) return false
  return failure.faults.every(({ code }) => code === 'UNSUPPORTED')
}
