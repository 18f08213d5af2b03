import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cleanUpStep } from '../../src/clean-up-step.ts'
import { sessionName } from '../../src/cleanup/session-name.ts'
import type { ContainerSpec } from '../../src/containers/containers.ts'
import { planKubeContainers } from '../../src/containers/kubernetes/plan-kube-containers.ts'
import { openContainers } from '../../src/containers/open-containers.ts'
import { systemClock } from '../../src/host/clock.ts'
import { askApi } from '../../src/kubernetes/api.ts'
import { readKubeconfig } from '../../src/kubernetes/kubeconfig.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { createTestHost } from '../support/host.ts'
import { containerOf } from '../support/smoke-test.ts'
import { createJob, runStep } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// Smoke tests as pods of a real cluster, which has one amd64 node with emulators.

const namespace = `e2e-pods-${process.pid}`

function kubectl(...args: readonly string[]): string {
  const { kubectl: program, kubeconfig } = part('kube')
  const all = ['--kubeconfig', kubeconfig, '--namespace', namespace, ...args]
  return execFileSync(program, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The permissions that docs/smoke-test.md lists for the namespace. */
function documentedRules(): readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[] {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/smoke-test.md'), 'utf8')
  const [, table = ''] = /\n\| resource \| verbs \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(page) ?? []
  const rows = [...table.matchAll(/^\| `([a-z/]+)`.*?\| ([a-z, ]+)/gm)]
  const namespaced = rows.filter(([, resource]) => resource !== 'nodes')
  return namespaced.map(([, resource = '', verbs = '']) => ({
    apiGroups: [resource === 'jobs' ? 'batch' : ''],
    resources: [resource],
    verbs: verbs.trim().split(', '),
  }))
}

/** A service account of the namespace with these permissions and no others. Returns its token. */
function createUser(): string {
  const metadata = { name: 'tester', namespace }
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata }
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'tester' }
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { ...rbac, kind: 'Role', rules: documentedRules() },
    { ...rbac, kind: 'RoleBinding', roleRef, subjects: [{ kind: 'ServiceAccount', ...metadata }] },
  ]
  const { kubectl: program, kubeconfig } = part('kube')
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  execFileSync(program, ['--kubeconfig', kubeconfig, 'apply', '--filename', '-'], { input, stdio: 'pipe' })
  return kubectl('create', 'token', 'tester').trim()
}

/** What is left of steps. Pods end within a second after the deletion of their Job. */
async function left(): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const selector = ['--selector', 'app.kubernetes.io/managed-by=polyarch', '--output', 'name']
    const found = kubectl('get', 'jobs,pods,secrets', ...selector).trim()
    if (found === '' || attempt === 40) return found
    await new Promise((done) => setTimeout(done, 250))
  }
}

let token = ''
const undo: (() => unknown)[] = []
afterEach(() => {
  for (const one of undo.splice(0)) one()
})

/** Containers of a step with a directory of its own, and the step's clean-up. Its user has the documented permissions only. */
async function step() {
  const temp = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
  const tempDir = mkdtempSync(join(temp, 'polyarch-'))
  chmodSync(tempDir, 0o700)
  const cancel = new AbortController()
  // The first file that has a value counts.
  const own = join(temp, 'kubeconfig')
  writeFileSync(own, JSON.stringify({ users: [{ name: 'admin', user: { token } }] }))
  const env = { ...process.env, KUBECONFIG: `${own}:${part('kube').kubeconfig}`, RUNNER_TEMP: temp }
  const host = createTestHost({ env, tempDir, clock: systemClock, signal: cancel.signal })
  undo.push(host.close, () => rmSync(temp, { recursive: true }))
  const containers = await openContainers(planKubeContainers({ context: 'rig', namespace, tolerations: [] }), host)
  const cleanUp = () => cleanUpStep(tempDir, { env, os: 'linux' })
  return { containers, cancel, cleanUp, name: `${sessionName(tempDir)}-smoke` }
}

/** The child manifest of a platform in the index of the rig's base image: by the index, every node takes its own. */
async function baseOf(architecture: string): Promise<string> {
  const { registry } = part('kube')
  const headers = {
    accept: 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json',
  }
  const answer = await fetch(`http://${registry}/v2/base/manifests/1`, { headers })
  const { manifests } = (await answer.json()) as {
    manifests: { digest: string; platform: { architecture: string } }[]
  }
  const found = manifests.find(({ platform }) => platform.architecture === architecture)
  return `${registry}/base@${found?.digest}`
}

function specOf(image: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image,
    platform: parsePlatform('amd64'),
    lifetime: 60_000,
    entrypoint: undefined,
    command: undefined,
    user: undefined,
    workdir: undefined,
    addHosts: [],
    env: {},
    ports: [],
    volumes: [],
    options: containerOf(),
    ...more,
  }
}

describe.skipIf(missing('kube', 'plugins', 'builderImage', 'base'))('smoke tests as pods', () => {
  beforeAll(() => {
    kubectl('create', 'namespace', namespace)
    token = createUser()
  })
  afterAll(() => void kubectl('delete', 'namespace', namespace, '--wait=false'))

  it('asks a service of each platform through the API, the foreign one emulated, and leaves nothing', async () => {
    const { registry, kubeconfig } = part('kube')
    const Dockerfile = [
      `FROM ${registry}/base:1`,
      'RUN mkdir /www && uname -m > /www/machine',
      'CMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]',
    ]
    const job = createJob({ Dockerfile: Dockerfile.join('\n') }, { KUBECONFIG: kubeconfig })
    undo.push(job.remove)
    const inputs = {
      ...{ driver: 'kubernetes', registry: `http://${registry}`, push: 'true', platforms: 'amd64, arm64' },
      ...{ images: `${registry}/pods/app`, tags: 'e2e' },
      'driver-opts': `namespace=${namespace}\nimage=${registry}/buildkit:rig`,
      'buildkitd-config-inline': `[registry."${registry}"]\n  http = true\n`,
      'smoke-test': 'expect: { http: { path: /machine, port: 8080, contains: "/x86_64|aarch64/" } }',
    }
    const step = await runStep(job, inputs)
    expect(step.status, step.log).toBe(0)
    expect(step.log).toMatch(/linux\/amd64: passed in [\d.]+ s$/m)
    expect(step.log).toMatch(/linux\/arm64: passed in [\d.]+ s, emulated$/m)
    expect(await left()).toBe('')
  })

  it('judges a container by its exit status and output; variables, user and words arrive as they are', async () => {
    const { containers, name } = await step()
    const script = 'echo "$A $(id -u) $(uname -m) $0"; echo err >&2; exit 7'
    const image = await baseOf('arm64')
    const entrypoint = ['sh', '-c', script, '$(A) $$']
    const platform = parsePlatform('arm64')
    const spec = specOf(image, { platform, entrypoint, user: '1000', env: { A: 'a$(B)$$' } })
    expect(await containers.run(name, spec)).toBeUndefined()
    expect(await containers.wait(name, AbortSignal.timeout(30_000))).toBe(7)
    expect(await containers.logs(name)).toEqual(['a$(B)$$ 1000 aarch64 $(A) $$', 'err'])
    await containers.remove(name)
    expect(await left()).toBe('')
  })

  it('knows its cluster inside of a pod, by the service account', async () => {
    const { kubeconfig } = part('kube')
    const admin = await readKubeconfig({ env: {} }, { files: kubeconfig })
    const { hostname, port } = new URL(admin.server)
    const folder = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
    for (const [file, text] of Object.entries({ token, namespace, 'ca.crt': admin.tls.ca ?? '' })) {
      writeFileSync(join(folder, file), text)
    }
    const env = { HOME: folder, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    const host = createTestHost({ env })
    undo.push(host.close, () => rmSync(folder, { recursive: true }))
    const cluster = await readKubeconfig(host, { serviceAccount: folder })
    expect(cluster).toMatchObject({ server: admin.server, namespace })
    const ask = (path: string) => askApi(cluster, { method: 'GET', path }, host)
    expect(await ask(`/api/v1/namespaces/${namespace}/pods`)).toMatchObject({ ok: true })
    expect(await ask('/api/v1/nodes')).toMatchObject({ status: 403, reason: 'Forbidden' })
  })

  it('explains a pod that does not start', async () => {
    const { containers, name, cleanUp } = await step()
    const { registry } = part('kube')
    const nowhere = `${registry}/base@sha256:${'0'.repeat(64)}`
    await expect(containers.run(`${name}-1`, specOf(nowhere))).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(`${nowhere}: not found (ErrImagePull)`),
    })
    const missingProgram = specOf(await baseOf('amd64'), { entrypoint: ['/nope'] })
    expect(await containers.run(`${name}-2`, missingProgram)).toEqual({
      reason: expect.stringContaining('exec: "/nope": stat /nope: no such file or directory'),
    })
    kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted')
    await expect(containers.run(`${name}-3`, specOf(nowhere))).rejects.toMatchObject({
      code: 'builder-denied',
      message: expect.stringContaining('violates PodSecurity "restricted:latest"'),
    })
    kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce-')
    expect(await cleanUp()).toEqual([])
    expect(await left()).toBe('')
  })

  it('leaves nothing of a run that was cancelled, and Kubernetes ends what nobody cleans up', async () => {
    const { containers, name, cancel, cleanUp } = await step()
    const entrypoint = ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done']
    await containers.run(name, specOf(await baseOf('amd64'), { entrypoint, env: { A: 'b' } }))
    const waiting = containers.wait(name, new AbortController().signal)
    const { spec } = JSON.parse(kubectl('get', 'job', name, '--output', 'json'))
    expect(spec).toMatchObject({ activeDeadlineSeconds: 960, ttlSecondsAfterFinished: 300 })
    cancel.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    expect(await cleanUp()).toEqual([])
    expect(await left()).toBe('')
  })
})
