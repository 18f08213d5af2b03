import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cleanUpStep } from '../../../src/clean-up-step.ts'
import { dropTask, recordTask } from '../../../src/cleanup/cleanup.ts'
import type { CleanUpTask } from '../../../src/cleanup/task.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

/** The answer of the daemon to every request. */
type Answer = { readonly status: number; readonly message: string }

/** A step's directory, a daemon, and scripts for docker and buildx. All of them record their calls. */
function step(script = 'exit 0', { status, message }: Answer = { status: 200, message: '' }) {
  const root = tempFolder({ 'bin/': '', 'polyarch-Ab12Cd/docker/config.json': '{}', calls: '' })
  const [folder, bin] = [join(root, 'polyarch-Ab12Cd'), join(root, 'bin')]
  chmodSync(folder, 0o700)
  for (const name of ['docker', 'docker-buildx', 'evil']) {
    writeProgram(join(bin, name), `echo "${name} $*|$DOCKER_HOST" >> ${root}/calls\n${script}`)
  }
  const daemon = createServer(({ method, url = '' }, response) => {
    appendFileSync(join(root, 'calls'), `${method} ${decodeURIComponent(url)}\n`)
    response.writeHead(status).end(JSON.stringify({ message }))
  })
  daemon.listen(join(root, 'docker.sock'))
  onTestFinished(() => void daemon.close())
  const env = {
    ...{ PATH: `${bin}:/usr/bin:/bin`, RUNNER_TEMP: root, HOME: root, DOCKER_HOST: `unix://${root}/docker.sock` },
    'INPUT_EMULATOR-IMAGE': 'a/binfmt:1',
    INPUT_MIRRORS: 'm.example',
    'INPUT_KEEP-STATE': 'true',
    INPUT_BUILDER: 'ours',
  }
  const builder = (name: string) => ({ kind: 'builder', name, buildx: join(bin, 'docker-buildx'), env: {} }) as const
  const image = (reference: string): CleanUpTask => ({ kind: 'image', reference })
  const container = (name: string): CleanUpTask => ({ kind: 'container', name })
  const calls = () => readFileSync(join(root, 'calls'), 'utf8').split('\n').filter(Boolean)
  const clean = (given = folder) => cleanUpStep(given, { env, os: 'linux' })
  return { root, bin, folder, clean, builder, image, container, calls }
}

const own = 'polyarch-ab12cd'

describe('cleanUpStep()', () => {
  test('undoes the recorded tasks, the newest first, and removes the directory', async () => {
    const { root, folder, clean, builder, image, container, calls } = step()
    for (const task of [builder(`${own}`), image(`${own}:1`), image(`${own}:2`), container(`${own}-smoke`)])
      recordTask(folder, task)
    expect(await clean()).toEqual([])
    expect(calls()).toEqual([
      `DELETE /containers/${own}-smoke?force=true&v=true`,
      `DELETE /images/${own}:2?force=true`,
      `DELETE /images/${own}:1?force=true`,
      `docker-buildx rm --force ${own}|unix://${root}/docker.sock`,
    ])
    expect(existsSync(folder)).toBe(false)
  })

  test('leaves the builder of a cluster that is away to the post step, which removes its objects without buildx', async () => {
    const asked: string[] = []
    const api = createServer(({ method, url = '' }, response) => {
      asked.push(`${method} ${url.replace(/\?.*/, '')}`)
      // This user has no permissions for StatefulSets, and the ConfigMap does not exist.
      const status = url.includes('statefulsets') ? 403 : url.includes('configmaps') ? 404 : 200
      response.writeHead(status).end('{}')
    })
    const { root, folder, builder } = step('exit 1')
    const listen = (port: number) => new Promise<void>((done) => api.listen(port, '127.0.0.1', done))
    await listen(0)
    const { port } = api.address() as AddressInfo
    await new Promise((done) => api.close(done))
    const server = `http://127.0.0.1:${port}`
    const kubeconfig = `current-context: one
contexts: [{name: one, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: "${server}"}}]
`
    writeFileSync(join(root, 'kubeconfig'), kubeconfig)
    recordTask(folder, { kind: 'deployment', name: `${own}0`, namespace: 'builds', server, context: 'one' })
    recordTask(folder, { ...builder(own), isInCluster: true })
    const env = {
      PATH: `${root}/bin:/usr/bin:/bin`,
      RUNNER_TEMP: root,
      HOME: root,
      KUBECONFIG: join(root, 'kubeconfig'),
    }
    const clean = (forLaterSteps: boolean) => cleanUpStep(folder, { env, os: 'linux' }, { forLaterSteps })
    const problems = await clean(true)
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Cannot remove the deployment ${own}0 in the namespace builds: The Kubernetes API at ${server} does not answer: .*\\. The post step retries it\\. Remove it by hand: kubectl delete --context one --namespace builds --ignore-not-found deployment/${own}0 statefulset/${own}0 configmap/${own}0-config$`,
        ),
      ),
    ])
    // No credentials stay for it.
    expect(readdirSync(folder)).toEqual(['clean-up.jsonl'])
    await listen(port)
    onTestFinished(() => void api.close())
    expect(await clean(false)).toEqual([])
    expect(asked).toEqual([
      `DELETE /apis/apps/v1/namespaces/builds/deployments/${own}0`,
      `DELETE /apis/apps/v1/namespaces/builds/statefulsets/${own}0`,
      `DELETE /api/v1/namespaces/builds/configmaps/${own}0-config`,
    ])
    expect(existsSync(folder)).toBe(false)
  })

  test('deletes the pod of a smoke test in the cluster that it was made in, and says how where it cannot', async () => {
    const asked: string[] = []
    const api = createServer(({ method, url, headers }, response) => {
      asked.push(`${method} ${url} ${headers.authorization}`)
      response.writeHead(asked.length > 1 ? 403 : 200).end(JSON.stringify({ message: 'jobs.batch is forbidden' }))
    })
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done))
    onTestFinished(() => void api.close())
    const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
    const { root, folder, clean } = step()
    mkdirSync(join(root, '.kube'))
    writeFileSync(
      join(root, '.kube/config'),
      `contexts: [{name: one, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: t}}]
`,
    )
    const pod: CleanUpTask = { kind: 'pod', name: `${own}-smoke`, namespace: 'team-a', server, context: 'one' }
    recordTask(folder, pod)
    recordTask(folder, { ...pod, name: `${own}-first` })
    recordTask(folder, { ...pod, server: 'https://other.example:6443' })
    const byHand = `Remove it by hand: kubectl -n team-a delete job ${own}-smoke`
    expect(await clean()).toEqual([
      `Cannot remove the pod ${own}-smoke: it is in the cluster https://other.example:6443, and the kubeconfig names ${server}. ${byHand}`,
      `Cannot remove the pod ${own}-smoke: Cannot delete the Job ${own}-smoke in the namespace team-a: jobs.batch is forbidden (HTTP status 403). ${byHand}`,
    ])
    expect(asked).toEqual(
      ['first', 'smoke'].map(
        (name) => `DELETE /apis/batch/v1/namespaces/team-a/jobs/${own}-${name}?propagationPolicy=Background Bearer t`,
      ),
    )
  })

  test('does not undo a task that was revoked', async () => {
    const { folder, clean, image, calls } = step()
    for (const task of [image('polyarch-ab12cd:1'), image('polyarch-ab12cd:2')]) recordTask(folder, task)
    dropTask(folder, image('polyarch-ab12cd:2'))
    expect(await clean()).toEqual([])
    expect(calls()).toEqual(['DELETE /images/polyarch-ab12cd:1?force=true'])
  })

  test('is silent about a directory whose parent is a file', async () => {
    const { folder, clean } = step()
    writeFileSync(join(folder, '..', 'file'), '')
    recordTask(folder, { kind: 'folder', path: join(folder, '..', 'file', own) })
    expect(await clean()).toEqual([])
  })

  test('reports a builder that buildx forgot without removing it, and how to remove it', async () => {
    const { folder, clean, builder } = step('echo "ERROR: no builder \\"b\\" found" >&2; exit 1')
    const made: CleanUpTask = { ...builder('polyarch-ab12cd'), byHand: 'kubectl delete deployment/b0' }
    recordTask(folder, made)
    recordTask(folder, { ...made, forgotten: true })
    expect(await clean()).toEqual([
      'Cannot remove the builder polyarch-ab12cd: an earlier attempt failed, and what it is made of may be left. Remove it by hand: kubectl delete deployment/b0',
    ])
  })

  test('is silent about a builder that could be removed the second time', async () => {
    const { folder, clean, builder } = step()
    recordTask(folder, { ...builder('polyarch-ab12cd'), byHand: 'x', forgotten: true })
    expect(await clean()).toEqual([])
  })

  test('removes an emulator with the image that set it up', async () => {
    const { folder, clean, calls } = step()
    recordTask(folder, {
      kind: 'emulator',
      name: 'qemu-arm',
      image: 'docker.io/a/binfmt:1',
      env: { DOCKER_HOST: 'unix:///d' },
    })
    expect(await clean()).toEqual([])
    expect(calls()).toEqual(['docker run --rm --privileged docker.io/a/binfmt:1 --uninstall qemu-arm|unix:///d'])
  })

  test('removes an emulator with the mirror of its image, and no other image', async () => {
    const { folder, clean, calls } = step()
    const emulator = { kind: 'emulator', name: 'qemu-arm', env: {} } as const
    recordTask(folder, { ...emulator, image: 'm.example/a/binfmt:1' })
    recordTask(folder, { ...emulator, image: 'n.example/a/binfmt:1' })
    expect(await clean()).toEqual([expect.stringMatching(/^Cannot clean up 1 entries/)])
    expect(calls()).toEqual([expect.stringContaining('m.example/a/binfmt:1 --uninstall qemu-arm|')])
  })

  test('keeps the build cache of the named builder, and of no other', async () => {
    const { root, folder, clean, builder, calls } = step()
    for (const name of ['ours', 'theirs']) recordTask(folder, { ...builder(name), keepState: true })
    expect(await clean()).toEqual([expect.stringMatching(/^Cannot clean up 1 entries/)])
    expect(calls()).toEqual([`docker-buildx rm --force --keep-state ours|unix://${root}/docker.sock`])
  })

  test('reports that an emulator remains if its image is missing', async () => {
    const { folder, clean } = step(
      'echo "docker: Error response from daemon: manifest for a/binfmt not found" >&2; exit 125',
    )
    recordTask(folder, { kind: 'emulator', name: 'qemu-arm', image: 'docker.io/a/binfmt:1', env: {} })
    expect(await clean()).toEqual([expect.stringContaining('Cannot remove the emulator qemu-arm: docker: ')])
  })

  test('can run twice', async () => {
    const { folder, clean, image, calls } = step()
    recordTask(folder, image(`${own}:1`))
    await clean()
    expect(await clean()).toEqual([])
    expect(calls()).toHaveLength(1)
  })

  test.each([
    { name: "buildx's", words: 'ERROR: no builder \\"b\\" found' },
    { name: "an older buildx's", words: 'ERROR: builder \\"b\\" not found' },
  ])('treats "not found" in $name words as done', async ({ words }) => {
    const { folder, clean, builder } = step(`echo "${words}" >&2; exit 1`)
    recordTask(folder, builder(own))
    expect(await clean()).toEqual([])
  })

  test.each([
    { name: 'that does not exist', status: 404, message: 'No such container: c' },
    { name: 'that is being removed', status: 409, message: 'removal of container c is already in progress' },
  ])('is silent about a container $name', async (answer) => {
    const { folder, clean, container, calls } = step('exit 0', answer)
    recordTask(folder, container(own))
    expect(await clean()).toEqual([])
    expect(calls()).toHaveLength(1)
  })

  test('reports that the daemon is not running', async () => {
    const { root, folder, clean, image } = step()
    recordTask(folder, image(`${own}:1`))
    rmSync(join(root, 'docker.sock'))
    expect(await clean()).toEqual([expect.stringMatching(/^Cannot remove the image polyarch-ab12cd:1: .*ENOENT/)])
  })

  test('reports tasks that it could not undo, and continues', async () => {
    const { folder, clean, builder, image, calls } = step('exit 0', { status: 409, message: 'it is in use' })
    for (const task of [builder(own), image(`${own}:1`)]) recordTask(folder, task)
    expect(await clean()).toEqual([`Cannot remove the image ${own}:1: it is in use`])
    expect(calls()).toHaveLength(2)
    expect(existsSync(folder)).toBe(false)
  })

  test('reports that a program is missing', async () => {
    const { folder, bin, clean, builder } = step()
    recordTask(folder, builder(own))
    renameSync(join(bin, 'docker-buildx'), join(bin, 'gone'))
    expect(await clean()).toEqual([`Cannot remove the builder ${own}: ${bin}/docker-buildx exited with 127`])
  })

  test('uses a buildx of the tool cache', async () => {
    const { root, folder, builder, calls } = step()
    const program = join(root, 'cache/buildx-dl-bin/0.29.1/linux-x64/docker-buildx')
    mkdirSync(join(program, '..'), { recursive: true })
    writeProgram(program, `echo "cached $*" >> ${root}/calls`)
    recordTask(folder, { ...builder(own), kind: 'builder', name: own, buildx: program })
    const env = { PATH: '/usr/bin:/bin', HOME: root, RUNNER_TEMP: root, RUNNER_TOOL_CACHE: join(root, 'cache') }
    expect(await cleanUpStep(folder, { env, os: 'linux' })).toEqual([])
    expect(calls()).toEqual([`cached rm --force ${own}`])
  })

  test('does nothing without a directory', async () => {
    const { root, clean, calls } = step()
    expect(await clean(join(root, 'polyarch-zzzzzz'))).toEqual([])
    expect(calls()).toEqual([])
  })
})

test('recordTask() writes a file that only this user can read', () => {
  const { folder, image } = step()
  recordTask(folder, image(`${own}:1`))
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
})

describe('a directory that no step created', () => {
  /** Its content must remain. */
  function hostile(name: string, mode = 0o700) {
    const made = step()
    const folder = join(made.root, name)
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, mode)
    recordTask(folder, made.container(own))
    return { ...made, given: folder, stays: join(folder, 'clean-up.jsonl') }
  }

  test.each([
    { name: 'of another name', at: 'data' },
    { name: 'that is not a direct child of RUNNER_TEMP', at: 'deep/polyarch-Ab12Cd' },
    { name: 'with a longer name', at: 'polyarch-Ab12Cdx' },
  ])('$name remains, and nothing is executed', async ({ at }) => {
    const { given, stays, clean, calls } = hostile(at)
    expect(await clean(given)).toEqual([expect.stringContaining('it is not the directory of a step in')])
    expect(existsSync(stays)).toBe(true)
    expect(calls()).toEqual([])
  })

  test.each(['/', '/etc', '..', '', 'polyarch-Ab12Cd', '/nonexistent/polyarch-Ab12Cd', '-rf', 'a\n::set-output::b'])(
    '%j is rejected in one line',
    async (given) => {
      const [problem = '', ...more] = await step().clean(given)
      expect(problem).toMatch(/^Cannot clean up ".*": it is not the directory of a step in [^\n]*$/)
      expect(more).toEqual([])
    },
  )

  test('a path that climbs to one is rejected', async () => {
    const { root, folder, clean } = step()
    expect(await clean(`${root}/x/../polyarch-Ab12Cd`)).toHaveLength(1)
    expect(existsSync(folder)).toBe(true)
  })

  test('a link and its target remain', async () => {
    const { root, given, stays, clean, calls } = hostile('target')
    symlinkSync(given, join(root, 'polyarch-LinkLk'))
    expect(await clean(join(root, 'polyarch-LinkLk'))).toEqual([expect.stringMatching(/: it is not a directory$/)])
    expect(existsSync(stays)).toBe(true)
    expect(calls()).toEqual([])
  })

  test('one that others can write to remains', async () => {
    const { given, stays, clean, calls } = hostile('polyarch-Opened', 0o755)
    expect(await clean(given)).toEqual([expect.stringMatching(/: other users have access to it$/)])
    expect(existsSync(stays)).toBe(true)
    expect(calls()).toEqual([])
  })
})

describe('hostile tasks', () => {
  const emulator = { kind: 'emulator', name: 'qemu-arm', image: 'docker.io/a/binfmt:1', env: {} }
  test.each([
    { name: 'a program of its own', task: { kind: 'builder', name: own, buildx: '/tmp/evil', env: {} } },
    {
      name: 'a program next to buildx',
      task: (bin: string) => ({ kind: 'builder', name: own, buildx: `${bin}/evil`, env: {} }),
    },
    {
      name: "another user's builder",
      task: (bin: string) => ({ kind: 'builder', name: 'mine', buildx: `${bin}/docker-buildx`, env: {} }),
    },
    { name: "another user's image", task: { kind: 'image', reference: 'mine:1', env: {} } },
    { name: "another user's container", task: { kind: 'container', name: 'mine', env: {} } },
    { name: 'a file of another user', task: { kind: 'temporary-file', path: '/tmp/x/config.json.polyarch-other1' } },
    { name: 'an option as a name', task: { kind: 'container', name: '--all', env: {} } },
    { name: 'an option after a name', task: { kind: 'container', name: `${own} --link`, env: {} } },
    { name: 'a different image to run privileged', task: { ...emulator, image: 'evil' } },
    { name: 'a different argument for it', task: { ...emulator, name: '*' } },
    { name: 'a variable that loads code', task: { ...emulator, env: { LD_PRELOAD: '/x.so' } } },
    { name: 'a different path', task: { ...emulator, env: { PATH: '/tmp' } } },
    { name: 'a different configuration', task: { ...emulator, env: { DOCKER_CONFIG: '/tmp' } } },
    {
      name: 'a host that is a command',
      task: { ...emulator, env: { DOCKER_HOST: 'ssh://-oProxyCommand=x' } },
    },
    { name: 'an unknown kind', task: { kind: 'file', name: own, env: {} } },
    { name: 'no environment', task: { ...emulator, env: undefined } },
    { name: 'a number as a name', task: { kind: 'container', name: 5, env: {} } },
  ])('$name: is rejected with a warning, and the directory is removed', async ({ task }) => {
    const { bin, folder, clean, calls, container } = step()
    const line = JSON.stringify({ version: 1, ...(typeof task === 'function' ? task(bin) : task) })
    appendFileSync(join(folder, 'clean-up.jsonl'), `${line}\n`)
    recordTask(folder, container(`${own}-b`))
    const problems = await clean()
    expect(problems).toEqual([
      expect.stringMatching(/^Cannot clean up 1 entries of .*: they name what no step of Polyarch makes$/),
    ])
    expect(calls()).toEqual([`DELETE /containers/${own}-b?force=true&v=true`])
    expect(existsSync(folder)).toBe(false)
  })

  test('a task file that is a link is not read', async () => {
    const { root, folder, clean, calls, container } = step()
    mkdirSync(join(root, 'other'))
    recordTask(join(root, 'other'), container(own))
    symlinkSync(join(root, 'other/clean-up.jsonl'), join(folder, 'clean-up.jsonl'))
    expect(await clean()).toEqual([])
    expect(calls()).toEqual([])
  })

  test('a task file without an end is not read', async () => {
    const { folder, clean } = step()
    writeFileSync(join(folder, 'clean-up.jsonl'), ' '.repeat(5_000_000))
    expect(await clean()).toEqual([expect.stringContaining('it is larger than')])
    expect(existsSync(folder)).toBe(false)
  })

  test.each(['null\n', '[]\n', '{}\n', '\0\n', '{"version":1', `${'['.repeat(100_000)}\n`])(
    '%.20j is skipped',
    async (text) => {
      const { folder, clean, calls } = step()
      writeFileSync(join(folder, 'clean-up.jsonl'), text)
      expect(await clean()).toEqual([])
      expect(calls()).toEqual([])
    },
  )
})
