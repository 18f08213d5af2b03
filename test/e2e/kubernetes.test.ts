import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep } from './support/action.ts'
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

describe.skipIf(missing('kube', 'plugins', 'builderImage', 'base'))('engine: kubernetes', () => {
  beforeAll(() => {
    for (const name of [open, strict]) kubectl('create', 'namespace', name)
    kubectl('label', 'namespace', strict, 'pod-security.kubernetes.io/enforce=restricted')
  })
  afterAll(() => void kubectl('delete', 'namespace', open, strict, '--wait=false'))

  it('builds two platforms in a pod, pushes them and leaves nothing', async () => {
    const { registry } = part('kube')
    const Dockerfile = `FROM ${registry}/base:1\nRUN uname -m > /machine\n`
    const step = await runStep(job({ Dockerfile }), {
      ...inputsFor(buildkit()),
      ...{ tags: `${registry}/e2e/kube:1`, platforms: 'amd64, arm64' },
    })
    expect(step, step.log).toMatchObject({ status: 0, outputs: { engine: 'kubernetes' }, leftovers: [] })
    expect(step.log).toMatch(/Using engine kubernetes .*selected by the `engine` input/)
    expect(step.log).not.toMatch(/Unhandled Error/)
    const image = await pull(`${part('registry').host}/e2e/kube`, '1')
    expect(image.digest).toBe(step.outputs['digest'])
    expect(left(open)).toBe('')
  })

  it('explains an image that does not exist before the driver gives up, and leaves nothing', async () => {
    const image = `${part('kube').registry}/no-such-image:1`
    const step = await runStep(job({ Dockerfile: 'FROM scratch\nCOPY . /\n' }), {
      ...inputsFor(image),
      ...{ tags: `${part('kube').registry}/e2e/kube:2`, platforms: 'amd64' },
    })
    expect(step, step.log).toMatchObject({ status: 66, outputs: { 'error-code': 'image-not-found' }, leftovers: [] })
    expect(step.log).toMatch(
      new RegExp(`does not start in the namespace ${open}: Err\\w+: .*no-such-image:1: not found`),
    )
    // What the driver says after two minutes.
    expect(step.log).not.toMatch(/replicas to be ready/)
    expect(left(open)).toBe('')
  })

  it('is refused before anything is created where PodSecurity forbids the pod, or no namespace is', async () => {
    const made = job({ Dockerfile: 'FROM scratch\nCOPY . /\n' })
    const given = { ...inputsFor(buildkit()), tags: `${part('kube').registry}/e2e/kube:3`, platforms: 'amd64' }
    const forbidden = await runStep(made, { ...given, 'driver-opts': `namespace=${strict}` })
    expect(forbidden, forbidden.log).toMatchObject({ status: 1, outputs: { 'error-code': 'builder-denied' } })
    expect(forbidden.log).toMatch(/enforces the PodSecurity standard "restricted"/)
    const absent = await runStep(made, { ...given, 'driver-opts': 'namespace=no-such-namespace' })
    expect(absent, absent.log).toMatchObject({ status: 66, outputs: { 'error-code': 'builder-not-found' } })
    expect(absent.log).toMatch(/namespaces "no-such-namespace" not found/)
    expect(left(strict)).toBe('')
  })
})
