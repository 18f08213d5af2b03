import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { part } from './rig.ts'

/** A node of the rig's cluster that ends with the test file. */
export type KubeNode = { readonly name: string; readonly stop: () => Promise<void> }

/**
 * Starts another node whose label `kubernetes.io/arch` is `architecture`, and whose taint `NAME:NoSchedule` keeps away the pods of other tests. Its containers run
 * through the emulators of the kernel.
 */
export async function startKubeNode(architecture: string): Promise<KubeNode> {
  const { kubeconfig } = part('kube')
  const name = `e2e-${architecture}-${process.pid}`
  // The kubelet's port is unique to this process as far as processes of tests go.
  const port = 20_000 + (process.pid % 9_000)
  const script = resolve(import.meta.dirname, '../../rig/kube/node.sh')
  const child = spawn('bash', [script, resolve(kubeconfig, '..'), name, architecture, `${port}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let log = ''
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  await new Promise<void>((done, failed) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('ready')) done()
    })
    child.once('close', () => failed(new Error(`The node ${name} ended: ${log}`)))
  })
  return {
    name,
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
