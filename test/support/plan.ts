import { parse } from 'yaml'
import { loadPlacedYaml } from '../../src/bounds/yaml.ts'
import type { DockerServer } from '../../src/docker/server.ts'
import type { Builder, BuilderNode, Facts } from '../../src/facts/facts.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { parseInputs } from '../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../src/inputs/schema.ts'

const parsePlacedYaml = await loadPlacedYaml()

/** Inputs as a workflow sets them; the others have the defaults of action.yml except for the token. */
export function inputsOf(given: Partial<Record<InputName, string>> = {}): Inputs {
  const texts: Readonly<Record<string, string | undefined>> = { 'github-token': '', ...given }
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  return parseInputs((name) => texts[name] ?? rows[name]?.default ?? '', [], { parseYaml: parse, parsePlacedYaml })
    .inputs
}

/** A Docker daemon with the default installation of this version, with the given differences. */
export function serverOf(more: Partial<DockerServer> = {}): DockerServer {
  return {
    kind: 'server',
    endpoint: { host: 'unix:///var/run/docker.sock', context: 'default', because: 'the default socket', env: {} },
    api: '1.51',
    version: '28.5.2',
    product: 'docker',
    os: 'linux',
    architecture: 'amd64',
    store: 'classic',
    insecureRegistries: [],
    local: undefined,
    ...more,
  }
}

/** The builder that buildx would use. */
export function builderOf(more: Partial<Builder> = {}): Builder {
  return {
    kind: 'builder',
    name: 'default',
    driver: 'docker',
    because: 'default builder',
    platforms: [],
    natives: [],
    nodes: [],
    ...more,
  }
}

/** A node of a builder that responds, with the given differences. */
export function nodeOf(more: Partial<BuilderNode> = {}): BuilderNode {
  return {
    name: 'one',
    endpoint: 'tcp://one:1',
    status: 'running',
    error: '',
    declared: [],
    reported: ['linux/amd64'],
    ...more,
  }
}

/** A machine with Docker and buildx, with the given differences. */
export function factsOf(more: Partial<Facts> = {}): Facts {
  return {
    event: {
      name: 'push',
      ref: 'refs/heads/main',
      refName: 'main',
      sha: '0123456789abcdef0123456789abcdef01234567',
      serverUrl: 'https://github.com',
      repository: 'acme/app',
    },
    origin: undefined,
    actor: 'octocat',
    dockerConfigDir: '/home/user/.docker',
    buildxConfigDir: '/home/user/.docker/buildx',
    cacheService: false,
    cacheFolder: '/runner/tools/polyarch-cache',
    docker: serverOf(),
    buildx: { path: '/usr/libexec/docker/cli-plugins/docker-buildx' },
    builder: builderOf(),
    ...more,
  }
}
