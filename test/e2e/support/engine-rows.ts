import { execFileSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { createJob, type Job } from './action.ts'
import { imageNames, stateOf } from './daemon-state.ts'
import { part, type Rig } from './rig.ts'

/** One engine of the table in docs/engines/README.md. */
export type EngineRow = {
  readonly name: string
  readonly needs: readonly (keyof Rig)[]
  readonly env: () => Readonly<Record<string, string>>
  /** The inputs that select it; `host` is the registry of the image. */
  readonly inputs: (host: string) => Readonly<Record<string, string>>
  /** Inputs for a cache in a registry, if it needs a new builder for that. */
  readonly cacheInputs?: () => Readonly<Record<string, string>>
  /** The registry, as the engine and this process both reach it. */
  readonly registry: () => string
  /** Settings of a smoke test that it needs on the rig. */
  readonly smokeTest?: string
  /** Names of runs in the store of the engine: images, containers, builders. */
  readonly left: () => readonly string[]
}

const plain = () => part('registry').host
const nowhere = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }

const docker = (name: 'docker' | 'classic'): Omit<EngineRow, 'name' | 'needs'> => ({
  env: () => ({ DOCKER_HOST: part(name).host }),
  inputs: () => ({ engine: 'docker' }),
  registry: plain,
  left: () => ownNames([...stateOf(part(name).host), ...imageNames(part(name).host)]),
})

const podman = (version: string): EngineRow => {
  const bin = () => part('podman').find((one) => one.version === version)?.bin ?? ''
  return {
    name: `podman ${version}`,
    needs: ['podman'],
    env: () => ({ ...nowhere, PATH: bin() }),
    inputs: () => ({ engine: 'podman' }),
    registry: plain,
    left: () =>
      ownNames([
        ...lines(join(bin(), 'podman'), ['images', '--all', '--format', '{{.Repository}}:{{.Tag}}']),
        ...lines(join(bin(), 'podman'), ['ps', '--all', '--format', '{{.Names}}']),
      ]),
  }
}

export const engineRows: readonly EngineRow[] = [
  { name: 'buildx, Docker 28, containerd image store', needs: ['docker', 'plugins'], ...docker('docker') },
  {
    name: 'buildx, Docker 28, classic image store',
    needs: ['classic', 'plugins', 'builderImage'],
    ...docker('classic'),
    cacheInputs: () => ({ 'driver-opts': `image=${part('builderImage')}\nnetwork=host` }),
  },
  {
    name: 'buildx, driver remote',
    needs: ['buildkitd', 'plugins'],
    env: () => nowhere,
    inputs: () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }),
    registry: plain,
    left: () => [],
  },
  podman('4.3.1'),
  podman('5.8.6'),
  {
    name: 'nerdctl 2.2.1',
    needs: ['nerdctl'],
    env: () => {
      const { bin, configuration, buildkit } = part('nerdctl')
      return { ...nowhere, PATH: bin, NERDCTL_TOML: configuration, BUILDKIT_HOST: buildkit }
    },
    inputs: () => ({ engine: 'nerdctl' }),
    registry: plain,
    // The rig has no iptables, which nerdctl requires for other networks.
    smokeTest: 'network: host\n',
    left: () => {
      const { bin, configuration } = part('nerdctl')
      const program = join(bin, 'nerdctl')
      const env = { NERDCTL_TOML: configuration }
      return ownNames([
        ...lines(program, ['images', '--format', '{{.Repository}}:{{.Tag}}'], env),
        ...lines(program, ['ps', '--all', '--format', '{{.Names}}'], env),
      ])
    },
  },
  {
    name: 'kubernetes',
    needs: ['kube', 'plugins', 'builderImage'],
    env: () => ({ ...nowhere, KUBECONFIG: part('kube').kubeconfig }),
    inputs: (host) => ({
      engine: 'kubernetes',
      registry: `http://${host}`,
      'driver-opts': `image=${part('builderImage').replace(/^[^/]+/, part('kube').registry)}`,
      'buildkitd-config-inline': [...new Set([host, part('kube').registry])]
        .map((one) => `[registry."${one}"]\n  http = true\n`)
        .join(''),
    }),
    registry: () => part('kube').registry,
    left: () => {
      const { kubectl, kubeconfig } = part('kube')
      const kinds = 'deployments,jobs,pods,configmaps'
      return ownNames(lines(kubectl, ['--kubeconfig', kubeconfig, 'get', kinds, '--output', 'name']))
    },
  },
  {
    name: 'embedded',
    needs: [],
    env: () => nowhere,
    inputs: () => ({ engine: 'embedded' }),
    registry: plain,
    left: () => [],
  },
]

/** The base image of the tests, as the engine reaches it. */
export const baseOf = (row: EngineRow): string => part('base').replace(/^[^/]+/, row.registry())

/** Makes a job on a machine that has only this engine. */
export function jobOf(
  row: EngineRow,
  { dockerfile, files = {} }: { readonly dockerfile: string; readonly files?: Readonly<Record<string, string>> },
): Job {
  const job = createJob({ Dockerfile: `FROM ${baseOf(row)}\n${dockerfile}`, ...files }, row.env())
  return { ...job, env: { ...job.env, PATH: [row.env()['PATH'], job.env['PATH']].filter(Boolean).join(delimiter) } }
}

/** The entries that a step creates: their names contain its own. Other tests use the same store. */
function ownNames(entries: readonly string[]): readonly string[] {
  return entries.filter((entry) => /polyarch-[a-z0-9]{6}(?![a-z0-9-]*-base)/i.test(entry))
}

function lines(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const own = { ...process.env, ...env }
  return execFileSync(program, args, { env: own, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n')
    .filter(Boolean)
}
