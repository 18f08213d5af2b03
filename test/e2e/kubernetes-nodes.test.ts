import { execFileSync, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob, runStep } from './support/action.ts'
import { type KubeNode, startKubeNode } from './support/kube-node.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// A cluster of two architectures: the rig's amd64 node, and one that has the label of arm64 and takes only pods that tolerate its taint.

const namespace = `e2e-nodes-${process.pid}`

function kubectlArguments(...args: readonly string[]): readonly string[] {
  return ['--kubeconfig', part('kube').kubeconfig, '--namespace', namespace, ...args]
}

function kubectl(...args: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  return execFileSync(part('kube').kubectl, kubectlArguments(...args), { encoding: 'utf8', stdio: [...stdio] })
}

/** Records the pods of the namespace. Returns them as they last were, also those that are deleted since. */
function recordPods(): () => Promise<readonly Pod[]> {
  const args = kubectlArguments('get', 'pods', '--watch', '--output-watch-events', '--output', 'json')
  const child = spawn(part('kube').kubectl, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  const ended = new Promise((done) => child.once('close', done))
  return async () => {
    child.kill()
    await ended
    const events = text.split('\n').filter((line) => line.endsWith('}'))
    const pods = events.map((line) => (JSON.parse(line) as { object: Pod }).object)
    return [...new Map(pods.map((pod) => [pod.metadata.name, pod])).values()]
  }
}

type Pod = {
  readonly metadata: {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: { readonly nodeName?: string; readonly serviceAccountName: string; readonly containers: object[] }
}

describe.skipIf(missing('kube', 'plugins', 'builderImage', 'base', 'emulatorImage'))(
  'a cluster of two architectures',
  () => {
    let arm64: KubeNode
    beforeAll(async () => {
      kubectl('create', 'namespace', namespace)
      arm64 = await startKubeNode('arm64')
    })
    afterAll(async () => {
      kubectl('delete', 'namespace', namespace, '--wait=false')
      await arm64?.stop()
    })

    const given = () => {
      const { registry } = part('kube')
      return {
        ...{ engine: 'kubernetes', registry: `http://${registry}`, push: 'true', platforms: 'amd64, arm64' },
        tags: `${registry}/e2e/kube-nodes:1`,
        'buildkitd-config-inline': `[registry."${registry}"]\n  http = true\n`,
      }
    }

    it('builds and tests each platform on a node of its architecture, in pods with the options of the driver', async () => {
      const { registry, kubeconfig } = part('kube')
      kubectl('create', 'serviceaccount', 'builder')
      const Dockerfile = `FROM ${registry}/base:1\nRUN uname -m > /machine\nCMD ["cat", "/machine"]\n`
      const job = createJob({ Dockerfile }, { KUBECONFIG: kubeconfig })
      const stop = recordPods()
      const options = [
        ...[
          `namespace=${namespace}`,
          `image=${registry}/buildkit:rig`,
          `tolerations=key=${arm64.name},operator=Exists`,
        ],
        ...['labels=team=a,tier=b', 'annotations=x/one=1,x/two=2', 'serviceaccount=builder'],
        ...['requests.cpu=50m,requests.memory=64Mi', 'limits.memory=2Gi'],
        ...['qemu.install=true', `qemu.image=${registry}/binfmt:rig`],
      ]
      const inputs = {
        ...given(),
        'driver-opts': options.join('\n'),
        'smoke-test': 'expect: { output: "/x86_64|aarch64/" }',
      }
      const step = await runStep(job, inputs).finally(job.remove)
      const pods = await stop()
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.log).toMatch(/arm64 nodes build linux\/arm64/)
      // Not emulated, as far as the step knows.
      expect(step.log).toMatch(/linux\/arm64: passed in [\d.]+ s$/m)
      const image = await pull(`${part('registry').host}/e2e/kube-nodes`, '1')
      expect(image.digest).toBe(step.outputs['digest'])

      const isSmokeTest = ({ metadata }: Pod) => metadata.labels['app.kubernetes.io/managed-by'] === 'polyarch'
      const nodesOf = (some: readonly Pod[]) => some.map(({ spec }) => spec.nodeName).toSorted()
      expect(nodesOf(pods.filter(isSmokeTest))).toEqual([arm64.name, 'rig'])
      const builders = pods.filter((pod) => !isSmokeTest(pod))
      expect(nodesOf(builders)).toEqual([arm64.name, 'rig'])
      const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '2Gi' } }
      for (const builder of builders) {
        expect(builder).toMatchObject({
          metadata: { labels: { team: 'a', tier: 'b' }, annotations: { 'x/one': '1', 'x/two': '2' } },
          spec: {
            ...{ serviceAccountName: 'builder', containers: [{ resources }] },
            initContainers: [{ image: `${registry}/binfmt:rig`, args: ['--install', 'all'] }],
          },
        })
      }
      expect(kubectl('get', 'deployments,jobs', '--output', 'name')).toBe('')
    })

    it('names the nodes of a builder whose pod does not start', async () => {
      const { registry, kubeconfig } = part('kube')
      const job = createJob({ Dockerfile: 'FROM scratch\nCOPY . /\n' }, { KUBECONFIG: kubeconfig })
      const append = [
        '- platforms: arm64',
        `  driver-opts: [namespace=${namespace}, nodeselector=kubernetes.io/arch=arm64, image=${registry}/no-such:1, "tolerations=key=${arm64.name},operator=Exists"]`,
      ]
      const step = await runStep(job, {
        ...{ ...given(), 'node-platforms': 'amd64', append: append.join('\n') },
        'driver-opts': `namespace=${namespace}\nimage=${registry}/buildkit:rig`,
      }).finally(job.remove)
      expect(step, step.log).toMatchObject({ status: 66, outputs: { 'error-code': 'image-not-found' }, leftovers: [] })
      expect(step.log).toMatch(
        /Cannot start a kubernetes builder for linux\/arm64 \(nodeselector kubernetes\.io\/arch=arm64\): the pod \S+ does not start/,
      )
      expect(kubectl('get', 'deployments,jobs', '--output', 'name')).toBe('')
    })
  },
)
