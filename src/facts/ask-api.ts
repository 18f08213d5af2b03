import { parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host, HttpResponse } from '../host/host.ts'
import type { Secret } from '../inputs/secret.ts'
import { exchangeOnce, toAnswerFailure } from '../registry/transport/exchange-once.ts'
import type { HttpFailure } from '../retry/failure.ts'
import { httpTable } from '../retry/http-table.ts'
import { type Outcome, retry } from '../retry/retry.ts'
import { trimEnd } from '../text/trim-end.ts'

/** The response of the API, or why there is no response. */
export type Answer = { readonly value: unknown } | { readonly problem: string }

/** Opens GitHub's API with the token of the job; undefined if either is missing. Requests never throw: an answer may be a problem. */
export function openApi(host: Host, token: Secret | undefined): ((path: string) => Promise<Answer>) | undefined {
  const base = trimEnd(host.env['GITHUB_API_URL'] ?? '', '/')
  if (token === undefined || !/^https?:\/\//.test(base) || !URL.canParse(base)) return undefined
  return async (path) => {
    try {
      return { value: parseJson(await readAnswer(host, `${base}${path}`, token)) }
    } catch (error) {
      const why = host.signal.aborted ? `no answer within ${limits.apiTime / 1000} s` : messageOf(error)
      return { problem: `cannot read ${path} from ${new URL(base).host}: ${why}` }
    }
  }
}

async function readAnswer(host: Host, url: string, token: Secret): Promise<string> {
  const { signal, clock, log } = host
  const attempt = async (): Promise<Outcome<HttpResponse, HttpFailure>> => {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token.reveal()}`,
      'x-github-api-version': '2022-11-28',
    }
    const sent = await exchangeOnce(host.http, { method: 'GET', url, headers, signal })
    if (!sent.ok || sent.value.status === 200) return sent
    return { ok: false, failure: await toAnswerFailure(sent.value, clock) }
  }
  const describe = (failure: HttpFailure) => `GitHub's API: ${explain(failure)}`
  const outcome = await retry({ attempt, table: httpTable, describe }, { log, clock, policy, signal })
  if (!outcome.ok) throw new Error(explain(outcome.failure))
  return (await readLimited(outcome.value.body, limits.apiAnswer)).toString('utf8')
}

/** Retries within the total time limit. A rate limit with `Retry-After` lasts longer than that. */
const policy = { attempts: 2, firstWait: 500, longestWait: 500, longestRetryAfter: 1000 }

function explain(failure: HttpFailure): string {
  return failure.kind === 'answer' ? `it answered ${failure.status}` : failure.message
}
