import { execFile, execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readKubeconfig } from '../../src/kubernetes/kubeconfig.ts'
import { tempFolder } from '../support/temp.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { startKubeProxy } from './support/kube-proxy.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// BuildKit in pods of a real cluster: https://github.com/moby/buildkit/tree/master/examples/kubernetes

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const session = `e2e-${process.pid}`
const [open, strict] = [`${session}-open`, `${session}-strict`]

function kubectl(...args: readonly string[]): string {
  const { kubectl: program, kubeconfig } = part('kube')
  return execFileSync(program, ['--kubeconfig', kubeconfig, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function job(files: Readonly<Record<string, string>>): Job {
  const made = createJob(files, { KUBECONFIG: part('kube').kubeconfig })
  jobs.push(made)
  return made
}

/** Names of what is left in a namespace; Kubernetes itself keeps one ConfigMap in each. */
function left(namespace: string): string {
  return kubectl('--namespace', namespace, 'get', 'deployments,configmaps', '--output', 'name')
    .split('\n')
    .filter((name) => name !== '' && name !== 'configmap/kube-root-ca.crt')
    .join(' ')
}

const inputsFor = (image: string) => {
  const { registry } = part('kube')
  return {
    ...{ engine: 'k8s', registry: `http://${registry}`, push: 'true' },
    'driver-opts': `namespace=${open}\nimage=${image}\nlabels=team=a,tier=b`,
    'buildkitd-config-inline': `[registry."${registry}"]\n  http = true\n`,
  }
}
const buildkit = () => `${part('kube').registry}/buildkit:rig`

/** The token of a service account that has the permissions of docs/engines/kubernetes.md in one namespace, and no others. */
function createAccount(namespace: string): string {
  const rules = [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'create', 'delete'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'update', 'delete'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
  ]
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'ci', namespace }, rules }
  const { kubectl: program, kubeconfig } = part('kube')
  const input = JSON.stringify(role)
  execFileSync(program, ['--kubeconfig', kubeconfig, 'apply', '--filename', '-'], { input, stdio: 'pipe' })
  kubectl('--namespace', namespace, 'create', 'serviceaccount', 'ci')
  kubectl('--namespace', namespace, 'create', 'rolebinding', 'ci', '--role=ci', `--serviceaccount=${namespace}:ci`)
  return kubectl('--namespace', namespace, 'create', 'token', 'ci').trim()
}

/** A kubeconfig of that account. */
function leastRights(namespace: string, token: string): string {
  const { clusters } = JSON.parse(kubectl('config', 'view', '--raw', '--flatten', '--output', 'json'))
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', clusters, 'current-context': 'nobody' },
    contexts: [{ name: 'least', context: { cluster: clusters[0].name, user: 'ci', namespace } }],
    users: [{ name: 'ci', user: { token } }],
  }
  return join(tempFolder({ config: JSON.stringify(config) }), 'config')
}

/** Starts a program where the files of this service account are as in a pod. */
function asInPod(account: Readonly<Record<string, string>>): readonly string[] {
  const script =
    'mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io/serviceaccount && cp "$0"/* "$_" && exec "$@"'
  return ['unshare', '--mount', 'bash', '-c', script, tempFolder(account)]
}

describe.skipIf(missing('kube', 'plugins', 'builderImage', 'base'))('engine: kubernetes', () => {
  let token = ''
  beforeAll(() => {
    for (const name of [open, strict]) kubectl('create', 'namespace', name)
    kubectl('label', 'namespace', strict, 'pod-security.kubernetes.io/enforce=restricted')
    token = createAccount(open)
  })
  afterAll(() => void kubectl('delete', 'namespace', open, strict, '--wait=false'))

  it('builds two platforms in a namespace that it creates and removes', async () => {
    const { registry } = part('kube')
    const Dockerfile = `FROM ${registry}/base:1\nRUN uname -m > /machine\n`
    const given = inputsFor(buildkit())
    const step = await runStep(job({ Dockerfile }), {
      ...given,
      'driver-opts': given['driver-opts'].replace(`namespace=${open}`, `namespace=${session}-new`),
      ...{ tags: `${registry}/e2e/kube:1`, platforms: 'amd64, arm64' },
    })
    expect(step, step.log).toMatchObject({ status: 0, outputs: { engine: 'kubernetes' }, leftovers: [] })
    expect(step.log).toMatch(/Using engine kubernetes .*selected by the `engine` input/)
    expect(step.log).toMatch(/Created the namespace \S+-new/)
    expect(step.log).not.toMatch(/Unhandled Error|Cannot remove/)
    const image = await pull(`${part('registry').host}/e2e/kube`, '1')
    expect(image.digest).toBe(step.outputs['digest'])
    // Kubernetes takes some seconds to end it.
    const phases = kubectl(
      'get',
      'namespaces',
      `${session}-new`,
      '--ignore-not-found',
      '--output',
      'jsonpath={.status.phase}',
    )
    expect(['', 'Terminating']).toContain(phases)
  })

  it('builds with the documented permissions in the context that `endpoint` names, and leaves nothing', async () => {
    const { registry } = part('kube')
    const made = createJob({ Dockerfile: 'FROM scratch\nCOPY . /\n' }, { KUBECONFIG: leastRights(open, token) })
    jobs.push(made)
    const { 'driver-opts': options, ...given } = inputsFor(buildkit())
    const step = await runStep(made, {
      ...given,
      ...{ 'driver-opts': options.replace(`namespace=${open}\n`, ''), endpoint: 'least' },
      ...{ tags: `${registry}/e2e/kube:2`, platforms: 'amd64' },
    })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(left(open)).toBe('')
  })

  it('builds in a pod of the cluster, with nothing but its service account', async () => {
    const { registry, kubeconfig } = part('kube')
    const { server, tls } = await readKubeconfig({ env: {} }, { files: kubeconfig })
    const { hostname, port } = new URL(server)
    const made = createJob(
      { Dockerfile: 'FROM scratch\nCOPY . /\n' },
      { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
    )
    jobs.push(made)
    const { 'driver-opts': options, ...given } = inputsFor(buildkit())
    const inputs = {
      ...{ ...given, tags: `${registry}/e2e/kube:5`, platforms: 'amd64' },
      'driver-opts': options.replace(`namespace=${open}\n`, ''),
    }
    const through = asInPod({ token, namespace: open, 'ca.crt': tls.ca ?? '' })
    const step = await runStep(made, inputs, { through })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(left(open)).toBe('')
  })

  it('explains an image that does not exist before the driver gives up, and leaves nothing', async () => {
    const image = `${part('kube').registry}/no-such-image:1`
    const step = await runStep(job({ Dockerfile: 'FROM scratch\nCOPY . /\n' }), {
      ...inputsFor(image),
      ...{ tags: `${part('kube').registry}/e2e/kube:3`, platforms: 'amd64' },
    })
    expect(step, step.log).toMatchObject({ status: 66, outputs: { 'error-code': 'image-not-found' }, leftovers: [] })
    expect(step.log).toMatch(
      new RegExp(`does not start in the namespace ${open}: Err\\w+: .*no-such-image:1: not found`),
    )
    // What the driver says after two minutes.
    expect(step.log).not.toMatch(/replicas to be ready/)
    expect(left(open)).toBe('')
  })

  /** A build that has begun a step of some minutes when `then` is called. */
  async function runLong(
    made: Job,
    then: (pid: number) => void,
    { inputs = {}, betweenMainAndPost = () => undefined }: LongBuild = {},
  ) {
    const { registry } = part('kube')
    const given = { ...inputsFor(buildkit()), tags: `${registry}/e2e/kube:6`, platforms: 'amd64', ...inputs }
    return await runStep(made, given, {
      during: (pid, log) => {
        const timer = setInterval(() => {
          if (!/^#\d+ begun$/m.test(log())) return
          clearInterval(timer)
          then(pid)
        }, 100)
      },
      betweenMainAndPost,
    })
  }
  type LongBuild = { readonly inputs?: Readonly<Record<string, string>>; readonly betweenMainAndPost?: () => void }
  const long = () => ({ Dockerfile: `FROM ${part('kube').registry}/base:1\nRUN echo begun; sleep 300\n` })

  /** Creates a builder in the cluster as users do, before the step. */
  async function createBuilder(name: string, env: Job['env']): Promise<void> {
    const { registry } = part('kube')
    const config = join(tempFolder({ toml: `[registry."${registry}"]\n  http = true\n` }), 'toml')
    const options = [`namespace=${open}`, `image=${buildkit()}`].flatMap((option) => ['--driver-opt', option])
    const create = ['create', '--name', name, '--driver', 'kubernetes', '--buildkitd-config', config, ...options]
    await promisify(execFile)(join(part('plugins'), 'docker-buildx'), [...create, '--bootstrap'], { env })
  }

  it('names an API that goes away during the build, and removes the builder in the post step', async () => {
    const made = job(long())
    const KUBECONFIG = join(made.home, 'kubeconfig')
    const proxy = await startKubeProxy(KUBECONFIG)
    const fault = { ...made, env: { ...made.env, KUBECONFIG } }
    const users = job(long())
    await createBuilder('users', { ...users.env, KUBECONFIG })
    onTestFinished(() => void kubectl('--namespace', open, 'delete', 'deployments,configmaps', '--all', '--now'))
    let building = 0
    const dieOnceBothBuild = () => {
      building += 1
      if (building === 2) void proxy.die()
    }
    // buildx has stored the kubeconfig with the builder: KUBECONFIG is another one.
    const inputs = { builder: 'users', 'driver-opts': '', 'buildkitd-config-inline': '' }
    const [step, existing] = await Promise.all([
      runLong(fault, dieOnceBothBuild, { betweenMainAndPost: () => void proxy.revive() }),
      runLong(users, dieOnceBothBuild, { inputs }),
    ]).finally(proxy.die)
    const why = /The Kubernetes API at https:\/\/127\.0\.0\.1:\d+ stopped answering during the build/
    for (const one of [step, existing]) {
      const outputs = { 'error-code': 'daemon-unreachable' }
      expect(one, one.log).toMatchObject({ status: 75, outputs, leftovers: [], post: { status: 0, log: '' } })
      expect(one.log).toMatch(why)
    }
    const warning = `Cannot remove the deployment polyarch-\\w+ in the namespace ${open}: .*The post step retries it`
    expect(step.log).toMatch(new RegExp(warning))
    expect(existing.log).not.toMatch(/Cannot remove/)
    // A builder of the user stays.
    const names = left(open).split(' ')
    expect(names).toEqual([
      expect.stringMatching(/^deployment\.apps\/users/),
      expect.stringMatching(/^configmap\/users/),
    ])
  }, 120_000)

  it('leaves nothing of a step that was killed', async () => {
    const step = await runLong(job(long()), (pid) => process.kill(pid, 'SIGKILL'))
    expect(step, step.log).toMatchObject({ status: null, post: { status: 0, log: '' }, leftovers: [] })
    expect(left(open)).toBe('')
  })

  it.skipIf(missing('rootlessImage'))('builds rootless, with the configuration of the builder', async () => {
    const { registry } = part('kube')
    // The pod is privileged without `rootless`: then all IDs are mapped.
    const Dockerfile = `FROM ${registry}/base:1\nRUN uname -m > /machine && cat /proc/self/uid_map > /ids\n`
    const given = inputsFor(`${buildkit()}-rootless`)
    const step = await runStep(job({ Dockerfile }), {
      ...{ ...given, tags: `${registry}/e2e/kube:8`, platforms: 'amd64, arm64' },
      'driver-opts': `${given['driver-opts']}\nrootless=true`,
    })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [], post: { status: 0, log: '' } })
    const { platforms } = await pull(`${part('registry').host}/e2e/kube`, '8')
    const files = platforms.map(async (image) => [await image.readFile('machine'), await image.readFile('ids')])
    const ids = expect.stringMatching(/^\s+0\s+1000\s+1\s+1\s+100000\s+65536\s*$/)
    expect(await Promise.all(files)).toEqual([
      ['x86_64\n', ids],
      ['aarch64\n', ids],
    ])
    expect(left(open)).toBe('')
  })

  it('explains an image that does not run rootless', async () => {
    const given = { ...inputsFor(buildkit()), tags: `${part('kube').registry}/e2e/kube:7`, platforms: 'amd64' }
    const options = `${given['driver-opts']}\nrootless=true`
    const step = await runStep(job({ Dockerfile: 'FROM scratch\nCOPY . /\n' }), { ...given, 'driver-opts': options })
    expect(step, step.log).toMatchObject({ status: 75, outputs: { 'error-code': 'engine-failed' }, leftovers: [] })
    expect(step.log).toMatch(/does not start in the namespace \S+: .*exited with \d+.*`rootless=true` .* -rootless/)
    expect(left(open)).toBe('')
  })

  it('fails before anything is created where PodSecurity forbids the pod', async () => {
    const given = { ...inputsFor(buildkit()), tags: `${part('kube').registry}/e2e/kube:4`, platforms: 'amd64' }
    const made = job({ Dockerfile: 'FROM scratch\nCOPY . /\n' })
    const step = await runStep(made, { ...given, 'driver-opts': `namespace=${strict}` })
    expect(step, step.log).toMatchObject({ status: 1, outputs: { 'error-code': 'builder-denied' } })
    expect(step.log).toMatch(/enforces the PodSecurity standard "restricted"/)
    expect(left(strict)).toBe('')
  })
})
