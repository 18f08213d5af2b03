import { describe, expect, test } from 'vitest'
import { loadPlacedYaml } from '../../../src/bounds/yaml.ts'
import { mirroredReferences } from '../../../src/inputs/mirrors.ts'
import { certificatesIn } from '../../../src/inputs/nodes.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { inputsOf } from '../../support/plan.ts'

type Given = Parameters<typeof inputsOf>[0]
const remote = { driver: 'remote', endpoint: 'tcp://a:1234' }
const container = { driver: 'docker-container' }

describe('mirrors', () => {
  test('are for Docker Hub by default', () => {
    const mirrors = 'mirror.gcr.io\nghcr.io=http://Mirror.example:5000/ghcr/, quay.io=q.example'
    expect(inputsOf({ mirrors }).mirrors).toEqual([
      { of: 'docker.io', host: 'mirror.gcr.io', path: '', plainHttp: false },
      { of: 'ghcr.io', host: 'mirror.example:5000', path: 'ghcr', plainHttp: true },
      { of: 'quay.io', host: 'q.example', path: '', plainHttp: false },
    ])
  })

  test('come before the registry, with tag and digest', () => {
    const { mirrors } = inputsOf({ mirrors: 'one.example/hub\ntwo.example\nghcr.io=three.example' })
    const digest = `sha256:${'a'.repeat(64)}`
    expect(mirroredReferences(`moby/buildkit:1@${digest}`, mirrors)).toEqual([
      `one.example/hub/moby/buildkit:1@${digest}`,
      `two.example/moby/buildkit:1@${digest}`,
      `moby/buildkit:1@${digest}`,
    ])
    expect(mirroredReferences('ghcr.io/acme/binfmt', mirrors)).toEqual([
      'three.example/acme/binfmt',
      'ghcr.io/acme/binfmt',
    ])
    expect(inputsOf({ mirrors: 'm.example', 'emulator-image': 'acme/binfmt' }).emulators).toMatchObject({
      images: ['m.example/acme/binfmt', 'docker.io/acme/binfmt'],
    })
  })
})

describe('append', () => {
  test('reads nodes', () => {
    const append = `- endpoint: tcp://b:1
  name: arm
  platforms: arm64,arm/v7
  driver-opts: |
    cacert=/ca.pem
    servername=b
- endpoint: unix:///c.sock
  platforms: [s390x]`
    expect(inputsOf({ ...remote, append }).append).toEqual([
      {
        name: 'arm',
        endpoint: 'tcp://b:1',
        platforms: [
          { os: 'linux', architecture: 'arm64' },
          { os: 'linux', architecture: 'arm', variant: 'v7' },
        ],
        driverOpts: ['cacert=/ca.pem', 'servername=b'],
        buildkitdFlags: undefined,
        tls: undefined,
      },
      expect.objectContaining({ endpoint: 'unix:///c.sock', platforms: [{ os: 'linux', architecture: 's390x' }] }),
    ])
  })
})

const pem = (of: string) => `-----BEGIN ${of}-----\nx\n`
const read = (given: Given, env: Readonly<Record<string, string>>) => {
  const texts: Readonly<Record<string, string | undefined>> = given ?? {}
  return loadPlacedYaml().then((parsePlacedYaml) =>
    parseInputs((name) => texts[name] ?? '', [], { parsePlacedYaml, nodeCertificates: certificatesIn(env) }),
  )
}

describe('the certificates of nodes', () => {
  const env = {
    BUILDER_NODE_0_AUTH_TLS_CACERT: pem('CERTIFICATE'),
    BUILDER_NODE_1_AUTH_TLS_CACERT: pem('CERTIFICATE 1'),
    BUILDER_NODE_1_AUTH_TLS_CERT: pem('CERTIFICATE 2'),
    BUILDER_NODE_1_AUTH_TLS_KEY: pem('PRIVATE KEY'),
    BUILDER_NODE_2_AUTH_TLS_CACERT: '',
    BUILDER_NODE_7_AUTH_TLS_CACERT: pem('CERTIFICATE'),
  }

  test('are read from the environment, by the number of the node', async () => {
    const { inputs, warnings } = await read({ ...remote, append: '- endpoint: tcp://b:1' }, env)
    expect(inputs.nodeTls).toEqual({ ca: pem('CERTIFICATE'), own: undefined })
    expect(inputs.append[0]?.tls).toMatchObject({ ca: pem('CERTIFICATE 1'), own: { cert: pem('CERTIFICATE 2') } })
    expect(JSON.stringify(inputs)).not.toContain('PRIVATE')
    expect(warnings).toEqual(['BUILDER_NODE_7_AUTH_TLS_… is ignored: there is no node 7'])
  })

  test('of another driver are for another step', async () => {
    const { inputs, warnings } = await read(container, env)
    expect({ tls: inputs.nodeTls, warnings }).toEqual({ tls: undefined, warnings: [] })
  })

  test.each([
    {
      name: 'a path',
      env: { BUILDER_NODE_0_AUTH_TLS_CACERT: '/ca.pem' },
      problem: 'endpoint: BUILDER_NODE_0_AUTH_TLS_CACERT is not in PEM form',
    },
    {
      name: 'a key without its certificate',
      env: { BUILDER_NODE_0_AUTH_TLS_CACERT: pem('C'), BUILDER_NODE_0_AUTH_TLS_KEY: pem('K') },
      problem: 'endpoint: BUILDER_NODE_0_AUTH_TLS_CERT and BUILDER_NODE_0_AUTH_TLS_KEY are required together',
    },
    {
      name: 'a certificate without an authority',
      env: { BUILDER_NODE_0_AUTH_TLS_CERT: pem('C'), BUILDER_NODE_0_AUTH_TLS_KEY: pem('K') },
      problem: 'endpoint: BUILDER_NODE_0_AUTH_TLS_CACERT is required with',
    },
  ])('rejects $name', async ({ env, problem }) => {
    await expect(read(remote, env)).rejects.toThrow(problem)
  })

  test('rejects certificates for a socket', async () => {
    const given = { driver: 'remote', endpoint: 'unix:///b.sock' }
    const problem = 'BUILDER_NODE_0_AUTH_TLS_CACERT is for driver remote with an endpoint tcp://host:port'
    await expect(read(given, { BUILDER_NODE_0_AUTH_TLS_CACERT: pem('C') })).rejects.toThrow(problem)
  })
})

test.each<{ given: Given; problem: string }>([
  { given: { mirrors: 'docker.io=' }, problem: 'mirrors, line 1: there is no mirror after "="' },
  {
    given: { mirrors: 'a.example\nghcr.io/acme=b.example' },
    problem: 'mirrors, line 2: expected a registry before "=", without a path',
  },
  { given: { mirrors: 'ghcr.io=ghcr.io' }, problem: 'mirrors, line 1: ghcr.io cannot be a mirror of itself' },
  { given: { mirrors: 'docker.io=no mirror' }, problem: 'mirrors, line 1: expected a registry such as' },
  { given: { ...remote, append: 'endpoint: a' }, problem: 'append: expected a YAML list' },
  {
    given: { ...remote, append: '- endpoint: b:1\n  plattforms: amd64' },
    problem: 'append, line 2: unknown key "plattforms"',
  },
  { given: { ...remote, append: '- endpoint: b:1\n  platforms: amd46' }, problem: 'append, line 2: platforms: ' },
  {
    given: { ...remote, append: '- name: b' },
    problem: 'append, line 1: endpoint is required: the address of the node',
  },
  {
    given: { ...remote, append: '- endpoint: tcp://a:1234' },
    problem: 'append: there are two nodes at "tcp://a:1234"',
  },
  {
    given: { ...remote, append: '- {name: b, endpoint: tcp://b:1}\n- {name: b, endpoint: tcp://c:1}' },
    problem: 'append: there are two nodes with the name "b"',
  },
  {
    given: { ...remote, append: '- {name: b/c, endpoint: tcp://b:1}' },
    problem: 'append: name: expected a letter, then letters, digits, ".", "_" and "-", found "b/c"',
  },
  {
    given: { append: '- endpoint: tcp://a:1234' },
    problem: 'append: adds nodes to a new builder, which also requires driver',
  },
  { given: { builder: 'b', append: '- endpoint: a' }, problem: 'append: is for a builder that this step creates' },
  {
    given: { builder: 'b', 'buildkitd-flags': '--debug' },
    problem: 'buildkitd-flags: is for a builder that this step creates',
  },
  {
    given: { driver: 'docker', 'node-platforms': 'amd64' },
    problem: 'node-platforms: has no effect on the docker driver',
  },
  {
    given: { ...remote, 'buildkitd-flags': '--debug' },
    problem: 'buildkitd-flags: the driver remote does not start BuildKit',
  },
  { given: { 'keep-state': 'true', builder: 'b' }, problem: 'keep-state: needs driver: docker-container' },
  {
    given: { ...container, 'keep-state': 'true' },
    problem: 'keep-state: requires builder: a name that is the same in each run',
  },
  { given: { ...container, 'keep-state': 'true', builder: 'a/b' }, problem: 'builder: expected lowercase letters' },
  { given: { emulators: 'arm46' }, problem: 'emulators: expected auto, off, all or platforms; ' },
])('rejects $given', ({ given, problem }) => {
  expect(() => inputsOf(given)).toThrow(problem)
})

test('emulators accepts platforms and "all"', () => {
  const asked = (emulators: string) => {
    const found = inputsOf({ emulators }).emulators
    return found === 'off' ? found : found.asked.map(({ architecture }) => architecture)
  }
  expect(asked('arm64, s390x')).toEqual(['arm64', 's390x'])
  expect(asked('auto')).toEqual([])
  expect(asked('off')).toBe('off')
  expect(asked('all')).toEqual(expect.arrayContaining(['amd64', 'arm64', 'riscv64', 's390x']))
})

describe('inputs of the actions that this step replaces', () => {
  const given = (texts: Readonly<Record<string, string>>) =>
    parseInputs((name) => texts[name] ?? '', Object.keys(texts))

  test.each<{ texts: Readonly<Record<string, string>>; problem: string }>([
    {
      texts: { version: 'latest' },
      problem: 'version: is not an input of this action: for that of docker/setup-buildx-action, use `buildx-version`',
    },
    {
      texts: { cleanup: 'false' },
      problem: 'cleanup: is not an input of this action: a builder that this step creates is removed with it',
    },
    {
      texts: { reset: 'true' },
      problem: 'reset: is not an input of this action: existing emulators are left untouched',
    },
    { texts: { install: 'true' }, problem: 'install: is not an input of this action' },
    { texts: { image: 'a/binfmt' }, problem: 'for that of docker/setup-qemu-action, use `emulator-image`' },
  ])('are errors if the result would differ: $texts', ({ texts, problem }) => {
    expect(() => given(texts)).toThrow(problem)
  })

  test('are warnings if only time is lost, and ignored if nothing is', () => {
    expect(given({ 'cache-binary': 'true', 'cache-image': 'true' }).warnings).toEqual([
      expect.stringMatching(
        /^Input ignored: cache-binary is not an input of this action: buildx is kept in the tool cache/,
      ),
      expect.stringMatching(/^Input ignored: cache-image is not an input of this action: the image of the emulators/),
    ])
    const same = { cleanup: 'true', use: 'false', install: 'false', reset: 'false', 'cache-binary': 'false' }
    expect(given(same).warnings).toEqual([])
  })
})
