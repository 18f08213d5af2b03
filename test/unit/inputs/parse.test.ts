import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { loadYamlPairs } from '../../../src/bounds/yaml.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import { loadLibraries } from '../../../src/inputs/expressions.ts'
import { plainFlavor } from '../../../src/inputs/flavor.ts'
import { givenInputs, parseInputs } from '../../../src/inputs/parse.ts'
import { isPairMapping } from '../../../src/inputs/read/pair-mapping.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'
import { formatPlatform } from '../../../src/oci/platform.ts'
import { formatReference, formatRepository, showReference, showRepository } from '../../../src/oci/reference.ts'

type With = { readonly [N in InputName]?: string }

const libraries = await loadLibraries('{{date}} pep440')
const parseYamlPairs = await loadYamlPairs()
const parse = (given: With) => parseInputs((name) => given[name] ?? '', [], { libraries, parseYamlPairs })
const inputs = (given: With) => parse(given).inputs
const tagsOf = (given: With) => {
  return inputs(given).tags.map((tag) => (tag.kind === 'tag' ? tag.tag : formatReference(tag.reference)))
}

/** The problems of an error, one per line; "" without an error. */
function problems(given: With): string {
  try {
    parse(given)
    return ''
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    expect(thrown.code).toBe('input-invalid')
    return thrown.message
  }
}

test('parseInputs() returns the defaults if nothing is set', () => {
  expect(parse({})).toEqual({
    inputs: {
      images: [],
      tags: [],
      flavor: plainFlavor,
      optionalPlatforms: [],
      perPlatform: [],
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      mode: 'build',
      digests: [],
      from: undefined,
      runners: [],
      platform: [],
      ledger: 'auto',
      context: { kind: 'path', path: '.' },
      buildContexts: [],
      file: undefined,
      dockerfileInline: undefined,
      target: undefined,
      buildArgs: {},
      secrets: [],
      ssh: [],
      labels: {},
      annotations: {},
      annotationLevels: undefined,
      defaultLabels: true,
      compression: 'gzip',
      dropLayers: 0,
      push: false,
      ifExists: 'overwrite',
      preflight: true,
      emulators: { images: ['docker.io/tonistiigi/binfmt:qemu-v10.2.3-68'], asked: [] },
      verify: 'error',
      smokeTest: undefined,
      retries: 8,
      timeout: undefined,
      cacheTimeout: 600_000,
      maxSize: undefined,
      load: undefined,
      outputs: [],
      cache: { kind: 'off' },
      separators: { tags: '\n', labels: '\n', annotations: '\n' },
      bakeTarget: 'docker-metadata-action',
      cacheFrom: [],
      cacheTo: [],
      noCache: false,
      pull: false,
      fresh: undefined,
      call: 'build',
      dryRun: false,
      registry: undefined,
      login: undefined,
      logins: [],
      ecr: 'auto',
      keepLogin: false,
      githubToken: undefined,
      builder: undefined,
      engine: 'auto',
      driver: undefined,
      driverOpts: [],
      buildkitdConfig: undefined,
      provenance: undefined,
      sbom: undefined,
      addHosts: [],
      allow: [],
      cgroupParent: undefined,
      network: undefined,
      noCacheFilters: [],
      shmSize: undefined,
      ulimit: [],
      extraArgs: [],
      buildkitdFlags: undefined,
      nodePlatforms: [],
      nodeTls: undefined,
      append: [],
      keepState: undefined,
      mirrors: [],
      buildxRelease: undefined,
      minimumVersions: {},
    },
    warnings: [],
    notices: [],
  })
})

test('parseInputs() treats empty templates and blanks as not set', () => {
  // White space separates items.
  const blank = (name: string) => (name.startsWith('sep-') ? '' : ' \n ')
  expect(parseInputs(blank)).toEqual(parse({}))
})

test('parseInputs() reads every input of the schema and no other', () => {
  const read = new Set<string>()
  parseInputs((name) => {
    read.add(name)
    return ''
  })
  expect([...read].sort()).toEqual(Object.keys(inputRows).sort())
})

test.each([
  {
    name: 'a mirror',
    given: { 'emulator-image': 'mirror.example/binfmt:1' },
    is: { images: ['mirror.example/binfmt:1'], asked: [] },
  },
  {
    name: 'a short name',
    given: { 'emulator-image': 'acme/binfmt' },
    is: { images: ['docker.io/acme/binfmt'], asked: [] },
  },
  { name: 'off', given: { emulators: 'off', 'emulator-image': 'acme/binfmt' }, is: 'off' },
])('parseInputs() reads emulators: $name', ({ given, is }) => {
  expect(parse(given).inputs.emulators).toEqual(is)
})

test('parseInputs() rejects an emulator image that is not a reference', () => {
  expect(() => parse({ 'emulator-image': 'a b' })).toThrow('emulator-image')
})

test('parseInputs() treats the defaults of action.yml as not set', () => {
  const { inputs } = parseInputs((name) => (name === 'github-token' ? '' : inputRows[name].default))
  expect(inputs).toEqual(parse({}).inputs)
})

describe('parseInputs() of platforms', () => {
  test.each([
    {
      name: 'takes short names and aliases',
      platforms: 'amd64, arm64, arm32, x86_64, aarch64',
      expected: 'linux/amd64 linux/arm64 linux/arm/v7',
    },
    {
      name: 'keeps the order',
      platforms: 'linux/s390x\nlinux/amd64\narm64',
      expected: 'linux/s390x linux/amd64 linux/arm64',
    },
    {
      name: 'drops duplicates and keeps the first',
      platforms: 'arm64,amd64,linux/arm64/v8',
      expected: 'linux/arm64 linux/amd64',
    },
    { name: 'has linux/amd64 by default', platforms: '# none\n', expected: 'linux/amd64' },
  ])('$name', ({ platforms, expected }) => {
    expect(inputs({ platforms }).platforms.map(formatPlatform).join(' ')).toBe(expected)
  })

  test('keeps two versions of one operating system', () => {
    const platforms = 'windows(10.0.17763)/amd64, windows(10.0.20348)/amd64'
    expect(inputs({ platforms }).platforms.map((platform) => platform['os.version'])).toEqual([
      '10.0.17763',
      '10.0.20348',
    ])
  })

  test('names the line of an invalid one, with the nearest valid one', () => {
    const message = problems({ platforms: 'amd64\n\nlinux/amd46\n' })
    expect(message).toContain('platforms, line 3: ')
    expect(message).toContain('linux/amd64')
  })
})

describe('parseInputs() of images and registry', () => {
  test.each([
    {
      name: 'completes names of Docker Hub',
      given: { images: 'app\nacme/app' },
      expected: 'docker.io/library/app docker.io/acme/app',
    },
    { name: 'lowercases names', given: { images: 'GHCR.io/Acme/App' }, expected: 'ghcr.io/acme/app' },
    {
      name: 'drops duplicates',
      given: { images: 'acme/app, docker.io/acme/app, Acme/App' },
      expected: 'docker.io/acme/app',
    },
    {
      name: 'prepends the registry to names without one',
      given: { images: 'acme/app, quay.io/acme/app, localhost/app, h:5000/app', registry: 'ghcr.io' },
      expected: 'ghcr.io/acme/app quay.io/acme/app localhost/app h:5000/app',
    },
    {
      name: 'takes a registry with scheme and slashes',
      given: { images: 'acme/app', registry: 'https://ghcr.io//' },
      expected: 'ghcr.io/acme/app',
    },
    {
      name: 'takes a registry with a path',
      given: { images: 'app', registry: 'GHCR.io/Acme/' },
      expected: 'ghcr.io/acme/app',
    },
    {
      name: 'prepends nothing for Docker Hub',
      given: { images: 'acme/app', registry: 'https://index.docker.io/v1/' },
      expected: 'docker.io/acme/app',
    },
    {
      name: 'recognizes the other names of Docker Hub',
      given: { images: 'app', registry: 'registry-1.docker.io' },
      expected: 'docker.io/library/app',
    },
    {
      name: 'takes a namespace of Docker Hub',
      given: { images: 'app', registry: 'docker.io/acme' },
      expected: 'docker.io/acme/app',
    },
    {
      name: 'takes a registry with a port',
      given: { images: 'app', registry: 'localhost:5000' },
      expected: 'localhost:5000/app',
    },
  ])('$name', ({ given, expected }) => {
    expect(inputs(given).images.map(formatRepository).join(' ')).toBe(expected)
  })

  test.each([
    { registry: 'http://localhost:5000/', expected: { host: 'localhost:5000', namespace: '', plainHttp: true } },
    { registry: 'HTTPS://ghcr.io/acme/team', expected: { host: 'ghcr.io', namespace: 'acme/team', plainHttp: false } },
    { registry: 'hub.docker.com', expected: { host: 'docker.io', namespace: '', plainHttp: false } },
    {
      registry: '123.dkr.ecr.eu-west-1.amazonaws.com',
      expected: { host: '123.dkr.ecr.eu-west-1.amazonaws.com', namespace: '', plainHttp: false },
    },
  ])('reads the registry $registry', ({ registry, expected }) => {
    expect(inputs({ registry }).registry).toEqual(expected)
  })

  test('adds a notice for each name that it lowercases', () => {
    const { notices } = parse({ images: 'ghcr.io/Acme/App', tags: 'ghcr.io/ACME/app:V1, Latest' })
    expect(notices).toHaveLength(2)
    expect(notices[0]).toContain('images: "ghcr.io/Acme/App"')
    expect(notices[1]).toContain('"ghcr.io/acme/app"')
  })

  test.each([
    {
      name: 'a tag, with the input to use',
      given: { images: '\nacme/app:1.2' },
      expected: 'images, line 2: expected a name without a tag, found "acme/app:1.2"; move "1.2" to the input tags',
    },
    {
      name: 'a digest',
      given: { images: `app@sha256:${'0'.repeat(64)}` },
      expected: 'images, line 1: expected a name without a digest',
    },
    {
      name: 'an unknown attribute, with the nearest name',
      given: { images: 'name=acme/app,enabel=true' },
      expected: 'expected an attribute of name, enable, found "enabel"; did you mean enable?',
    },
    { name: 'an invalid name', given: { images: 'acme//app' }, expected: 'images, line 1: Invalid image reference' },
    { name: 'a URL', given: { images: 'https://ghcr.io/acme/app' }, expected: 'images, line 1: ' },
    {
      name: 'a registry that docker would interpret as an owner',
      given: { registry: 'acme' },
      expected: 'registry: expected a registry such as',
    },
    { name: 'an invalid registry', given: { registry: 'ghcr.io/a b' }, expected: 'found "ghcr.io/a b"' },
    {
      name: 'a registry with a user',
      given: { registry: 'https://me:hunter2@ghcr.io' },
      expected:
        'Invalid input: registry: expected a registry without "@"; username and password are inputs of their own',
    },
    { name: 'a registry with a tag', given: { registry: 'ghcr.io/acme:1' }, expected: 'registry: ' },
  ])('rejects $name', ({ given, expected }) => {
    expect(problems(given)).toContain(expected)
  })
})

describe('parseInputs() of tags', () => {
  const images = 'ghcr.io/acme/app'
  test.each([
    { name: 'accepts short tags', given: { images, tags: '1.2, latest\nV3' }, expected: '1.2 latest V3' },
    { name: 'drops duplicates', given: { images, tags: '1,1\n1' }, expected: '1' },
    {
      name: 'accepts complete references, with their tag unchanged',
      given: { tags: 'acme/app:V1\nGhcr.io/Acme/app:latest' },
      expected: 'docker.io/acme/app:V1 ghcr.io/acme/app:latest',
    },
    { name: 'accepts both', given: { images, tags: '1, quay.io/acme/app:2' }, expected: '1 quay.io/acme/app:2' },
    {
      name: 'adds latest to a complete reference without a tag',
      given: { images, tags: '1, localhost:5000/app' },
      expected: '1 localhost:5000/app:latest',
    },
    {
      name: 'treats a lone name as a reference if no images are set',
      given: { tags: 'app' },
      expected: 'docker.io/library/app:latest',
    },
    {
      name: 'prepends the registry to references without one',
      given: { tags: 'app\nacme/app:1', registry: 'ghcr.io', push: 'true' },
      expected: 'ghcr.io/app:latest ghcr.io/acme/app:1',
    },
    {
      name: 'accepts rules, with keys in any case, quotes and the value alone',
      given: { images, tags: 'TYPE=raw , value = a\ntype=raw,b\n"type=raw","value=c"\nvalue=feature/x,type=raw' },
      expected: 'a b c feature-x',
    },
  ])('$name', ({ given, expected }) => {
    expect(tagsOf(given).join(' ')).toBe(expected)
  })

  test('accepts attributes of rules, tags and complete references', () => {
    const tags = 'type=raw,value=a,moving=true\nb, quay.io/acme/app:c, moving=true\nd,enable=false\ntype=raw,value=\nb'
    expect(inputs({ images, tags }).tags).toEqual([
      { kind: 'tag', tag: 'a', moving: true, enabled: true },
      { kind: 'tag', tag: 'b', moving: true, enabled: true },
      {
        kind: 'reference',
        reference: { registry: 'quay.io', repository: 'acme/app', tag: 'c' },
        moving: true,
        enabled: true,
      },
      { kind: 'tag', tag: 'd', moving: undefined, enabled: false },
      { kind: 'tag', tag: '', moving: undefined, enabled: false },
    ])
  })

  test.each([
    { given: 'acme/app', shown: 'acme/app' },
    { given: 'docker.io/acme/app', shown: 'docker.io/acme/app' },
    { given: 'alpine', shown: 'alpine' },
    { given: 'Acme/App', shown: 'acme/app' },
    { given: 'index.docker.io/acme/app', shown: 'index.docker.io/acme/app' },
    { given: 'ghcr.io/acme/app', shown: 'ghcr.io/acme/app' },
    { given: 'acme/app', registry: 'docker.io', shown: 'acme/app' },
    { given: 'app', registry: 'docker.io/acme', shown: 'acme/app' },
    { given: 'docker.io/acme/app', registry: 'docker.io', shown: 'docker.io/acme/app' },
    { given: 'acme/app', registry: 'ghcr.io', shown: 'ghcr.io/acme/app' },
  ])('shows $given as $shown with registry $registry', ({ given, registry = '', shown }) => {
    expect(inputs({ images: given, registry }).images.map(showRepository)).toEqual([shown])
    const [tag] = inputs({ tags: `${given}:1`, registry }).tags
    expect(tag?.kind === 'reference' && showReference(tag.reference)).toBe(`${shown}:1`)
  })

  test.each([
    {
      name: 'a rule without its pattern, with its line',
      given: { images, tags: '1\ntype=semver,enable=true' },
      expected: 'Invalid input: tags, line 2: type=semver needs a pattern',
    },
    {
      name: 'a rule of an unknown type',
      given: { images, tags: 'type=row,value=x' },
      expected: 'expected type=schedule, semver, pep440, match, edge, ref, raw, sha, found "row"; did you mean raw?',
    },
    { name: 'a rule without a value', given: { images, tags: 'type=raw' }, expected: 'type=raw needs one value' },
    { name: 'a rule with two values', given: { images, tags: 'type=raw,a,value=b' }, expected: 'and has 2' },
    {
      name: 'a value without an allowed character',
      given: { images, tags: 'type=raw,value=---' },
      expected: 'found "---"',
    },
    {
      name: 'an unknown attribute',
      given: { images, tags: 'stable,mooving=true' },
      expected: 'expected an attribute of enable, moving, priority, found "mooving"; did you mean moving?',
    },
    {
      name: 'an attribute of another rule',
      given: { images, tags: 'type=raw,value=a,format=long' },
      expected: 'expected an attribute of value, prefix, suffix, enable, moving, priority, found "format"',
    },
    { name: 'an attribute alone', given: { images, tags: 'moving=true' }, expected: 'expected a tag before' },
    {
      name: 'an unknown flag',
      given: { images, tags: 'a,moving=yes' },
      expected: 'moving: expected true or false, found "yes"',
    },
    {
      name: 'an empty enable, as in docker/metadata-action',
      given: { images, tags: 'type=raw,value=a,enable=' },
      expected: 'enable: expected true or false, found ""',
    },
    {
      name: 'an unknown expression, with the nearest name',
      given: { images, tags: 'type=raw,value=a,enable={{is_default_branhc}}' },
      expected: 'found "is_default_branhc"; did you mean is_default_branch?, in',
    },
    { name: 'an unknown template helper', given: { images, tags: 'a{{log tag}}' }, expected: 'found "log"' },
    { name: 'a block that repeats', given: { images, tags: 'a{{#each tag}}{{/each}}' }, expected: 'found "#each"' },
    { name: 'a date without a format', given: { images, tags: 'a{{date}}' }, expected: 'expected a format, such as' },
    {
      name: 'an unknown time zone',
      given: { images, tags: "a{{date 'YYYY' tz='Nowhere/City'}}" },
      expected: 'expected a time zone such as Europe/Berlin, found "Nowhere/City"',
    },
    {
      name: 'an invalid pattern',
      given: { images, tags: 'type=match,pattern=(' },
      expected: 'pattern: expected a regular expression, found "("',
    },
    {
      name: 'an unknown flavor',
      given: { images, tags: '1', flavor: 'lastest=true' },
      expected:
        'Invalid input: flavor, line 1: expected an attribute of latest, prefix, suffix, onlatest, found "lastest=true"; did you mean latest?',
    },
    {
      name: 'a push whose rules give no tag',
      given: { images, tags: 'type=edge', push: 'true' },
      expected: 'tags: there is no tag to push: no rule gives one for this event',
    },
    {
      name: 'a push without an enabled tag',
      given: { images, tags: 'a,enable=false', push: 'true' },
      expected: 'tags: there is no tag to push: none is enabled',
    },
    {
      name: 'a rule to push without a name',
      given: { tags: 'type=raw,value=1.2', push: 'true' },
      expected: 'tags: "1.2" has no image name: set images',
    },
    { name: 'an invalid tag', given: { images, tags: '1\n-x' }, expected: 'tags, line 2: expected a tag' },
    {
      name: 'a tag that is too long',
      given: { images, tags: 'x'.repeat(129) },
      expected: 'tags, line 1: expected a tag',
    },
    { name: 'a digest', given: { images, tags: `app:1@sha256:${'0'.repeat(64)}` }, expected: 'found a digest' },
    {
      name: 'a name without any tag',
      given: { images, tags: 'ghcr.io/acme/other:1' },
      expected: 'tags: no tag is for ghcr.io/acme/app of images',
    },
    {
      name: 'a short tag to push without a name',
      given: { tags: 'acme/app:1\n1.2', push: 'true' },
      expected: 'tags, line 2: "1.2" has no image name: set images, or write name:tag',
    },
    { name: 'an empty tag', given: { tags: 'acme/app:' }, expected: 'tags, line 1: ' },
  ])('rejects $name', ({ given, expected }) => {
    expect(problems(given)).toContain(expected)
  })
})

describe('parseInputs() of build-args, labels and annotations as a YAML mapping', () => {
  const mapping = '# of the build\nVERSION: 1.10\nDEBUG: true\nHOME:\nEMPTY: ""\nTEXT: |\n  a\n  b=c\n"q": \'x: "y"\'\n'

  test('keeps values as they are written', () => {
    expect(inputs({ 'build-args': mapping }).buildArgs).toEqual({
      VERSION: '1.10',
      DEBUG: 'true',
      HOME: null,
      EMPTY: '',
      TEXT: 'a\nb=c\n',
      q: 'x: "y"',
    })
    expect(inputs({ labels: 'a.b/c: 007\nempty:\n' }).labels).toEqual({ 'a.b/c': '007', empty: '' })
    expect(inputs({ annotations: 'index:a.b: x\nmanifest[linux/amd64]:a: y' }).annotations).toEqual({
      'index:a.b': 'x',
      'manifest[linux/amd64]:a': 'y',
    })
  })

  test('accepts JSON as toJSON(vars) prints it', () => {
    expect(inputs({ 'build-args': '{\n  "A": "1",\n  "B": "x=y"\n}' }).buildArgs).toEqual({ A: '1', B: 'x=y' })
  })

  test.each(['A=b: c', 'URL=https://a', 'index:a=b', 'A', '{{version}}=1', '${A}'])('is not detected in %s', (text) => {
    expect(isPairMapping(text)).toBe(false)
  })

  test('supports expressions', () => {
    expect(problems({ labels: '\na: x\nb: "{{vresion}}"' })).toContain('labels, line 3: "b": expected an expression of')
  })

  test.each([
    { text: 'A: 1\nB:\n  - s3cret\n', says: 'build-args, line 2: "B": expected a text, found a list' },
    { text: 'A: 1\nB: {x: s3cret}', says: 'build-args, line 2: "B": expected a text, found a mapping' },
    { text: 'A: 1\nB=s3cret', says: 'invalid YAML' },
    { text: 'A: *s3cret', says: 'a value that begins with "*" is an alias' },
    { text: 'A: 1\nB: 2\nA: s3cret', says: 'Map keys must be unique: "A" at line 3' },
    { text: 'A: 1\nB C: s3cret', says: 'build-args, line 2: expected KEY=value or KEY, found whitespace in the key' },
    { text: 'A: 1\nB=s: s3cret', says: 'build-args, line 2: expected "key: value" or key=value in all lines' },
  ])('rejects $text', ({ text, says }) => {
    expect(problems({ 'build-args': text })).toContain(says)
    expect(problems({ 'build-args': text })).not.toContain('s3cret')
  })
})

describe('parseInputs() of build-args-file', () => {
  const files: Readonly<Record<string, string>> = {
    'a.env': '\uFEFF# versions\r\nA=1\r\n\r\n  B="x # y"\nC=\'$D\'\nD="a" "b"\nE=it\'s=\\n # no comment\nF=\nHOME\n',
    'b.env': 'A=2\nB=b\nV={{sha}}',
    'bad.env': 'A=1\nB C=s3cret\n=s3cret\nD=s3cret{{vresion}}',
    'binary.env': 'A=\0',
    'large.env': 'A'.repeat(700_000),
  }
  const withFiles = (given: With) =>
    parseInputs((name) => given[name] ?? '', [], {
      libraries,
      readText: (path) => {
        const value = files[path]
        return value === undefined ? { problem: 'it does not exist' } : { value }
      },
    }).inputs

  test('reads env files: later files override earlier ones, and build-args overrides all', () => {
    expect(withFiles({ 'build-args-file': 'a.env' }).buildArgs).toEqual({
      A: '1',
      B: 'x # y',
      C: '$D',
      D: '"a" "b"',
      E: "it's=\\n # no comment",
      F: '',
      HOME: null,
    })
    const both = withFiles({ 'build-args-file': 'a.env\nb.env', 'build-args': 'B=own' })
    expect(both.buildArgs).toMatchObject({ A: '2', B: 'own', C: '$D', V: '{{sha}}' })
    expect(both.expressions?.uses).toEqual(new Set(['sha']))
  })

  test('names the file and the line of each problem, without values', () => {
    const found = () => withFiles({ 'build-args-file': 'a.env\nbad.env\nnone.env\nbinary.env' })
    expect(found).toThrow('build-args-file, line 2: "bad.env", line 2: expected KEY=value or KEY, found whitespace')
    expect(found).toThrow('build-args-file, line 2: "bad.env", line 3: expected KEY=value or KEY, found nothing before')
    expect(found).toThrow('build-args-file, line 2: "bad.env", line 4: "D": expected an expression of')
    expect(found).toThrow('build-args-file, line 3: cannot read "none.env": it does not exist')
    expect(found).toThrow('build-args-file, line 4: cannot read "binary.env": it is not a text file in UTF-8')
    expect(found).not.toThrow('s3cret')
    expect(() => withFiles({ 'build-args-file': 'large.env\nlarge.env' })).toThrow('together larger than 1.0 MB')
  })
})

describe('parseInputs() of build-args, labels and annotations', () => {
  test('keeps values verbatim after the first "="', () => {
    const given = 'A=1=2\nB= x\nC={"a":"b","c":[1,2]}\nD="q"\nE=\nF\n# G=1\nA=3'
    expect(inputs({ 'build-args': given }).buildArgs).toEqual({
      A: '3',
      B: ' x',
      C: '{"a":"b","c":[1,2]}',
      D: '"q"',
      E: '',
      F: null,
    })
  })

  test('keeps a value of several lines in quotes', () => {
    expect(inputs({ labels: '"a=1\n2"\nb=3' }).labels).toEqual({ a: '1\n2', b: '3' })
  })

  test('keeps keys that are JavaScript properties', () => {
    expect(Object.entries(inputs({ labels: '__proto__=1\nconstructor=2' }).labels)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })

  test.each([
    'a=1',
    'index:a=1',
    'manifest:a=1',
    'manifest[linux/arm64]:a=1',
    'index,manifest-descriptor[arm64]:a=1',
    'index-descriptor:a=b:c=d',
  ])('keeps the annotation %s unchanged', (annotations) => {
    const at = annotations.indexOf('=')
    expect(inputs({ annotations, platforms: 'amd64, arm64' }).annotations).toEqual({
      [annotations.slice(0, at)]: annotations.slice(at + 1),
    })
  })

  test('reads the annotation levels from the variable of metadata-action', () => {
    const levels = (annotationLevels: string) => parseInputs(() => '', [], { annotationLevels }).inputs.annotationLevels
    expect(levels(' index, manifest,index')).toEqual(['index', 'manifest'])
    expect(levels('')).toBeUndefined()
    expect(() => levels('index,manifets')).toThrow(
      'annotations: DOCKER_METADATA_ANNOTATIONS_LEVELS: expected levels of index, manifest, index-descriptor, manifest-descriptor, found "manifets"; did you mean manifest?',
    )
  })

  test('moves the later of two annotations to the end', () => {
    const annotations = 'a=1\nmanifest:a=2\na=3'
    expect(Object.entries(inputs({ annotations }).annotations)).toEqual([
      ['manifest:a', '2'],
      ['a', '3'],
    ])
  })

  test.each([
    {
      name: 'a build argument without key',
      given: { 'build-args': 'A=1\n=s3cret' },
      expected: 'build-args, line 2: expected KEY=value or KEY, found nothing before "="',
    },
    {
      name: 'whitespace in the key of a build argument',
      given: { 'build-args': 'A B=1' },
      expected: 'build-args, line 1: expected KEY=value or KEY, found whitespace in the key',
    },
    {
      name: 'a second line without quotes',
      given: { 'build-args': 'A=1\nand more' },
      expected: 'put a value of several lines in quotes',
    },
    {
      name: 'a label without "="',
      given: { labels: 'a=1\n\nb' },
      expected: 'labels, line 3: expected key=value, found "b" without "="',
    },
    {
      name: 'a label without key',
      given: { labels: '=1' },
      expected: 'labels, line 1: expected key=value, found nothing before "="',
    },
    {
      name: 'a quote that is not closed',
      given: { labels: 'a=1\n"b=2\nc=3' },
      expected: 'labels, line 2: a quote is never closed',
    },
    {
      name: 'an unknown prefix, with the nearest one',
      given: { annotations: 'manifets:a=1' },
      expected: 'found "manifets"; did you mean manifest?',
    },
    {
      name: 'a prefix without key',
      given: { annotations: 'index:=1' },
      expected: 'annotations, line 1: expected a key after "index:"',
    },
    {
      name: 'an unknown platform in a prefix',
      given: { annotations: 'manifest[linux/amd46]:a=1' },
      expected: 'annotations, line 1: "linux/amd46" is not a platform',
    },
    {
      name: 'an annotation for a platform that is not built',
      given: { annotations: 'a=1\nmanifest[arm64],manifest-descriptor[arm64]:a=1', platforms: 'amd64, arm32' },
      expected:
        'annotations, line 2: "manifest[arm64]" is for linux/arm64, which is not one of platforms (linux/amd64, linux/arm/v7)',
    },
    {
      name: 'an annotation for the index of a platform',
      given: { annotations: 'index[linux/amd64]:a=1' },
      expected: 'annotations, line 1: an index has no platform: write "index" without "[linux/amd64]"',
    },
  ])('rejects $name', ({ given, expected }) => {
    expect(problems(given)).toContain(expected)
  })

  test('shows no value of a build argument', () => {
    expect(problems({ 'build-args': '=s3cret\nA B=s3cret' })).not.toContain('s3cret')
  })
})

describe('parseInputs() of single values', () => {
  test.each(['true', 'True', 'TRUE'])('reads %s as true', (text) => {
    const { pull, load, noCache } = inputs({ pull: text, load: text, 'no-cache': text })
    expect([pull, load, noCache]).toEqual([true, true, true])
  })

  test.each(['false', 'False', 'FALSE'])('reads %s as false', (text) => {
    expect(inputs({ load: text }).load).toBe(false)
  })

  test.each([
    { text: 'false', is: undefined },
    { text: 'until=24h', is: ['until=24h'] },
    { text: 'until=2026-01-31, label=ci=a', is: ['until=2026-01-31', 'label=ci=a'] },
    { text: 'label!=keep\nlabel=b', is: ['label!=keep', 'label=b'] },
  ])('reads filters of fresh: $text', ({ text, is }) => {
    const found = inputs({ fresh: text })
    expect(found).toMatchObject({ noCache: is !== undefined })
    expect(found.fresh?.filters).toEqual(is)
  })

  test.each([
    {
      text: 'ture',
      says: 'fresh, line 1: expected true, false, or filters (until=24h, label=key), found "ture"; did you mean true?',
    },
    {
      text: 'label=a\nuntill=24h',
      says: 'fresh, line 2: expected a filter of until=time, label=key[=value] or label!=key[=value], found "untill=24h"; did you mean until?',
    },
    { text: 'until=yesterday', says: 'expected a time such as 24h or 2026-01-31 after "until=", found "yesterday"' },
    { text: 'until=1h,until=2h', says: 'fresh, line 1: expected one until, found a second one' },
    { text: 'label=', says: 'fresh, line 1: expected a label after "label="' },
    { text: 'until=24h,true', says: 'found "true"' },
  ])('rejects fresh: $text', ({ text, says }) => {
    expect(problems({ fresh: text })).toContain(says)
  })

  test('disables the cache with fresh', () => {
    expect(inputs({ fresh: 'true', 'no-cache': 'false' })).toMatchObject({ fresh: { filters: [] }, noCache: true })
  })

  test.each([
    { context: './sub dir', expected: { kind: 'path', path: './sub dir' } },
    {
      context: 'https://github.com/acme/app.git#main:sub',
      expected: { kind: 'git', url: 'https://github.com/acme/app.git#main:sub' },
    },
    { context: 'git@github.com:acme/app.git', expected: { kind: 'git', url: 'git@github.com:acme/app.git' } },
    { context: 'ssh://git@host/app.git', expected: { kind: 'git', url: 'ssh://git@host/app.git' } },
    { context: 'github.com/acme/app', expected: { kind: 'git', url: 'github.com/acme/app' } },
    { context: '{{defaultContext}}', expected: { kind: 'default-git', subdir: undefined } },
    { context: '{{ defaultContext }}:sub/dir', expected: { kind: 'default-git', subdir: 'sub/dir' } },
    { context: '{{defaultContext}}:', expected: { kind: 'default-git', subdir: undefined } },
  ])('reads the context $context', ({ context, expected }) => {
    expect(inputs({ context }).context).toEqual(expected)
  })

  test.each([
    { text: 'false', expected: undefined },
    { text: 'true', expected: {} },
    { text: 'max', expected: { mode: 'max' } },
    { text: 'mode=min', expected: { mode: 'min' } },
    {
      text: 'mode=max,version=v1,builder-id=https://x/y?a=b',
      expected: { mode: 'max', version: 'v1', 'builder-id': 'https://x/y?a=b' },
    },
    { text: 'mode=max,"builder-id=a,b"', expected: { mode: 'max', 'builder-id': 'a,b' } },
    { text: 'disabled=true', expected: undefined },
  ])('reads the provenance $text', ({ text, expected }) => {
    expect(inputs({ provenance: text }).provenance).toEqual(expected)
  })

  test.each([
    { text: '24', expected: '24.0.0' },
    { text: 'v25.0', expected: '25.0.0' },
    { text: '24.0.7', expected: '24.0.7' },
    { text: '28.0.0-rc.1', expected: '28.0.0-rc.1' },
  ])('completes the version $text', ({ text, expected }) => {
    expect(inputs({ 'minimum-engine-version': text }).minimumVersions).toEqual({ docker: expected })
  })

  test('keeps quotes and commas of driver-opts', () => {
    expect(inputs({ 'driver-opts': 'network=host\n"env.NO_PROXY=a,b"' }).driverOpts).toEqual([
      'network=host',
      '"env.NO_PROXY=a,b"',
    ])
  })

  test('reads the BuildKit configuration from a path or a text', () => {
    expect(inputs({ 'buildkitd-config': 'a.toml' }).buildkitdConfig).toEqual({ kind: 'file', path: 'a.toml' })
    expect(inputs({ 'buildkitd-config-inline': '\n[x]\n  y = 1\n' }).buildkitdConfig).toEqual({
      kind: 'inline',
      text: '[x]\n  y = 1',
    })
  })

  test.each([
    {
      name: 'a boolean, with the nearest',
      given: { push: 'ture' },
      expected: 'push: expected true, false or auto, found "ture"; did you mean true?',
    },
    { name: 'a boolean of YAML 1.1', given: { pull: 'yes' }, expected: 'pull: expected true or false, found "yes"' },
    {
      name: 'a driver, with the nearest',
      given: { driver: 'docker-contaner' },
      expected: 'did you mean docker-container?',
    },
    {
      name: 'a mode, with the nearest',
      given: { provenance: 'mode=mx' },
      expected: 'provenance: expected the mode min or max, found "mx"',
    },
    { name: 'an invalid provenance', given: { provenance: 'flase' }, expected: 'found "flase"; did you mean false?' },
    { name: 'a mode for sbom', given: { sbom: 'max' }, expected: 'sbom: expected true, false or key=value attributes' },
    {
      name: 'a version',
      given: { 'minimum-engine-version': 'latest' },
      expected: 'minimum-engine-version, line 1: expected a version',
    },
    {
      name: 'an option without "="',
      given: { 'driver-opts': 'network' },
      expected: 'driver-opts, line 1: expected key=value, found "network"',
    },
    {
      name: 'another template',
      given: { context: '{{context}}' },
      expected: 'the only template is {{defaultContext}}',
    },
    { name: 'standard input', given: { context: '-', file: '-' }, expected: '2 problems' },
  ])('rejects $name', ({ given, expected }) => {
    expect(problems(given)).toContain(expected)
  })
})

describe('parseInputs() of inputs together', () => {
  test('reads a user with a password, and hides it', () => {
    const parsed = parse({ username: 'me', password: ' hunter2 ', 'github-token': 'ghs_1' })
    expect(parsed.inputs.login?.username).toBe('me')
    expect(parsed.inputs.login?.password.reveal()).toBe('hunter2')
    expect(parsed.inputs.githubToken?.reveal()).toBe('ghs_1')
    expect(JSON.stringify(parsed)).not.toMatch(/hunter2|ghs_1/)
  })

  test('warns about a user without a password if nothing is pushed', () => {
    const { inputs, warnings } = parse({ username: 'me' })
    expect(inputs.login).toBeUndefined()
    expect(warnings.join()).toContain('username is set without password')
  })

  test.each([
    {
      name: 'a push with a user without password',
      given: { username: 'me', push: 'true', images: 'a/b' },
      expected: 'password: is required with username',
    },
    {
      name: 'a password without user',
      given: { password: 'hunter2' },
      expected: 'username: is required with password',
    },
    {
      name: 'a push without a name',
      given: { push: 'true' },
      expected: 'push: there is no image name to push to: set images',
    },
    {
      name: 'a Dockerfile in the workflow and a file',
      given: { file: 'a/Dockerfile', 'dockerfile-inline': 'FROM scratch' },
      expected: 'dockerfile-inline: cannot be given together with file',
    },
    {
      name: 'an unknown compression',
      given: { compression: 'zst' },
      expected: 'compression: expected one of gzip, zstd, uncompressed, found "zst"; did you mean zstd?',
    },
    {
      name: 'a named context twice',
      given: { 'build-contexts': 'a=x\na=y' },
      expected: 'build-contexts, line 2: "a" is given a second time',
    },
    {
      name: 'a remote driver without an endpoint',
      given: { driver: 'remote' },
      expected: 'endpoint: is required for the driver remote',
    },
    {
      name: 'an endpoint without a driver',
      given: { endpoint: 'tcp://host:1234' },
      expected: 'endpoint: is the endpoint of a new builder',
    },
    {
      name: 'a driver for a builder that exists',
      given: { builder: 'b', driver: 'docker' },
      expected: 'driver: is for a builder that this step creates',
    },
    {
      name: 'options for a builder that exists',
      given: { builder: 'b', 'driver-opts': 'a=1' },
      expected: 'driver-opts: is for a builder',
    },
    {
      name: "options for the daemon's own builder",
      given: { driver: 'docker', 'driver-opts': 'a=1', 'buildkitd-config': 'x' },
      expected: '2 problems',
    },
    {
      name: 'two configurations',
      given: { 'buildkitd-config': 'x', 'buildkitd-config-inline': 'y' },
      expected: 'cannot be given together',
    },
  ])('rejects $name', ({ given, expected }) => {
    expect(problems(given)).toContain(expected)
    expect(problems(given)).not.toContain('hunter2')
  })

  test('accepts load and push of several platforms at this stage', () => {
    expect(inputs({ load: 'true', push: 'true', images: 'a/b', platforms: 'amd64,arm64' })).toMatchObject({
      load: true,
      push: true,
    })
  })

  test('lists the problems of all inputs in one error, one per line', () => {
    const message = problems({
      images: 'acme/app:1\nacme//b',
      platforms: 'amd64\nvax',
      push: 'ture',
      labels: 'a',
      'build-args': '=1',
      driver: 'dokcer',
      'minimum-engine-version': 'x',
    })
    const lines = message.split('\n')
    expect(lines[0]).toBe('8 problems in the inputs:')
    expect(lines).toHaveLength(9)
    expect(
      lines
        .slice(1)
        .map((line) => line.replace(/:.*/, ''))
        .sort(),
    ).toEqual([
      'build-args, line 1',
      'driver',
      'images, line 1',
      'images, line 2',
      'labels, line 1',
      'minimum-engine-version, line 1',
      'platforms, line 2',
      'push',
    ])
  })
})

test('parseInputs() reads the part of the platforms that a job builds', () => {
  const { inputs } = parse({ platforms: 'amd64, arm64, arm32', platform: 'aarch64\nlinux/arm64, arm/v7' })
  expect(inputs.platform).toEqual([
    { os: 'linux', architecture: 'arm64' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
  ])
  const text = problems({
    platforms: 'amd64, arm64',
    platform: 'amd64\nlinux/s390x\nlinux/nope\narm64?',
    ledger: 'files',
  })
  expect(text).toContain(
    'platform, line 2: "linux/s390x" is not in platforms (linux/amd64, linux/arm64): platforms lists all',
  )
  expect(text).toContain('platform, line 3: "linux/nope" is not a platform')
  expect(text).toContain('platform, line 4: expected "arm64" without "?": only platforms makes it optional')
  expect(text).toContain('ledger: ')
})

test('parseInputs() lists a hundred problems and counts the others', () => {
  const lines = problems({ labels: 'x\n'.repeat(250) }).split('\n')
  expect(lines[0]).toBe('250 problems in the inputs:')
  expect(lines).toHaveLength(102)
  expect(lines.at(-1)).toBe('and 150 more')
})

describe('parseInputs() of unknown names', () => {
  const unknown = ['images', 'platfrom', 'tag', 'frobnicate']

  test('rejects each, with the nearest name', () => {
    expect(() => parseInputs(() => '', unknown)).toThrow(
      [
        '3 problems in the inputs:',
        'platfrom: is not an input of this action; did you mean platform?',
        'tag: is not an input of this action; did you mean tags?',
        'frobnicate: is not an input of this action',
      ].join('\n'),
    )
  })

  test('warns about each if the runner passes the inputs of an enclosing composite action', () => {
    const { warnings } = parseInputs(() => '', unknown, { inheritsInputs: true })
    expect(warnings).toEqual([
      'Input ignored: platfrom is not an input of this action; did you mean platform?',
      'Input ignored: tag is not an input of this action; did you mean tags?',
      'Input ignored: frobnicate is not an input of this action',
    ])
  })

  // The inputs of docker/login-action, setup-buildx-action, setup-qemu-action, metadata-action and build-push-action.
  test.each([
    {
      text: 'true',
      errors: 'version name install config config-inline image reset',
      warnings: 'cache-binary cache-image',
    },
    { text: 'false', errors: 'version name cleanup config config-inline image logout', warnings: '' },
  ])('judges each input of the five actions that does not exist here, if it is $text', ({ text, errors, warnings }) => {
    const foreign = 'version name use cleanup install cache-binary config config-inline logout image reset cache-image'
    const found = (names: readonly string[]) => {
      const tried = names.flatMap((name): readonly (readonly [string, string])[] => {
        try {
          const read = parseInputs((one) => (one === name ? text : ''), [name])
          return read.warnings.some((warning) => warning.includes(name)) ? [[name, 'warning']] : []
        } catch (error) {
          expect(error).toMatchObject({ message: expect.stringMatching(`${name}: is not an input of this action: .`) })
          return [[name, 'error']]
        }
      })
      const of = (kind: string) => tried.flatMap(([name, one]) => (one === kind ? [name] : []))
      return { errors: of('error').toSorted(), warnings: of('warning') }
    }
    expect(found(foreign.split(' '))).toEqual({
      errors: errors.split(' ').toSorted(),
      warnings: warnings.split(' ').filter(Boolean),
    })
  })

  test('givenInputs() finds the names with a value', () => {
    expect(
      givenInputs({ 'INPUT_BUILD-ARGS': 'A=1', INPUT_TAG: 'x', INPUT_EMPTY: '', INPUT_: 'x', PATH: '/bin' }),
    ).toEqual(['build-args', 'tag'])
  })
})

describe("parseInputs() of the step's behavior", () => {
  test('reads push: auto, which needs no name', () => {
    expect(inputs({ push: 'auto' }).push).toBe('auto')
    expect(problems({ push: 'yes' })).toContain('push: expected true, false or auto, found "yes"')
  })

  test.each([
    ['45m', 45 * 60_000],
    ['1h30m', 90 * 60_000],
    ['90s', 90_000],
    ['1.5h', 90 * 60_000],
  ])('reads the timeout %s', (text, milliseconds) => {
    expect(inputs({ timeout: text }).timeout).toBe(milliseconds)
  })

  test.each(['45', '0s', 'soon', '1h 30m'])('rejects the timeout %j', (text) => {
    expect(problems({ timeout: text })).toContain('timeout: expected a duration such as 45m')
  })

  test.each([
    ['0', 0],
    ['false', 0],
    ['12', 12],
  ])('reads %s retries', (text, count) => {
    expect(inputs({ retries: text }).retries).toBe(count)
  })

  test('rejects other keywords', () => {
    const text = problems({ retries: 'many', verify: 'yes', 'if-exists': 'skipp', preflight: 'no' })
    expect(text).toContain('retries: expected a number from 0 to 99')
    expect(text).toContain('verify: expected one of error, warn, off, full')
    expect(text).toContain('did you mean skip?')
    expect(text).toContain('preflight: expected true or false')
  })
})

test('parseInputs() reports problems of the smoke test together with the others', () => {
  const given: With = { 'smoke-test': 'comand: x', retries: 'many' }
  const parseAll = () => parseInputs((name) => given[name] ?? '', [], { parseYaml })
  expect(parseAll).toThrowError(/^2 problems[\s\S]*smoke-test: unknown key "comand"; did you mean command\?/)
})

test.each([
  ['docker', 'buildx'],
  ['Colima', 'buildx'],
  ['BuildX', 'buildx'],
  ['EMBEDDED', 'embedded'],
  ['AUTO', 'auto'],
])('parseInputs() reads the engine %s as %s', (text, expected) => {
  expect(parseInputs((name) => (name === 'engine' ? text : ''), [], { parseYaml }).inputs.engine).toBe(expected)
})
