import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { member } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { readFileLimited } from '../../bounds/read-limited.ts'
import { loadYaml } from '../../bounds/yaml.ts'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { classify, fewAttempts, type Table } from '../../retry/classify.ts'
import type { ConnectionFailure } from '../../retry/failure.ts'
import { type Outcome, retry } from '../../retry/retry.ts'
import type { Run } from '../../run-context.ts'
import type { BuildxSpec } from './plan.ts'

/**
 * The environment in which a pod finds its cluster.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Timeout of an API request (milliseconds). */
const patience = 10_000

/** Errors of connections that nobody answered; any other failure, such as of a certificate, is an answer. */
const kubernetesTable: Table = [
  {
    code: [
      ...[
        'ECONNREFUSED',
        'ECONNRESET',
        'ENOTFOUND',
        'EAI_AGAIN',
        'ETIMEDOUT',
        'EHOSTUNREACH',
        'ENETUNREACH',
        'ENETDOWN',
      ],
    ],
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: 'clusters that are started by a step before this one',
  },
]

/**
 * Checks that a Kubernetes builder which this step creates has a cluster: a kubeconfig with a current context (or the
 * service account of a pod), and an API that responds at its address.
 *
 * @throws ActionError `builder-not-found`, `daemon-unreachable`
 */
export async function checkKubernetes(run: Run, { builder }: Pick<BuildxSpec, 'builder'>): Promise<void> {
  if (builder.kind !== 'create' || builder.driver !== 'kubernetes') return
  const { plan, host } = run
  // Any other endpoint is a Docker context, which only buildx reads.
  if (builder.endpoint !== undefined) return
  const paths = kubeconfigs(host.env)
  const found = paths.filter((path) => existsSync(path))
  if (found.length === 0) {
    if (host.env['KUBERNETES_SERVICE_HOST'] && existsSync(serviceAccount)) return
    throw missing(`there is no kubeconfig at ${paths.join(', ')}`)
  }
  const server = await serverOf(found)
  if (plan.preflight && server !== undefined) await checkServer(server, run)
}

/**
 * Returns the kubeconfig files by the rules of Kubernetes' own clients.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
function kubeconfigs(env: Host['env']): readonly string[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return named.length > 0 ? named : [join(env['HOME'] || env['USERPROFILE'] || '', '.kube', 'config')]
}

/**
 * Returns the address of the API in the current context; undefined if it is reached through a proxy or a similar
 * setting.
 */
async function serverOf(paths: readonly string[]): Promise<string | undefined> {
  const parse = await loadYaml()
  const documents = await Promise.all(
    paths.map(async (path) => {
      try {
        return parse(await readFileLimited(path, limits.configFile))
      } catch (error) {
        // A message of the parser can quote the file, which holds credentials.
        const reason = error instanceof Error && /^E[A-Z]+:/.test(error.message) ? messageOf(error) : 'it is not YAML'
        throw missing(`the kubeconfig ${path} cannot be read: ${reason}`)
      }
    }),
  )
  // Of several files, the first that has a value wins.
  const current = documents.map((one) => textOf(one, 'current-context')).find((name) => name !== '')
  const context = named(documents, 'contexts', current)
  const cluster = named(documents, 'clusters', textOf(member(context, 'context'), 'cluster'))
  const server = textOf(member(cluster, 'cluster'), 'server')
  if (server === '' || !URL.canParse(server)) {
    throw missing(`the kubeconfig ${paths.join(', ')} has no current context with the address of a cluster`)
  }
  return textOf(member(cluster, 'cluster'), 'proxy-url') === '' ? server : undefined
}

function named(documents: readonly unknown[], list: string, name: string | undefined): unknown {
  const entries = documents.flatMap((one) => {
    const found = member(one, list)
    return Array.isArray(found) ? (found as readonly unknown[]) : []
  })
  return entries.find((entry) => name !== undefined && textOf(entry, 'name') === name)
}

async function checkServer(server: string, { access, host }: Pick<Run, 'access' | 'host'>): Promise<void> {
  const describe = ({ message }: ConnectionFailure) =>
    `Cannot create a kubernetes builder: the Kubernetes API at ${server} does not answer: ${message}`
  const { log, clock, signal } = host
  const outcome = await retry(
    { attempt: () => reach(server, host), table: kubernetesTable, describe },
    { ...access.retries, log, clock, signal },
  )
  if (outcome.ok) return
  throw new ActionError('daemon-unreachable', describe(outcome.failure), {
    hint: 'Check the address in the kubeconfig, and that this machine reaches it: `kubectl version` asks the same.',
  })
}

/** Succeeds on any response: buildx handles the credentials. */
async function reach(server: string, { http, signal }: Host): Promise<Outcome<void, ConnectionFailure>> {
  try {
    const { body } = await http({ method: 'GET', url: new URL('/version', server).href, timeout: patience, signal })
    body.destroy()
  } catch (cause) {
    if (signal.aborted) throw cause
    const { code = '' } = Object(cause) as NodeJS.ErrnoException
    const failure: ConnectionFailure = { kind: 'connection', code, message: messageOf(cause), cause }
    if (classify(failure, kubernetesTable).verdict !== 'permanent') return { ok: false, failure }
  }
  return { ok: true, value: undefined }
}

function missing(found: string): ActionError {
  return new ActionError('builder-not-found', `Cannot create a kubernetes builder: ${found}`, {
    hint: 'Write a kubeconfig with a current context in a step before this one, and set KUBECONFIG to its path.',
  })
}

function textOf(value: unknown, key: string): string {
  const found = member(value, key)
  return typeof found === 'string' ? found : ''
}
