import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { clustersAt } from '../../../src/engine/buildx/kubernetes/place-pods.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

const kubeconfig = (server: string) =>
  JSON.stringify({
    'current-context': 'ci',
    contexts: [{ name: 'ci', context: { cluster: 'one', namespace: 'builds' } }],
    clusters: [{ name: 'one', cluster: { server } }],
  })

test('clustersAt() finds the cluster of each node that buildx stored, in the kubeconfig of the node', async () => {
  const folder = tempFolder({
    'its own': kubeconfig('https://own.example'),
    other: kubeconfig('https://other.example'),
    broken: 'clusters: [',
  })
  const host = createTestHost({ env: { KUBECONFIG: join(folder, 'other') } })
  onTestFinished(host.close)
  const endpoint = (path: string) =>
    `kubernetes:///made?deployment=made0&kubeconfig=${encodeURIComponent(path && join(folder, path))}`
  const serversAt = async (...endpoints: readonly string[]) =>
    (await clustersAt(endpoints, host)).map(({ server }) => server)

  expect(await serversAt(endpoint('its own'), endpoint('its own'))).toEqual(['https://own.example'])
  expect(await serversAt(endpoint('its own'), endpoint(''))).toEqual(['https://own.example', 'https://other.example'])
  // buildx reports these itself.
  expect(await serversAt(endpoint('missing'), endpoint('broken'))).toEqual([])
  expect(await serversAt('unix:///var/run/docker.sock', 'desktop-linux', 'tcp://10.0.0.1:1234')).toEqual([])
})
