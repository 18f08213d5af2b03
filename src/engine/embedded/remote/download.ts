import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { limits } from '../../../bounds/limits.ts'
import { ActionError, isDiskFull } from '../../../errors/action-error.ts'
import type { Host, HttpResponse } from '../../../host/host.ts'
import { cutCredentials, type UrlCredentials } from '../../../inputs/url-credentials.ts'
import type { Access } from '../../../login/login.ts'
import type { Digest } from '../../../oci/types.ts'
import type { UrlLogin } from '../../../plan/url-logins.ts'
import { describeFailure } from '../../../registry/answers/errors.ts'
import { type HttpOutcome, toAnswerFailure, toConnectionFailure } from '../../../registry/transport/exchange-once.ts'
import { follow } from '../../../registry/transport/follow.ts'
import { retryRequest } from '../../../registry/transport/retry-request.ts'
import type { HttpFailure } from '../../../retry/failure.ts'
import { diskFull } from '../../../tree/archive/write-failure.ts'

/** The response of a URL, in a file on disk. */
export type Downloaded = {
  readonly file: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch: Last-Modified as sent by the server, 0 without one. */
  readonly mtime: number
}

type Reached = Pick<Host, 'http' | 'clock' | 'log' | 'signal' | 'tempDir'> & Pick<Access, 'retries'>
type Known = Reached & { readonly logins: readonly UrlLogin[] }

/**
 * Returns a function that downloads a URL to the step's directory, each URL once. A transient failure is retried from
 * the beginning. Redirects are followed; a user and password in the URL are sent only to its own server.
 *
 * The function throws ActionError `download-failed` for an incomplete response or a transient status;
 * `download-refused` for any other status that is not 2xx.
 */
export function createDownload(host: Reached, logins: readonly UrlLogin[] = []): (url: string) => Promise<Downloaded> {
  const begun = new Map<string, Promise<Downloaded>>()
  return async (url) => {
    const known = begun.get(url)
    if (known) return await known
    const started = download(url, { ...host, logins })
    begun.set(url, started)
    return await started
  }
}

async function download(text: string, host: Known): Promise<Downloaded> {
  const { url: address, credentials } = cutCredentials(text)
  if (!URL.canParse(address))
    throw new ActionError('dockerfile-invalid', `Cannot download ${address}: it is not a valid URL`)
  const url = new URL(address)
  const login = credentials ?? host.logins.find(({ kind, origin }) => kind === 'http' && origin === url.origin)
  const what = `Cannot download ${shown(url)}`
  const attempt = async (): Promise<HttpOutcome<Downloaded>> => {
    const sent = await follow(bare(url), {
      http: host.http,
      signal: host.signal,
      // Credentials are not sent to another host.
      headers: ({ origin }) => ({
        'accept-encoding': 'gzip',
        ...(login && origin === url.origin ? { authorization: basic(login) } : {}),
      }),
      refused: (found) => refused(what, found),
    })
    if (!sent.ok) return sent
    const { status, body, headers } = sent.value
    if (status < 200 || status > 299) return { ok: false, failure: await toAnswerFailure(sent.value, host.clock) }
    try {
      return {
        ok: true,
        value: { ...(await save(sent.value, what, host)), mtime: parseTime(headers['last-modified']) },
      }
    } catch (error) {
      body.destroy()
      if (error instanceof ActionError) throw error
      if (isDiskFull(error)) throw diskFull(`${what}: no space is left in ${host.tempDir}`, error)
      return { ok: false, failure: toConnectionFailure(error, host.signal) }
    }
  }
  const { clock, log, signal, retries } = host
  return await retryRequest(
    { what, by: url.host, attempt, toError: (failure) => toError(failure, what, url) },
    { ...retries, clock, log, signal },
  )
}

async function save(
  { body, headers }: HttpResponse,
  what: string,
  { tempDir, signal }: Reached,
): Promise<Omit<Downloaded, 'mtime'>> {
  const folder = join(tempDir, 'downloads')
  await mkdir(folder, { recursive: true })
  const file = join(folder, randomUUID())
  const hash = createHash('sha256')
  let size = 0
  async function* measured(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  let received = 0
  async function* counted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      received += chunk.length
      yield chunk
    }
  }
  async function* bounded(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of measured(content)) {
      if (size > limits.unpackedFreely && size > received * limits.unpackRatio) {
        throw refused(what, `its Content-Encoding unpacks to more than ${limits.unpackRatio} times what was sent`)
      }
      yield chunk
    }
  }
  const output = createWriteStream(file, { flags: 'wx' })
  // As in BuildKit, gzip of the transfer is decoded; gzip of the file itself is kept.
  if (headers['content-encoding']?.toLowerCase() === 'gzip')
    await pipeline(body, counted, createGunzip(), bounded, output, { signal })
  else await pipeline<Readable, typeof measured, typeof output>(body, measured, output, { signal })
  return { file, digest: `sha256:${hash.digest('hex')}`, size }
}

/**
 * The three formats of an HTTP date, of which the last does not contain GMT.
 * https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 */
function parseTime(text = ''): number {
  if (/^\w+, .* GMT$/.test(text)) return Date.parse(text) || 0
  return /^\w+ \w+ +\d+ [\d:]+ \d+$/.test(text) ? Date.parse(`${text} GMT`) || 0 : 0
}

function toError(failure: HttpFailure, what: string, { host }: URL): ActionError {
  const found = `${what}: ${describeFailure(failure, host)}`
  if (failure.kind === 'connection') {
    return new ActionError('download-failed', found, {
      hint: `See that the runner reaches ${host}, directly or by the proxy in HTTPS_PROXY or HTTP_PROXY.`,
      cause: failure.cause,
    })
  }
  if (failure.status >= 500 || [408, 425, 429].includes(failure.status)) {
    return new ActionError('download-failed', found, { hint: `Run the job again when ${host} answers.` })
  }
  return new ActionError('download-refused', found, {
    hint: 'Check the URL. If the server requires a login, add user and password to the URL.',
  })
}

function refused(what: string, found: string): ActionError {
  return new ActionError('download-refused', `${what}: ${found}`, {
    hint: 'Write the address where the file really is into the Dockerfile.',
  })
}

function basic({ username, password }: UrlCredentials): string {
  return `Basic ${Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64')}`
}

function bare(url: URL): URL {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy
}

/** For messages: without password, and without query, which can contain a signature. */
function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}
