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

/** A pod finds its cluster by these. https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Milliseconds without an answer of the API. */
const patience = 10_000

/** Connections to which nobody answered; every other failure, such as of a certificate, is an answer. */
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
 * Checks that a Kubernetes builder which this step creates has a cluster to go to: a kubeconfig with a current context (or the service
 * account of a pod), and an API that answers at its address.
 *
 * @throws ActionError `builder-not-found`, `daemon-unreachable`
 */
export async function checkKubernetes(run: Run, { builder }: Pick<BuildxSpec, 'builder'>): Promise<void> {
  if (builder.kind !== 'create' || builder.driver !== 'kubernetes') return
  const { plan, host } = run
  // Another endpoint is a context of Docker's, which only buildx reads.
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

/** As Kubernetes' own clients look for it. https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ */
function kubeconfigs(env: Host['env']): readonly string[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return named.length > 0 ? named : [join(env['HOME'] || env['USERPROFILE'] || '', '.kube', 'config')]
}

/** Address of the API in the current context; undefined where it is reached in a way of its own. */
async function serverOf(paths: readonly string[]): Promise<string | undefined> {
  const parse = await loadYaml()
  const documents = await Promise.all(
    paths.map(async (path) => {
      try {
        return parse(await readFileLimited(path, limits.configFile))
      } catch (error) {
        // A message of the parser may quote the file, which holds credentials.
        const reason = error instanceof Error && /^E[A-Z]+:/.test(error.message) ? messageOf(error) : 'it is not YAML'
        throw missing(`the kubeconfig ${path} cannot be read: ${reason}`)
      }
    }),
  )
  // Of several files the first that says something counts.
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

/** Succeeds where somebody answers, in whatever words: credentials are buildx's affair. */
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
