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

export type ProbeOptions = {
  readonly policy: RetryPolicy
  readonly signal: AbortSignal | undefined
  /** Receives the cancellation of the upload, which never rejects. Default: it is awaited. */
  readonly onCancel?: ((cancelling: Promise<void>) => void) | undefined
}

/** Opens an upload and cancels it. Returns false if the registry does not support this check. */
export async function probePush(
  exchange: Exchange,
  target: Repository,
  { policy, signal, onCancel }: ProbeOptions,
): Promise<boolean> {
  const endpoint = probePushEndpoint(target)
  const probeOnce = async (attempt: number): Promise<HttpOutcome<WholeAnswer | undefined>> => {
    const sent = await openUpload(signal, (late) => exchange.sendWhole(endpoint, { signal: late }))
    const failure = sent.ok ? readOnly(sent.value) : sent.failure
    if (failure === undefined || !isUnsupportedProbe(failure))
      return failure === undefined ? sent : { ok: false, failure }
    // Retried once: another instance of the gateway may support it.
    const another = attempt === 1 && policy.attempts > 1 && classify(failure, httpTable).verdict !== 'permanent'
    return another ? { ok: false, failure } : { ok: true, value: undefined }
  }
  const answer = await exchange.retry(endpoint, probeOnce, { signal })
  if (answer === undefined || answer.status >= 400) return false
  const { headers, url } = answer
  if (headers['location'] === undefined) return true
  const cancelling = cancelUpload(exchange, target, { location: locate(headers['location'], url).href, signal })
  if (onCancel === undefined) await cancelling
  else onCancel(cancelling)
  return true
}

/**
 * Returns the failure in a 405 that concerns the registry and not the check: distribution answers UNSUPPORTED to every
 * write if it is read-only or a pull-through cache; others describe it in their message.
 */
function readOnly({ status, bytes }: WholeAnswer): HttpFailure | undefined {
  if (status !== 405) return undefined
  const text = bytes.subarray(0, limits.errorBody).toString()
  const faults = parseFaults(text)
  const says = faults.some(({ code }) => code === 'UNSUPPORTED') || saysReadOnly.test(text)
  return says ? { kind: 'answer', status, faults, text } : undefined
}

/** Whether a 404 means that the request is not supported. A missing repository is reported with a code of its own. */
function isUnsupportedProbe(failure: HttpFailure): boolean {
  if (failure.kind === 'connection' || failure.status !== 404) return false
  return failure.faults.every(({ code }) => code === 'UNSUPPORTED')
}
