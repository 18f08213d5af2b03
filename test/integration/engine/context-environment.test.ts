import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { contextEnvironment } from '../../../src/engine/buildx/kubernetes/place-pods.ts'
import { readKubeconfig } from '../../../src/kubernetes/kubeconfig.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

const account = { token: 't1', namespace: 'team-a\n', 'ca.crt': 'CA' }
const inPod = { HOME: '/nonexistent', KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' }

async function environment(env: Readonly<Record<string, string>>, context?: string) {
  const tempDir = tempFolder()
  const serviceAccount = tempFolder(account)
  const host = createTestHost({ env, tempDir })
  onTestFinished(host.close)
  return { found: await contextEnvironment(context, host, { serviceAccount }), tempDir, serviceAccount }
}

test('contextEnvironment() writes a private kubeconfig for the service account of a pod, without its token', async () => {
  const { found, tempDir, serviceAccount } = await environment(inPod)
  const path = found['KUBECONFIG'] ?? ''
  expect(path.startsWith(tempDir)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const text = readFileSync(path, 'utf8')
  expect(text).not.toContain('t1')
  expect(JSON.parse(text)).toMatchObject({
    contexts: [{ name: 'service-account', context: { namespace: 'team-a' } }],
    clusters: [
      { cluster: { server: 'https://10.96.0.1:443', 'certificate-authority': join(serviceAccount, 'ca.crt') } },
    ],
    users: [{ user: { tokenFile: join(serviceAccount, 'token') } }],
  })
  // It names what this process itself uses.
  const [read, own] = await Promise.all([
    readKubeconfig({ env: found }),
    readKubeconfig({ env: inPod }, { serviceAccount }),
  ])
  expect([read.server, read.namespace, read.tls]).toEqual([own.server, own.namespace, own.tls])
})

test('contextEnvironment() leaves a kubeconfig of one file to buildx, in a pod too', async () => {
  const KUBECONFIG = join(tempFolder({ config: 'current-context: a' }), 'config')
  expect((await environment({ ...inPod, KUBECONFIG })).found).toEqual({})
})

test('a service account has no contexts', async () => {
  await expect(environment(inPod, 'prod')).rejects.toMatchObject({ code: 'builder-not-found' })
  const reading = readKubeconfig({ env: inPod }, { context: 'prod', serviceAccount: tempFolder(account) })
  await expect(reading).rejects.toMatchObject({
    code: 'builder-not-found',
    message: expect.stringContaining('the service account of this pod has no contexts'),
  })
})
