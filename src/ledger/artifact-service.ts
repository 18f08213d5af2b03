import { isObject, member, parseJsonObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host, HttpRequest, HttpResponse } from '../host/host.ts'
import type { Secret } from '../inputs/secret.ts'
import { digestOf } from '../oci/digest.ts'
import { exchangeOnce, readBody, toAnswerFailure, toConnectionFailure } from '../registry/transport/exchange-once.ts'
import type { RetryPolicy } from '../retry/backoff.ts'
import type { HttpFailure } from '../retry/failure.ts'
import { httpTable } from '../retry/http-table.ts'
import { type Outcome, retry } from '../retry/retry.ts'

/** An artifact of the run. */
export type Artifact = {
  readonly name: string
  /** Grows with each upload. */
  readonly id: bigint
  /** The run and the job that uploaded it, as the service names them. */
  readonly run: string
  readonly job: string
}

/** The artifact service of the runner, for the artifacts of the job's own run. Its calls throw ActionError `ledger-failed` and `cancelled`. */
export type ArtifactService = {
  /** Uploads an artifact; returns false if the run already has one with this name. */
  readonly upload: (name: string, content: Buffer) => Promise<boolean>
  /** Returns the newest artifact with this name. */
  readonly find: (name: string) => Promise<Artifact | undefined>
  /** Returns the content; undefined if the artifact was deleted in the meantime. */
  readonly download: (artifact: Artifact) => Promise<Buffer | undefined>
  readonly remove: (artifact: Artifact) => Promise<void>
}

export type ArtifactServiceOptions = {
  /** The value of ACTIONS_RESULTS_URL. */
  readonly url: string
  /** The value of ACTIONS_RUNTIME_TOKEN. */
  readonly token: Secret
  readonly policy: RetryPolicy
  readonly host: Pick<Host, 'http' | 'clock' | 'log' | 'signal' | 'runner'>
}

/** An answer that was read whole. */
type Whole = { readonly status: number; readonly bytes: Buffer }

/**
 * Opens version 4 of the artifact service, which actions/upload-artifact uses: JSON messages of
 * `github.actions.results.api.v1.ArtifactService`, and block blobs at signed addresses.
 * https://github.com/actions/toolkit/tree/main/packages/artifact
 *
 * @throws ActionError `ledger-failed` if the token names no run
 */
export function openArtifactService({ url, token, policy, host }: ArtifactServiceOptions): ArtifactService {
  const ids = idsIn(token)
  const { http, clock, log, signal, runner } = host

  /** Sends a request until it is answered with one of `ok`. `what` begins the error message. */
  async function send(what: string, request: HttpRequest, ok: readonly number[]): Promise<Whole> {
    const attempt = async (): Promise<Outcome<Whole, HttpFailure>> => {
      const sent = await exchangeOnce(http, { ...request, signal })
      if (!sent.ok) return sent
      if (!ok.includes(sent.value.status)) return { ok: false, failure: await toAnswerFailure(sent.value, clock) }
      return await wholeOf(what, sent.value)
    }
    const describe = (failure: HttpFailure) => `${what}: ${explain(failure)}`
    const outcome = await retry({ attempt, table: httpTable, describe }, { log, clock, policy, signal })
    if (outcome.ok) return outcome.value
    throw new ActionError('ledger-failed', describe(outcome.failure), { hint })
  }

  async function wholeOf(what: string, answer: HttpResponse): Promise<Outcome<Whole, HttpFailure>> {
    try {
      const bytes = await readBody(answer, { what, by: 'the artifact service', limit: limits.artifactAnswer, clock })
      return { ok: true, value: { status: answer.status, bytes } }
    } catch (error) {
      return { ok: false, failure: toConnectionFailure(error, signal) }
    }
  }

  /** Calls a method of the service; undefined if the artifact exists already, or does not exist. */
  async function call(method: string, message: Readonly<Record<string, unknown>>) {
    const request: HttpRequest = {
      method: 'POST',
      url: new URL(`/twirp/github.actions.results.api.v1.ArtifactService/${method}`, url).href,
      headers: { authorization: `Bearer ${token.reveal()}`, 'content-type': 'application/json' },
      body: JSON.stringify(message),
    }
    const what = `Cannot call ${method} of the artifact service`
    const { status, bytes } = await send(what, request, [200, 404, 409])
    if (status !== 200) return undefined
    const answer = parseJsonObject(bytes.toString())
    if (answer === undefined) throw new ActionError('ledger-failed', `${what}: the answer is not JSON`, { hint })
    return answer
  }

  /** Returns a signed address in an answer, and hides its signature in the log. */
  function addressIn(answer: Readonly<Record<string, unknown>> | undefined, ...names: readonly string[]): string {
    const address = textIn(answer, ...names)
    if (!URL.canParse(address)) {
      throw new ActionError('ledger-failed', 'Cannot use the artifact service: it answered without an address', {
        hint,
      })
    }
    const signature = new URL(address).searchParams.get('sig')
    if (signature) for (const text of new Set([signature, encodeURIComponent(signature)])) runner.mask(text)
    return address
  }

  const own = { workflow_run_backend_id: ids.run, workflow_job_run_backend_id: ids.job }
  const ofArtifact = ({ run, job, name }: Artifact) => {
    return { workflow_run_backend_id: run, workflow_job_run_backend_id: job, name }
  }
  return {
    upload: async (name, content) => {
      const created = await call('CreateArtifact', { ...own, name, version: 4 })
      if (created === undefined) return false
      const address = addressIn(created, 'signed_upload_url', 'signedUploadUrl')
      const block = Buffer.from(digestOf(content).slice(-32)).toString('base64')
      const put = (query: string, body: Buffer | string, type: string): HttpRequest => ({
        ...{ method: 'PUT', url: `${address}${address.includes('?') ? '&' : '?'}${query}`, body },
        headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
      })
      const what = `Cannot upload the artifact ${name}`
      // Uncommitted blocks and a list of them: act and Gitea store content only in this form.
      const sent = put(`comp=block&blockid=${encodeURIComponent(block)}`, content, 'application/octet-stream')
      await send(what, sent, uploaded)
      const list = `<?xml version="1.0" encoding="utf-8"?><BlockList><Latest>${block}</Latest></BlockList>`
      await send(what, put('comp=blocklist', list, 'application/xml'), uploaded)
      const finished = { ...own, name, size: String(content.length), hash: digestOf(content) }
      return (await call('FinalizeArtifact', finished)) !== undefined
    },
    find: async (name) => {
      const answer = await call('ListArtifacts', { ...own, name_filter: name })
      const listed = member(answer, 'artifacts')
      const artifacts = (Array.isArray(listed) ? listed : []).flatMap((one) => artifactIn(one) ?? [])
      // Not every service obeys the filter.
      return artifacts.filter((one) => one.name === name).reduce<Artifact | undefined>(newer, undefined)
    },
    download: async (artifact) => {
      const answer = await call('GetSignedArtifactURL', ofArtifact(artifact))
      if (answer === undefined) return undefined
      const address = addressIn(answer, 'signed_url', 'signedUrl')
      const what = `Cannot download the artifact ${artifact.name}`
      const { status, bytes } = await send(what, { method: 'GET', url: address }, [200, 404])
      return status === 200 ? bytes : undefined
    },
    remove: async (artifact) => {
      await call('DeleteArtifact', ofArtifact(artifact))
    },
  }
}

/** 201 from Azure and act; Gitea answers 201 or 200. */
const uploaded = [200, 201]

const hint = 'Run the job again. If the runner has no access to the artifact service, set `ledger: registry`.'

function newer(best: Artifact | undefined, one: Artifact): Artifact {
  return best === undefined || one.id > best.id ? one : best
}

/** The names of fields differ: GitHub uses those of the message definition, act those of its JSON mapping. */
function textIn(value: unknown, ...names: readonly string[]): string {
  const found = names.map((name) => member(value, name)).find((one) => one !== undefined)
  return typeof found === 'string' ? found : ''
}

function artifactIn(value: unknown): Artifact | undefined {
  const [name, run, job, id] = [
    textIn(value, 'name'),
    textIn(value, 'workflow_run_backend_id', 'workflowRunBackendId'),
    textIn(value, 'workflow_job_run_backend_id', 'workflowJobRunBackendId'),
    textIn(value, 'database_id', 'databaseId'),
  ]
  return isObject(value) ? { name, run, job, id: /^\d{1,19}$/.test(id) ? BigInt(id) : 0n } : undefined
}

/** Returns the names of the run and the job in the scope `Actions.Results:<run>:<job>` of the token, a JSON Web Token. */
function idsIn(token: Secret): { readonly run: string; readonly job: string } {
  const payload = Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url').toString()
  const scopes = textIn(parseJsonObject(payload), 'scp').slice(0, limits.excerpt).split(' ')
  const [, run, job] = scopes.find((scope) => scope.startsWith('Actions.Results:'))?.split(':') ?? []
  if (run && job) return { run, job }
  throw new ActionError(
    'ledger-failed',
    'Cannot use the artifact service: the token in ACTIONS_RUNTIME_TOKEN does not contain the ID of the run',
    {
      hint,
    },
  )
}

function explain(failure: HttpFailure): string {
  if (failure.kind === 'connection') return failure.message
  const said = textIn(parseJsonObject(failure.text), 'msg').slice(0, 200)
  return `it answered ${failure.status}${said === '' ? '' : ` (${said})`}`
}
