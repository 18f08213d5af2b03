import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Host } from '../../../src/host/host.ts'
import type { Credentials } from '../../../src/kubernetes/cluster.ts'
import { flattenKubeconfig, type KubeconfigOptions, readKubeconfig } from '../../../src/kubernetes/kubeconfig.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A kubeconfig with one context; `user` is its user in YAML's flow style. */
function config(user: string, { cluster = '', name = 'one' } = {}): string {
  return `apiVersion: v1
kind: Config
current-context: ${name}
contexts: [{name: ${name}, context: {cluster: c-${name}, user: u-${name}, namespace: team-a}}]
clusters: [{name: c-${name}, cluster: {server: "https://${name}.example:6443/"${cluster}}}]
users: [{name: u-${name}, user: ${user}}]
`
}

/** Reads the files with KUBECONFIG set to them. */
async function read(files: Readonly<Record<string, string>>, options?: KubeconfigOptions) {
  const folder = tempFolder(files)
  const paths = Object.keys(files).filter((name) => name.endsWith('.yaml'))
  const env = { KUBECONFIG: paths.map((name) => join(folder, name)).join(':') }
  return { folder, cluster: await readKubeconfig({ env }, options) }
}

/** The secrets as text, for comparison. */
function shown({ authorization, certificate }: Credentials) {
  return {
    authorization: authorization?.reveal(),
    ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key.reveal() }),
  }
}

function testHost(env: Host['env'] = process.env) {
  const host = createTestHost({ env })
  onTestFinished(host.close)
  return host
}

test('the current context gives server, namespace, authority and token', async () => {
  const cluster = `, certificate-authority-data: ${base64('authority')}, tls-server-name: kube.example`
  const { cluster: found } = await read({ 'a.yaml': config('{token: t0}', { cluster }) })
  expect(found).toMatchObject({
    server: 'https://one.example:6443',
    context: 'one',
    namespace: 'team-a',
    tls: { ca: 'authority', verify: true, name: 'kube.example' },
  })
  expect(shown(await found.credentials(testHost()))).toEqual({ authorization: 'Bearer t0' })
  // A log or a debug output of it has no token.
  expect(JSON.stringify(found)).not.toContain('t0')
})

test('files beside the kubeconfig are read when they are needed, each time', async () => {
  const user = '{client-certificate: tls/me.crt, client-key: tls/me.key, tokenFile: token}'
  const files = { 'a.yaml': config(user, { cluster: ', insecure-skip-tls-verify: true' }) }
  const { cluster, folder } = await read({ ...files, 'tls/me.crt': 'C', 'tls/me.key': 'K', token: 't1\n' })
  expect(cluster.tls).toEqual({ ca: undefined, verify: false })
  expect(shown(await cluster.credentials(testHost()))).toEqual({ authorization: 'Bearer t1', cert: 'C', key: 'K' })
  writeProgram(join(folder, 'token'), '')
  expect(shown(await cluster.credentials(testHost())).authorization).toBe('Bearer #!/bin/sh')
})

test('of several files the first that has a value counts, and files that do not exist are ignored', async () => {
  const files = { 'a.yaml': config('{token: t0}'), 'b.yaml': config('{username: u, password: p}', { name: 'two' }) }
  expect((await read(files)).cluster.context).toBe('one')
  const { cluster } = await read(files, { context: 'two' })
  expect(cluster.server).toBe('https://two.example:6443')
  expect(shown(await cluster.credentials(testHost()))).toEqual({ authorization: `Basic ${base64('u:p')}` })
  const folder = tempFolder({ config: files['a.yaml'] })
  const env = { KUBECONFIG: `/nonexistent/config:${join(folder, 'config')}` }
  expect((await readKubeconfig({ env })).context).toBe('one')
})

test.each([
  { name: 'not YAML', text: 'a: [token: hunter2', says: 'is not valid YAML' },
  { name: 'no context', text: 'kind: Config', says: 'has no current context' },
  { name: 'an unknown context', text: 'current-context: x', says: 'has no context "x"' },
  {
    name: 'no server',
    text: 'current-context: x\ncontexts: [{name: x, context: {cluster: y}}]',
    says: 'has no cluster "y" with the address of a server (context "x")',
  },
  {
    name: 'a user that does not exist',
    text: config('{}').replace('name: u-one,', 'name: other,'),
    says: 'has no user "u-one" (context "one")',
  },
  { name: 'a proxy', text: config('{}', { cluster: ', proxy-url: "http://p:1"' }), says: 'has a `proxy-url`' },
  { name: 'impersonation', text: config('{as: root}'), says: 'has `as`, which is not supported' },
  {
    name: 'an authority that cannot be read',
    text: config('{}', { cluster: ', certificate-authority: ca.crt' }),
    says: /ca\.crt, which the kubeconfig names, cannot be read: ENOENT/,
  },
])('a kubeconfig with $name is an error that says so and quotes nothing', async ({ text, says }) => {
  const error = await read({ 'a.yaml': text }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    message: expect.stringMatching(says instanceof RegExp ? says : ''),
    name: 'ActionError',
  })
  if (typeof says === 'string') expect(String(error)).toContain(says)
  expect(String(error)).not.toContain('hunter2')
})

test('without a kubeconfig the service account of the pod is used; its token is read each time', async () => {
  const folder = tempFolder({ token: 't2\n', 'ca.crt': 'CA', namespace: 'runners' })
  const env = { HOME: '/nonexistent', KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
  const cluster = await readKubeconfig({ env }, { serviceAccount: folder })
  expect(cluster).toMatchObject({
    server: 'https://[fd00::1]:443',
    context: undefined,
    namespace: 'runners',
    tls: { ca: 'CA', verify: true },
  })
  expect(shown(await cluster.credentials(testHost()))).toEqual({ authorization: 'Bearer t2' })
  const none = readKubeconfig({ env: { HOME: '/nonexistent' } }, { serviceAccount: folder })
  await expect(none).rejects.toThrow(
    'the kubeconfig /nonexistent/.kube/config does not exist, and this process does not run in a pod',
  )
})

const plugin = (command: string, more = '') =>
  config(
    `{exec: {apiVersion: client.authentication.k8s.io/v1, command: ${command}, args: [get], env: [{name: P, value: v}]${more}}}`,
  )

test('a credential plugin runs once, and again when the API rejects its token or it expires', async () => {
  const files = { 'a.yaml': plugin('./bin/plugin', ', provideClusterInfo: true'), 'bin/': '', count: '' }
  const { cluster, folder } = await read(files)
  const answer = `'{"status":{"token":"%s-%s-%s","expirationTimestamp":"'$EXPIRES'"}}'`
  writeProgram(
    join(folder, 'bin/plugin'),
    `cd ${folder}; echo >>count; echo "$KUBERNETES_EXEC_INFO" >info; printf ${answer} "$1" "$P" "$(grep -c '' count)"`,
  )
  const token = async (host: Host, rejected?: boolean) => shown(await cluster.credentials(host, rejected)).authorization
  const lasting = testHost({ ...process.env, EXPIRES: '2126-01-01T00:00:00Z' })
  expect(await token(lasting)).toBe('Bearer get-v-1')
  expect(await token(lasting)).toBe('Bearer get-v-1')
  const expired = testHost({ ...process.env, EXPIRES: '2020-01-01T00:00:00Z' })
  expect(await token(expired, true)).toBe('Bearer get-v-2')
  expect(await token(expired)).toBe('Bearer get-v-3')
  expect(JSON.parse(readFileSync(join(folder, 'info'), 'utf8'))).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { cluster: { server: 'https://one.example:6443' }, interactive: false },
  })
})

test.each([
  { script: 'echo denied >&2; exit 3', says: 'from PROGRAM (user "u-one" of the kubeconfig): denied' },
  { script: 'echo hunter2', says: 'its output is not JSON' },
  // Endless: only a limit ends it.
  { script: 'exec cat /dev/zero', says: 'its output is too large' },
  { script: `echo '{"status":{}}'`, says: 'its output has neither a token nor a client certificate' },
])('a plugin that fails is an error: $says', async ({ script, says }) => {
  const { cluster, folder } = await read({ 'a.yaml': plugin('./plugin') })
  writeProgram(join(folder, 'plugin'), script)
  const error = await cluster.credentials(testHost()).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'builder-denied' })
  expect(String(error).replaceAll(join(folder, 'plugin'), 'PROGRAM')).toContain(says)
  expect(String(error)).not.toContain('hunter2')
})

test('a plugin that fails does not run again for the next requests', async () => {
  const { cluster, folder } = await read({ 'a.yaml': plugin('./plugin'), count: '' })
  writeProgram(join(folder, 'plugin'), `cd ${folder}; echo >>count; echo denied >&2; exit 3`)
  const runs = () => readFileSync(join(folder, 'count'), 'utf8').length
  const ask = (rejected?: boolean) => cluster.credentials(testHost(), rejected)
  // One host was cancelled, which says nothing about the plugin.
  const over = createTestHost({ env: process.env, signal: AbortSignal.abort() })
  onTestFinished(over.close)
  await expect(cluster.credentials(over)).rejects.toMatchObject({ code: 'cancelled' })
  const before = runs()
  await expect(ask()).rejects.toThrow('denied')
  await Promise.all([ask(), ask()].map((asked) => expect(asked).rejects.toThrow('denied')))
  expect(runs()).toBe(before + 1)
  await expect(ask(true)).rejects.toThrow('denied')
  expect(runs()).toBe(before + 2)
})

test('a kubeconfig that is a link to itself is an error with the cause', async () => {
  const folder = tempFolder({})
  symlinkSync('config', join(folder, 'config'))
  await expect(readKubeconfig({ env: { KUBECONFIG: join(folder, 'config') } })).rejects.toMatchObject({
    code: 'builder-not-found',
    message: expect.stringMatching(/cannot be read: .*ELOOP/),
  })
})

test('a plugin that is not installed is an error with the hint of the kubeconfig', async () => {
  const { cluster } = await read({ 'a.yaml': plugin('no-such-plugin', ', installHint: Install it.') })
  await expect(cluster.credentials(testHost())).rejects.toMatchObject({
    message: expect.stringContaining('it is not installed'),
    hint: 'Install it.',
  })
})

test('flattenKubeconfig() makes one file of several, with absolute paths', async () => {
  const folder = tempFolder({
    a: 'current-context: one\ncontexts: [{name: one, context: {cluster: c, user: u}}]\n',
    b: `clusters: [{name: c, cluster: {server: "https://c", certificate-authority: ca.crt}}]
users: [{name: u, user: {tokenFile: /run/token, exec: {command: ./plugin, args: [x]}}}, {name: other, user: {token: t}}]
`,
  })
  const env = { KUBECONFIG: [join(folder, 'a'), join(folder, 'gone'), join(folder, 'b')].join(':') }
  expect(await flattenKubeconfig({ env }, {})).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://c', 'certificate-authority': join(folder, 'ca.crt') } }],
    users: [{ name: 'u', user: { tokenFile: '/run/token', exec: { command: join(folder, 'plugin'), args: ['x'] } } }],
  })
  await expect(flattenKubeconfig({ env }, { context: 'two' })).rejects.toMatchObject({ code: 'builder-not-found' })
})
