import { describe, expect, test } from 'vitest'
import { planEngine } from '../../../src/engine/choose.ts'
import type { Facts } from '../../../src/facts/facts.ts'
import { builderOf, factsOf, inputsOf, serverOf } from '../../support/plan.ts'

const silent: Facts['docker'] = { kind: 'unreachable', reason: 'connect ENOENT', endpoint: serverOf().endpoint }
const noBuildx = factsOf({ buildx: { kind: 'missing', reason: 'there is no docker-buildx' } })
const noDaemon = factsOf({ docker: silent })
const remote = factsOf({
  docker: silent,
  builder: builderOf({ driver: 'remote', because: 'current builder' }),
})

const podman = factsOf({ docker: serverOf({ product: 'podman' }) })
const podmanAndRemote = factsOf({ docker: serverOf({ product: 'podman' }), builder: builderOf({ driver: 'remote' }) })

describe('planEngine()', () => {
  test('selects embedded despite options that only RUN steps use', () => {
    const given = {
      ...{ 'add-hosts': 'a:10.0.0.1', allow: 'network.host', 'cgroup-parent': 'x', network: 'none' },
      ...{ 'no-cache-filters': 'a', 'shm-size': '1g', ulimit: 'nofile=1' },
    }
    expect(planEngine(inputsOf({ ...given, engine: 'embedded' }), factsOf()).engine).toMatchObject({ name: 'embedded' })
    expect(planEngine(inputsOf(given), noDaemon).engine).toMatchObject({ name: 'embedded' })
  })

  test.each([
    { given: { attests: 'type=sbom' }, what: 'cannot make attestations' },
    { given: { 'extra-args': '--resource=memory=2g' }, what: 'cannot take options of buildx (extra-args)' },
  ])('does not select embedded with $given', ({ given, what }) => {
    expect(() => planEngine(inputsOf({ ...given, engine: 'embedded' }), factsOf())).toThrow(what)
  })

  test('names Podman as the reason for embedded, and the alternatives', () => {
    expect(planEngine(inputsOf(), podman).engine).toMatchObject({
      because: 'because Podman answers at unix:///var/run/docker.sock, which buildx cannot use',
      otherwise: { code: 'feature-missing', hint: expect.stringContaining('DOCKER_HOST') },
    })
    expect(() => planEngine(inputsOf({ provenance: 'true' }), podman)).toThrow(
      expect.objectContaining({ code: 'feature-missing', hint: expect.stringContaining('not with Podman') }),
    )
  })

  test.each([
    { reason: 'connect ECONNREFUSED 10.0.0.9:2376', code: 'daemon-unreachable' },
    { reason: 'connect ECONNREFUSED /var/run/docker.sock', code: 'daemon-unreachable' },
    { reason: 'connect ENOENT /var/run/docker.sock', code: undefined },
  ])('reports for a Dockerfile with RUN that the daemon may come back: $reason', ({ reason, code }) => {
    const docker = { kind: 'unreachable', reason, endpoint: serverOf({}).endpoint } as const
    const { engine } = planEngine(inputsOf(), factsOf({ docker }))
    expect(engine).toMatchObject({ name: 'embedded' })
    expect('otherwise' in engine ? engine.otherwise?.code : undefined).toBe(code)
  })

  test.each([
    { name: 'Docker is available', given: {}, facts: factsOf(), engine: 'buildx' },
    { name: 'buildx is missing', given: {}, facts: noBuildx, engine: 'embedded' },
    { name: 'no daemon is running', given: {}, facts: noDaemon, engine: 'embedded' },
    { name: 'Podman is running', given: {}, facts: podman, engine: 'embedded' },
    { name: 'Podman is running and the builder is remote', given: {}, facts: podmanAndRemote, engine: 'buildx' },
    { name: 'the current builder is remote', given: {}, facts: remote, engine: 'buildx' },
    { name: 'embedded is selected', given: { engine: 'embedded' }, facts: factsOf(), engine: 'embedded' },
    { name: 'buildx is selected', given: { engine: 'buildx' }, facts: factsOf(), engine: 'buildx' },
    { name: 'layers are dropped', given: { 'drop-layers': '1' }, facts: factsOf(), engine: 'embedded' },
  ])('selects $engine when $name', ({ given, facts, engine }) => {
    expect(planEngine(inputsOf(given), facts).engine).toMatchObject({
      name: engine,
      because: expect.stringMatching(/./),
    })
  })

  test.each([
    { name: 'buildx is selected', given: { engine: 'buildx' } },
    { name: 'a driver is selected', given: { driver: 'docker-container' } },
    { name: 'a minimum version is set', given: { 'minimum-engine-version': '24' } },
    { name: 'options of buildx are set', given: { 'extra-args': '--resource=memory=2g' } },
  ])('does not fall back to embedded when $name and no daemon is running', ({ given }) => {
    expect(() => planEngine(inputsOf(given), noDaemon)).toThrow(expect.objectContaining({ code: 'daemon-unreachable' }))
  })

  test.each([
    { name: 'Windows', given: { platforms: 'linux/amd64, windows/amd64' }, says: 'put images for Windows together' },
    { name: 'attestations', given: { provenance: 'true' }, says: 'make attestations' },
    { name: 'an archive as context', given: { context: 'https://a.example/b.tar.gz' }, says: 'archive at a URL' },
    {
      name: 'an archive as a named context',
      given: { 'build-contexts': 'a=https://a.example/b.tar.gz' },
      says: 'archive at a URL',
    },
    { name: 'a Dockerfile at a URL', given: { file: 'https://a.example/Dockerfile' }, says: 'from a URL' },
  ])('reports that embedded does not support $name', ({ given, says }) => {
    expect(() => planEngine(inputsOf({ engine: 'embedded', ...given }), factsOf())).toThrow(
      expect.objectContaining({ code: 'feature-missing', message: expect.stringContaining(says) }),
    )
  })

  test.each(['https://a.example/b.git#main:sub', 'git@a.example:b', '{{defaultContext}}', 'github.com/a/b'])(
    'lets embedded fetch %s',
    (context) => {
      const { engine } = planEngine(inputsOf({ engine: 'embedded', context }), factsOf())
      expect(engine.name).toBe('embedded')
    },
  )

  test.each([
    { name: 'loads one platform by default', given: {}, load: true },
    { name: 'does not load with an output', given: { outputs: 'out' }, load: false },
    { name: 'loads on request', given: { outputs: 'out', load: 'true' }, load: true },
  ])('$name with embedded', ({ given, load }) => {
    const { engine, ...planned } = planEngine(inputsOf(given), noBuildx)
    expect({ ...planned, into: engine.traits.loadsInto }).toEqual({
      load,
      insecureRegistries: [],
      warnings: [],
      into: load ? serverOf() : undefined,
    })
  })

  test('loads several platforms with embedded if the store supports them', () => {
    const inputs = inputsOf({ engine: 'embedded', platforms: 'amd64, arm64', load: 'true' })
    const containerd = factsOf({ docker: serverOf({ store: 'containerd' }) })
    expect(planEngine(inputs, containerd).load).toBe(true)
    expect(() => planEngine(inputs, factsOf())).toThrow(expect.objectContaining({ code: 'feature-missing' }))
  })

  test('names the unreachable daemon when embedded must load', () => {
    const inputs = inputsOf({ engine: 'embedded', load: 'true' })
    expect(() => planEngine(inputs, noDaemon)).toThrow(
      expect.objectContaining({ code: 'daemon-unreachable', message: expect.stringContaining('connect ENOENT') }),
    )
    expect(planEngine(inputsOf({ engine: 'embedded' }), noDaemon).load).toBe(false)
  })

  test('suggests embedded for dropping layers when buildx is selected', () => {
    expect(() => planEngine(inputsOf({ engine: 'buildx', 'drop-layers': '1' }), factsOf())).toThrow(
      expect.objectContaining({ code: 'feature-missing', hint: expect.stringContaining('embedded') }),
    )
  })
})

test.each([noDaemon, factsOf(), factsOf({ docker: serverOf({ store: 'containerd' }) })])(
  'returns a reason without parentheses, because the log adds some',
  (facts) => {
    expect(planEngine(inputsOf({ images: 'a/b', push: 'true' }), facts).engine.because).not.toMatch(/[()]/)
  },
)
