import { member, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { LimitError, readLimited } from '../bounds/read-limited.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { secret } from '../inputs/secret.ts'
import type { Credentials, KubeCluster } from './cluster.ts'

/** A program that returns credentials, as a kubeconfig describes it. */
export type ExecPlugin = {
  /** Name of the user in the kubeconfig, for messages. */
  readonly user: string
  /** A name that is searched in PATH, or an absolute path. */
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly apiVersion: string
  /** Whether the plugin gets the cluster that the credentials are for. */
  readonly providesCluster: boolean
  /** What the kubeconfig says if the program is not installed. */
  readonly installHint: string
}

type PluginCluster = { readonly server: string; readonly ca: string | undefined }

/** Milliseconds that credentials must still be valid for to be used again. */
const margin = 30_000

/** Milliseconds for which a failure of the plugin is the answer to further requests: each would wait for a plugin that hangs. */
const failureTime = 60_000

/**
 * Returns the credentials of a plugin, which runs for the first request, after they expire, when the API rejected them, and some time after it failed.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function pluginCredentials(plugin: ExecPlugin, cluster: PluginCluster): KubeCluster['credentials'] {
  let current: Promise<PluginRun> | undefined
  return async (host, rejected = false) => {
    const last = rejected ? undefined : await current
    if (last !== undefined && isValid(last)) return credentialsOf(last)
    current = runPlugin(plugin, { cluster, host }).catch((error: unknown) => ({ error, failedAt: Date.now() }))
    return credentialsOf(await current)
  }
}

/** `failedAt`: milliseconds since the epoch. */
type PluginRun = PluginAnswer | { readonly error: unknown; readonly failedAt: number }

function isValid(run: PluginRun): boolean {
  const now = Date.now()
  if (!('error' in run)) return run.expires === undefined || run.expires > now + margin
  // A caller that was cancelled says nothing about the plugin.
  const isFailure = run.error instanceof ActionError && run.error.code !== 'cancelled'
  return isFailure && now < run.failedAt + failureTime
}

function credentialsOf(run: PluginRun): Credentials {
  if ('error' in run) throw run.error
  return run.credentials
}

/** `expires`: milliseconds since the epoch; undefined: when this process ends. */
type PluginAnswer = { readonly credentials: Credentials; readonly expires: number | undefined }

async function runPlugin(
  plugin: ExecPlugin,
  { cluster, host }: { readonly cluster: PluginCluster; readonly host: Pick<Host, 'exec'> },
): Promise<PluginAnswer> {
  const { command, args, env } = plugin
  let output = ''
  const result = await host
    .exec(command, args, {
      env: { ...env, KUBERNETES_EXEC_INFO: JSON.stringify(requestOf(plugin, cluster)) },
      timeout: limits.pluginTime,
      stdout: async (stream) => {
        output = (await readLimited(stream, limits.answer)).toString('utf8')
      },
    })
    .catch((error: unknown) => {
      throw error instanceof LimitError ? failed(plugin, 'its output is too large') : error
    })
  if (result.status === 127) throw failed(plugin, 'it is not installed', plugin.installHint)
  // Standard output may hold a token.
  if (!result.ok) throw failed(plugin, result.stderr.trim() || `it exited with ${result.status}`)
  return readAnswer(plugin, output)
}

function requestOf({ apiVersion, providesCluster }: ExecPlugin, { server, ca }: PluginCluster): object {
  const authority = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca, 'utf8').toString('base64') }
  const cluster = providesCluster ? { cluster: { server, ...authority } } : {}
  return { apiVersion, kind: 'ExecCredential', spec: { ...cluster, interactive: false } }
}

function readAnswer(plugin: ExecPlugin, text: string): PluginAnswer {
  let answer: unknown
  try {
    answer = parseJson(text)
  } catch {
    throw failed(plugin, 'its output is not JSON')
  }
  const status = member(answer, 'status')
  const textOf = (key: string): string | undefined => {
    const found = member(status, key)
    return typeof found === 'string' && found !== '' ? found : undefined
  }
  const [token, cert, key] = [textOf('token'), textOf('clientCertificateData'), textOf('clientKeyData')]
  const certificate = cert === undefined || key === undefined ? undefined : { cert, key: secret(key) }
  if (token === undefined && certificate === undefined) {
    throw failed(plugin, 'its output has neither a token nor a client certificate')
  }
  const expires = Date.parse(textOf('expirationTimestamp') ?? '')
  return {
    credentials: { authorization: token === undefined ? undefined : secret(`Bearer ${token}`), certificate },
    expires: Number.isNaN(expires) ? undefined : expires,
  }
}

function failed({ user, command }: ExecPlugin, reason: string, hint = ''): ActionError {
  return new ActionError(
    'builder-denied',
    `Cannot get credentials for Kubernetes from ${command} (user "${user}" of the kubeconfig): ${reason}`,
    { hint: hint || 'Run the plugin on this machine to see why it fails, or use a token in the kubeconfig.' },
  )
}
