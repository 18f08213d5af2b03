import { isObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { proxyFor } from '../host/http/proxy.ts'

/** How buildkitd responds to a connection. */
export type Buildkitd =
  | { readonly kind: 'responds' }
  /** It accepts connections, or drops them without an answer. */
  | { readonly kind: 'silent' }
  /** The connection is refused, or its certificates are not accepted. */
  | { readonly kind: 'absent'; readonly cause: string }

/** The errors of Node.js that mean that no byte arrived in time. */
const silence = /^no (?:answer|connection|complete answer) |timed out|ETIMEDOUT/

/** The errors about an answer that is not HTTP/1: buildkitd speaks HTTP/2 only. */
const answered = /Parse Error|HPE_|socket hang up|no application protocol/i

/**
 * Connects to buildkitd at a `tcp://` address and waits for its first byte; undefined for other addresses, and behind a proxy, which
 * buildx does not use. `options` are those of the driver. buildx itself waits 20 s and does not print the cause.
 */
export async function askBuildkitd(
  endpoint: string,
  { options, signal }: { readonly options: unknown; readonly signal: AbortSignal },
  { http, env }: Pick<Host, 'http' | 'env'>,
): Promise<Buildkitd | undefined> {
  if (!endpoint.startsWith('tcp://')) return undefined
  const given = isObject(options) ? options : {}
  try {
    const read = (name: string) => readFileLimitedSync(String(given[name]), limits.configFile)
    const tls =
      given['cacert'] === undefined
        ? undefined
        : {
            ca: read('cacert'),
            own: given['cert'] === undefined ? undefined : { cert: read('cert'), key: read('key') },
            verify: true,
          }
    const url = endpoint.replace(/^tcp:/, tls ? 'https:' : 'http:')
    if (proxyFor(new URL(url), env) !== undefined) return undefined
    const { body } = await http({ method: 'GET', url, timeout: limits.nodeSilence, signal, ...(tls ? { tls } : {}) })
    body.destroy()
    return { kind: 'responds' }
  } catch (error) {
    const cause = messageOf(error)
    if (silence.test(cause)) return { kind: 'silent' }
    return answered.test(cause) ? { kind: 'responds' } : { kind: 'absent', cause }
  }
}
