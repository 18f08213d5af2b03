import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkEngine } from '../../../src/engine/build.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const kubeconfig = (server: string, current = 'ci') => `apiVersion: v1
kind: Config
current-context: ${current}
contexts:
- name: ci
  context: {cluster: main, user: ci}
clusters:
- name: main
  cluster: {server: "${server}"}
users:
- name: ci
  user: {token: top-secret}
`

async function check(env: Readonly<Record<string, string>>, given: Parameters<typeof inputsOf>[0] = {}) {
  const host = createTestHost({ env })
  const client = createTestClient()
  onTestFinished(() => {
    host.close()
    client.close()
  })
  const plan = makePlan(inputsOf({ driver: 'kubernetes', ...given }), factsOf())
  await checkEngine(await runOf(plan, host, loginOf(client)))
  return host
}

/** An API that rejects all users, and the number of its requests. */
async function startApi() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(401).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

describe('checkKubernetes()', () => {
  test('accepts any answer of the API', async () => {
    const { url, asked } = await startApi()
    await check({ KUBECONFIG: join(tempFolder({ config: kubeconfig(url) }), 'config') })
    expect(asked).toEqual(['/version'])
  })

  test('uses the first of several files that names the current context', async () => {
    const { url, asked } = await startApi()
    const folder = tempFolder({ a: kubeconfig('http://127.0.0.1:1', '""'), b: kubeconfig(url) })
    // Both have the cluster main; the first one applies, as in kubectl.
    await expect(check({ KUBECONFIG: `${join(folder, 'a')}:${join(folder, 'b')}` })).rejects.toMatchObject({
      code: 'daemon-unreachable',
    })
    await check({ KUBECONFIG: `${join(folder, 'gone')}:${join(folder, 'b')}` })
    expect(asked).toEqual(['/version'])
  })

  test('sends no request without preflight, and for other drivers', async () => {
    const folder = tempFolder({ config: kubeconfig('http://127.0.0.1:1') })
    await check({ KUBECONFIG: join(folder, 'config') }, { preflight: 'false' })
    await check({ KUBECONFIG: join(folder, 'gone') }, { driver: 'docker-container' })
  })

  test('reports an unreachable API after three attempts', async () => {
    const folder = tempFolder({ config: kubeconfig('http://127.0.0.1:1') })
    await expect(check({ KUBECONFIG: join(folder, 'config') })).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: expect.stringContaining('the Kubernetes API at http://127.0.0.1:1 does not answer'),
      hint: expect.stringContaining('kubeconfig'),
    })
  })

  test.each([
    { name: 'no file', files: {}, says: 'there is no kubeconfig at' },
    { name: 'no current context', files: { config: kubeconfig('http://a', '""') }, says: 'has no current context' },
    {
      name: 'a context that does not exist',
      files: { config: kubeconfig('http://a', 'x') },
      says: 'has no current context',
    },
    { name: 'no address', files: { config: kubeconfig('') }, says: 'has no current context' },
    { name: 'a file that is not YAML', files: { config: 'a: [top-secret' }, says: 'it is not YAML' },
    { name: 'a directory', files: { 'config/x': '' }, says: 'cannot be read' },
  ])('rejects $name, and quotes no part of it', async ({ files, says }) => {
    const path = join(tempFolder(files), 'config')
    const failed = check({ KUBECONFIG: path })
    await expect(failed).rejects.toMatchObject({ code: 'builder-not-found', message: expect.stringContaining(says) })
    await expect(failed).rejects.toMatchObject({ hint: expect.stringContaining('KUBECONFIG') })
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('top-secret') })
  })

  test('searches the home directory', async () => {
    await expect(check({ HOME: '/nonexistent' })).rejects.toThrow(/no kubeconfig at \/nonexistent\/\.kube\/config/)
  })
})
