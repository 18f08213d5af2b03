import { existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { isObject, member } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimited } from '../bounds/read-limited.ts'
import { loadYaml } from '../bounds/yaml.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { Environment, Host, TlsIdentity } from '../host/host.ts'
import { secret } from '../inputs/secret.ts'
import { trimEnd } from '../text/trim-end.ts'
import type { KubeCluster } from './cluster.ts'
import { type ExecPlugin, pluginCredentials } from './exec-plugin.ts'

export type KubeconfigOptions = {
  /** Paths of kubeconfig files, as in KUBECONFIG. Default: KUBECONFIG, then `~/.kube/config`. */
  readonly files?: string | undefined
  /** Default: the current context. */
  readonly context?: string | undefined
  /** Directory of the pod's service account. */
  readonly serviceAccount?: string
}

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Reads the cluster that Kubernetes clients use: the context of the kubeconfig files, or the service account of the pod that this process
 * runs in. https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 *
 * @throws ActionError `builder-not-found` if there is no usable cluster, `feature-missing` for settings that are not supported
 */
export async function readKubeconfig(
  { env }: Pick<Host, 'env'>,
  { files, context, serviceAccount = serviceAccountFolder }: KubeconfigOptions = {},
): Promise<KubeCluster> {
  const paths = kubeconfigPaths(env, files)
  const found = paths.filter(isThere)
  if (found.length > 0) return clusterOf(await Promise.all(found.map(readDocument)), { context, paths: found })
  const inPod = await readServiceAccount(env, serviceAccount)
  if (inPod !== undefined && context === undefined) return inPod
  const instead =
    inPod === undefined
      ? 'and this process does not run in a pod'
      : 'and the service account of this pod has no contexts'
  throw noCluster(`the kubeconfig ${paths.join(', ')} does not exist, ${instead}`)
}

/** Whether a file exists; a path that cannot be followed, such as a link to itself, does: reading it gives the cause. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOTDIR'
  }
}

/** Returns the kubeconfig files that Kubernetes clients read, whether or not they exist. */
export function kubeconfigPaths(env: Environment, files: string = env['KUBECONFIG'] ?? ''): readonly string[] {
  const named = files.split(delimiter).filter((path) => path !== '')
  return named.length > 0 ? named : [join(env['HOME'] || env['USERPROFILE'] || '', '.kube', 'config')]
}

/** A kubeconfig file. Relative paths in it start at its directory. */
type KubeDocument = { readonly path: string; readonly value: unknown }

async function readDocument(path: string): Promise<KubeDocument> {
  const parse = await loadYaml(limits.kubeconfig)
  let text: string
  try {
    text = await readFileLimited(path, limits.kubeconfig)
  } catch (error) {
    throw noCluster(`the kubeconfig ${path} cannot be read: ${messageOf(error)}`)
  }
  try {
    return { path, value: parse(text) }
  } catch {
    // A message of the parser may quote the file, which holds credentials.
    throw noCluster(`the kubeconfig ${path} is not valid YAML`)
  }
}

/**
 * Returns one context of the kubeconfig files as one document with absolute paths, for programs that read a single file. It holds credentials. Without a
 * kubeconfig, it is that of the pod's service account, with paths of the files that the cluster renews in place of credentials.
 *
 * @throws ActionError `builder-not-found`
 */
export async function flattenKubeconfig(
  { env }: Pick<Host, 'env'>,
  { context, serviceAccount = serviceAccountFolder }: Omit<KubeconfigOptions, 'files'>,
): Promise<Readonly<Record<string, unknown>>> {
  const paths = kubeconfigPaths(env).filter(isThere)
  const inPod = paths.length > 0 ? undefined : await readServiceAccount(env, serviceAccount)
  if (inPod !== undefined && context === undefined) return serviceAccountDocument(inPod, serviceAccount)
  const documents = await Promise.all(paths.map(readDocument))
  const name = context ?? documents.map(({ value }) => textAt(value, 'current-context')).find(isSet)
  const found = name === undefined ? undefined : entry(documents, 'contexts', name, 'context')
  if (found === undefined) throw noCluster(`the kubeconfig ${paths.join(', ')} has no context "${name ?? ''}"`)
  const named = (list: 'clusters' | 'users', key: 'cluster' | 'user') => {
    const own = textAt(found.value, key)
    const one = entry(documents, list, own, key)
    return one === undefined ? [] : [{ name: own, [key]: withAbsolutePaths(one) }]
  }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: found.value }],
    clusters: named('clusters', 'cluster'),
    users: named('users', 'user'),
  }
}

function withAbsolutePaths({ path, value }: KubeDocument): unknown {
  if (!isObject(value)) return value
  const keys = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']
  const files = keys.filter((key) => textAt(value, key) !== '')
  const absolute = files.map((key) => [key, resolve(dirname(path), textAt(value, key))])
  const exec = member(value, 'exec')
  const command = textAt(exec, 'command')
  // As clients do it: a name is searched in PATH, a path starts at the kubeconfig.
  const plugin = /[/\\]/.test(command) ? { exec: { ...Object(exec), command: resolve(dirname(path), command) } } : {}
  return { ...value, ...Object.fromEntries(absolute), ...plugin }
}

type ClusterOptions = { readonly context: string | undefined; readonly paths: readonly string[] }

async function clusterOf(documents: readonly KubeDocument[], options: ClusterOptions): Promise<KubeCluster> {
  const source = options.paths.join(', ')
  // Of several files, the first that has a value counts.
  const name = options.context ?? documents.map(({ value }) => textAt(value, 'current-context')).find(isSet)
  if (name === undefined) throw noCluster(`the kubeconfig ${source} has no current context`)
  const context = entry(documents, 'contexts', name, 'context')
  if (context === undefined) throw noCluster(`the kubeconfig ${source} has no context "${name}"`)
  const clusterName = textAt(context.value, 'cluster')
  const cluster = entry(documents, 'clusters', clusterName, 'cluster')
  const server = trimEnd(textAt(cluster?.value, 'server'), '/')
  if (cluster === undefined || !/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw noCluster(
      `the kubeconfig ${source} has no cluster "${clusterName}" with the address of a server (context "${name}")`,
    )
  }
  if (textAt(cluster.value, 'proxy-url') !== '') {
    throw notSupported(`the cluster "${clusterName}" in ${source} has a \`proxy-url\``, 'Set HTTPS_PROXY instead.')
  }
  const userName = textAt(context.value, 'user')
  const user = userName === '' ? undefined : entry(documents, 'users', userName, 'user')
  if (userName !== '' && user === undefined) {
    throw noCluster(`the kubeconfig ${source} has no user "${userName}" (context "${name}")`)
  }
  const ca = await pem(cluster, 'certificate-authority')
  return {
    server,
    context: name,
    namespace: textAt(context.value, 'namespace') || 'default',
    source,
    tls: {
      ca,
      verify: member(cluster.value, 'insecure-skip-tls-verify') !== true,
      ...named(textAt(cluster.value, 'tls-server-name')),
    },
    credentials: credentialsOf(user, { userName, source, cluster: { server, ca } }),
  }
}

function named(name: string): Pick<TlsIdentity, 'name'> {
  return name === '' ? {} : { name }
}

/** Returns the entry of a list of named objects; the first file that has it counts. */
function entry(
  documents: readonly KubeDocument[],
  list: 'contexts' | 'clusters' | 'users',
  name: string,
  key: 'context' | 'cluster' | 'user',
): KubeDocument | undefined {
  for (const { path, value } of documents) {
    const entries = member(value, list)
    const found = Array.isArray(entries) ? entries.find((one: unknown) => textAt(one, 'name') === name) : undefined
    if (found !== undefined) return { path, value: member(found, key) }
  }
  return undefined
}

type UserOptions = {
  readonly userName: string
  readonly source: string
  readonly cluster: { readonly server: string; readonly ca: string | undefined }
}

/** Reads a user's entry. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
function credentialsOf(
  user: KubeDocument | undefined,
  { userName, source, cluster }: UserOptions,
): KubeCluster['credentials'] {
  if (user === undefined) return async () => ({ authorization: undefined, certificate: undefined })
  const refused = ['auth-provider', 'as', 'as-uid', 'as-groups', 'as-user-extra'].find(
    (key) => member(user.value, key) !== undefined,
  )
  if (refused !== undefined) {
    throw notSupported(
      `the user "${userName}" in ${source} has \`${refused}\``,
      'Use a token, a client certificate or an exec plugin.',
    )
  }
  const token = textAt(user.value, 'token')
  const tokenFile = textAt(user.value, 'tokenFile')
  const [name, password] = [textAt(user.value, 'username'), textAt(user.value, 'password')]
  const plugin = readPlugin(user, userName)
  const fromPlugin = plugin && pluginCredentials(plugin, cluster)
  return async (host, rejected) => {
    const [cert, key] = [await pem(user, 'client-certificate'), await pem(user, 'client-key')]
    if (cert !== undefined && key === undefined)
      throw noCluster(`the user "${userName}" in ${source} has no client key`)
    const certificate = cert === undefined || key === undefined ? undefined : { cert, key: secret(key) }
    const bearer = tokenFile === '' ? token : await readToken(resolve(dirname(user.path), tokenFile), token)
    if (bearer !== '') return { authorization: secret(`Bearer ${bearer}`), certificate }
    if (name !== '') {
      return { authorization: secret(`Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`), certificate }
    }
    if (certificate !== undefined || fromPlugin === undefined) return { authorization: undefined, certificate }
    return await fromPlugin(host, rejected)
  }
}

function readPlugin({ path, value }: KubeDocument, user: string): ExecPlugin | undefined {
  const exec = member(value, 'exec')
  if (!isObject(exec)) return undefined
  const command = textAt(exec, 'command')
  const list = (key: string): readonly unknown[] => {
    const found = exec[key]
    return Array.isArray(found) ? found : []
  }
  return {
    user,
    // As clients do it: a name is searched in PATH, a path starts at the kubeconfig.
    command: /[/\\]/.test(command) ? resolve(dirname(path), command) : command,
    args: list('args').map(String),
    env: Object.fromEntries(list('env').map((one) => [textAt(one, 'name'), textAt(one, 'value')])),
    apiVersion: textAt(exec, 'apiVersion'),
    providesCluster: exec['provideClusterInfo'] === true,
    installHint: textAt(exec, 'installHint'),
  }
}

/** Returns a certificate or key: base64 in the file, or the path of a file with it. */
async function pem({ path, value }: KubeDocument, key: string): Promise<string | undefined> {
  const data = textAt(value, `${key}-data`)
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8')
  const file = textAt(value, key)
  return file === '' ? undefined : await readPart(resolve(dirname(path), file))
}

async function readPart(path: string): Promise<string> {
  try {
    return await readFileLimited(path, limits.configFile)
  } catch (error) {
    throw noCluster(`${path}, which the kubeconfig names, cannot be read: ${messageOf(error)}`)
  }
}

/** A file without a readable token leaves the token of the kubeconfig in use. */
async function readToken(path: string, otherwise: string): Promise<string> {
  if (otherwise !== '' && !existsSync(path)) return otherwise
  return (await readPart(path)).trim()
}

async function readServiceAccount(env: Environment, folder: string): Promise<KubeCluster | undefined> {
  const { KUBERNETES_SERVICE_HOST: address, KUBERNETES_SERVICE_PORT: port = '443' } = env
  const tokenFile = join(folder, 'token')
  if (!address || !existsSync(tokenFile)) return undefined
  const optional = async (name: string) => {
    const path = join(folder, name)
    return existsSync(path) ? await readPart(path) : undefined
  }
  return {
    server: `https://${address.includes(':') ? `[${address}]` : address}:${port}`,
    context: undefined,
    namespace: (await optional('namespace'))?.trim() || 'default',
    source: 'the service account of this pod',
    tls: { ca: await optional('ca.crt'), verify: true },
    credentials: async () => ({
      authorization: secret(`Bearer ${(await readPart(tokenFile)).trim()}`),
      certificate: undefined,
    }),
  }
}

function serviceAccountDocument({ server, namespace }: KubeCluster, folder: string): Readonly<Record<string, unknown>> {
  const name = 'service-account'
  const authority = join(folder, 'ca.crt')
  const ca = existsSync(authority) ? { 'certificate-authority': authority } : {}
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    clusters: [{ name, cluster: { server, ...ca } }],
    users: [{ name, user: { tokenFile: join(folder, 'token') } }],
  }
}

function noCluster(found: string): ActionError {
  return new ActionError('builder-not-found', `Cannot use Kubernetes: ${found}`, {
    hint: 'Write a kubeconfig with a current context in a step before this one, and set KUBECONFIG to its path.',
  })
}

function notSupported(found: string, hint: string): ActionError {
  return new ActionError('feature-missing', `Cannot use Kubernetes: ${found}, which is not supported`, { hint })
}

function textAt(value: unknown, key: string): string {
  const found = member(value, key)
  return typeof found === 'string' ? found : ''
}

function isSet(text: string): boolean {
  return text !== ''
}
