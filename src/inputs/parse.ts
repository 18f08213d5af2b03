import type { ParsePlacedYaml, ParseYaml, ParseYamlPairs } from '../bounds/yaml.ts'
import { driverChoices, drivers, traitsOf } from '../engine/drivers.ts'
import { driverOf, engineNames, readEngineName } from '../engine/engine-names.ts'
import { parsePlatform } from '../oci/platform.ts'
import { formatReference, parseReference } from '../oci/reference.ts'
import { provenanceModes, readAttests } from './attests.ts'
import { type ReadText, readBuildArgsFiles } from './build-args-files.ts'
import { readBuildContexts } from './build-contexts.ts'
import { type NoSecrets, readBuildSecrets } from './build-secrets.ts'
import { readCacheMounts, readCaches, readCacheWord } from './cache.ts'
import { readDigests } from './digests.ts'
import { createExpand, type Libraries } from './expressions.ts'
import { readExtraArgs } from './extra-args.ts'
import { readFlavor } from './flavor.ts'
import { judgeForeign } from './foreign-inputs.ts'
import { readFresh } from './fresh.ts'
import { readGate } from './gate.ts'
import { applyImageOutputs } from './image-output.ts'
import type { Inputs, ValueExpressions } from './inputs.ts'
import { readLogins } from './logins.ts'
import { readBakeTarget, readSeparators } from './metadata-outputs.ts'
import { readMirrors } from './mirrors.ts'
import { checkJoinAnnotations, isPublishing, ofMode, readMode, selectInputs } from './mode.ts'
import { readExisting, readImages, readTags } from './names.ts'
import { type NodeCertificates, readNodes, readNodeTls } from './nodes.ts'
import { readOutputs } from './outputs.ts'
import { checkPerPlatform, readPerPlatform } from './per-platform.ts'
import { readImagePlatforms, readPlatforms, readShare } from './platforms.ts'
import { readPlainFields } from './read/fields.ts'
import type { ListItem } from './read/list.ts'
import { isPairMapping, readPairMapping } from './read/pair-mapping.ts'
import { type ReportLine, readAnnotationLevels, readAnnotations, readBuildArgs, readLabels } from './read/pairs.ts'
import { didYouMean, type InputProblem, inputError, quote, type ReportProblem, readWith } from './read/problem.ts'
import { inputReader, type ReadInput } from './read/reader.ts'
import {
  readAttestation,
  readChoice,
  readContext,
  readDuration,
  readFile,
  readPush,
  readRetries,
} from './read/value.ts'
import { readRegistry } from './registry-address.ts'
import { checkBuilder, checkNames, readAskedEmulators, readBuildkitdConfig, readEmulators } from './rules.ts'
import {
  readAddHosts,
  readAllow,
  readByteCount,
  readNetwork,
  readNoCacheFilters,
  readSize,
  readUlimits,
} from './run-settings.ts'
import { readRunners } from './runners.ts'
import { type InputName, inputRows } from './schema.ts'
import { secret } from './secret.ts'
import { readSmokeTest } from './smoke-test.ts'
import { readSsh } from './ssh.ts'
import type { TagEvent } from './tag-event.ts'
import { checkValues, expandValue } from './value-expressions.ts'
import { readBuildxMirror, readBuildxVersion, readMinimumVersions } from './versions.ts'

export type ParsedInputs = {
  readonly inputs: Inputs
  /** Values that were ignored. */
  readonly warnings: readonly string[]
  /** Values that were changed. */
  readonly notices: readonly string[]
}

export type ParseOptions = {
  /** Required if `isMapping` finds YAML. */
  readonly parseYaml?: ParseYaml | undefined
  /** Required if `registries` or `registry-auth` is set. */
  readonly parsePlacedYaml?: ParsePlacedYaml | undefined
  /** Whether the variable DOCKERHUB_OIDC_CONNECTIONID is set. */
  readonly hasHubConnection?: boolean
  /** Required if `isPairMapping` finds YAML. */
  readonly parseYamlPairs?: ParseYamlPairs | undefined
  /** Required for `build-args-file`. */
  readonly readText?: ReadText | undefined
  /** Set if the run gets no secrets; used with `push: auto`. */
  readonly noSecrets?: NoSecrets | undefined
  /** The certificates of a builder's nodes, see `certificatesIn`. */
  readonly nodeCertificates?: NodeCertificates
  /** For rules of `tags` that depend on it. */
  readonly event?: TagEvent | undefined
  /** Required for expressions and some rules, see `loadLibraries`. */
  readonly libraries?: Libraries
  /** The time for dates in tags. */
  readonly now?: Date
  /** Whether the runner also passes the inputs of an enclosing composite action. */
  readonly inheritsInputs?: boolean
  /** The variable DOCKER_METADATA_ANNOTATIONS_LEVELS. */
  readonly annotationLevels?: string | undefined
}

const noEvent: TagEvent = { name: '', ref: '', sha: '' }

/**
 * Reads and validates every input. `given` are the names that are set in the `with:` block (see `givenInputs`). Throws
 * one `input-invalid` that lists all problems of all inputs, one per line.
 */
export function parseInputs(
  read: ReadInput,
  given: readonly string[] = [],
  {
    parseYaml,
    parsePlacedYaml,
    hasHubConnection = false,
    parseYamlPairs,
    readText = () => ({ problem: 'nothing here reads files' }),
    noSecrets,
    nodeCertificates = new Map(),
    event = noEvent,
    libraries = {},
    now = new Date(0),
    inheritsInputs = false,
    annotationLevels = '',
  }: ParseOptions = {},
): ParsedInputs {
  const problems: InputProblem[] = []
  const unknown = readUnknown(given, read as (name: string) => string, inheritsInputs)
  const warnings = [...unknown.warnings]
  const notices: string[] = []
  const report: ReportProblem = (input, message, line) => {
    problems.push({ input, message, ...(line === undefined ? {} : { line }) })
  }
  const reportIn = (input: InputName): ReportLine => {
    return (message, line) => report(input, message, line)
  }
  const mode = readMode(read('mode'))
  const selected = selectInputs(mode, read, report)
  if (selected.notice !== undefined) notices.push(selected.notice)
  const { text, value, items } = inputReader(selected.read, report)

  const registry = value('registry', readRegistry)
  const naming = (input: InputName) => ({
    registry,
    report: reportIn(input),
    notice: (message: string) => void notices.push(`${input}: ${message}`),
  })
  const imageItems = items('images')
  const expand = createExpand({ event, now, libraries })
  const flavor = readFlavor(items('flavor'), expand, reportIn('flavor'))
  const { platforms: asked, optional } = readImagePlatforms(items('platforms'), reportIn('platforms'))
  const platforms = asked.length > 0 || isPublishing(mode) ? asked : [parsePlatform('linux/amd64')]
  const plainFields = readPlainFields({ value })
  const { outputs, images: imageOutputs } = readOutputs(items('outputs'), platforms.length, reportIn('outputs'))
  const said = applyImageOutputs(
    imageOutputs,
    {
      push: value('push', readPush) ?? false,
      compression: plainFields.compression,
      hasImages: imageItems.length > 0,
      tags: items('tags'),
    },
    reportIn('outputs'),
  )
  const plain = { ...plainFields, compression: said.compression }
  const askedPush = said.push
  const tagItems = said.tags
  // Without a build there is nothing to push, and names and credentials are not needed.
  const push = plain.call === 'build' ? askedPush : false
  const token = text('github-token')
  const smoke = text('smoke-test')

  const provenance = value('provenance', (found) => readAttestation(found, provenanceModes))
  const sbom = value('sbom', (found) => readAttestation(found, []))
  const attests = readAttests(items('attests'), reportIn('attests'))
  for (const name of ['provenance', 'sbom'] as const) {
    if (attests.has(name) && text(name) !== undefined) {
      notices.push(`attests: type=${name} is ignored, because the input ${name} is given too`)
    }
  }

  const pairs = (input: 'build-args' | 'labels' | 'annotations'): readonly ListItem[] => {
    const found = text(input) ?? ''
    if (!isPairMapping(found)) return items(input)
    // Not `found`: lines are counted from the first line of the input.
    return readPairMapping(read(input), parseYamlPairs, {
      emptyValues: input !== 'build-args',
      report: reportIn(input),
    })
  }
  const pairItems = { 'build-args': pairs('build-args'), labels: pairs('labels'), annotations: pairs('annotations') }
  if (mode === 'merge') checkJoinAnnotations(pairItems.annotations, reportIn('annotations'))
  const argsFiles = readBuildArgsFiles(items('build-args-file'), readText, reportIn('build-args-file'))
  const readValueExpressions = (): ValueExpressions | undefined => {
    const own = Object.entries(pairItems) as [keyof typeof pairItems, readonly ListItem[]][]
    const lists = [...argsFiles, ...own.map(([name, list]) => ({ items: list, report: reportIn(name) }))]
    if (!lists.some(({ items: list }) => list.some((item) => item.text.includes('{{')))) return undefined
    return {
      uses: new Set(lists.flatMap((list) => [...checkValues(list.items, expand, list.report)])),
      fill: (found, names) => {
        const filled = expandValue(found, expand, names)
        return 'problem' in filled ? found : filled.value.text
      },
    }
  }

  const buildxVersion = value('buildx-version', readBuildxVersion)
  const buildxMirror = value('buildx-mirror', readBuildxMirror)
  const fresh = readFresh(items('fresh'), reportIn('fresh'))
  const { login, logins } = readLogins(
    {
      registry,
      username: text('username'),
      password: text('password'),
      scope: text('scope'),
      ecr: plain.ecr,
      registries: text('registries'),
      'registry-auth': text('registry-auth'),
    },
    { push: push === true, parsePlacedYaml, hasHubConnection, report, warn: (message) => warnings.push(message) },
  )

  const engine = value('engine', (found) => readChoice(readEngineName(found).name, ['auto', ...engineNames])) ?? 'auto'
  const askedDriver = value('driver', (found) => readChoice(found, driverChoices))
  const ownDriver = plain.builder === undefined ? driverOf(engine) : undefined
  if (ownDriver !== undefined && askedDriver !== undefined && askedDriver !== ownDriver) {
    report('driver', `engine: ${engine} uses the driver ${ownDriver}: leave driver empty`)
  }
  const driver = askedDriver ?? ownDriver
  const takesTls = driver !== undefined && drivers[driver].needsEndpoint
  const mirrors = readMirrors(items('mirrors'), reportIn('mirrors'))
  const append = readNodes(text('append'), {
    ...{ parsePlacedYaml, certificates: nodeCertificates, takesTls },
    needsEndpoint: driver === undefined || !traitsOf(driver).inCluster,
    report: (message, line) => report('append', message, line),
  })
  for (const number of takesTls ? nodeCertificates.keys() : []) {
    if (number > append.length)
      warnings.push(`BUILDER_NODE_${number}_AUTH_TLS_… is ignored: there is no node ${number}`)
  }

  const inputs: Inputs = ofMode({
    ...plain,
    // With `keep-state`, it is the name of the new builder.
    builder: plain.keepState ? undefined : plain.builder,
    keepState: plain.keepState ? { name: plain.builder ?? '' } : undefined,
    images: readImages(imageItems, expand, naming('images')),
    tags: readTags(
      tagItems,
      {
        hasImages: imageItems.length > 0,
        event,
        libraries,
        expand,
        flavor,
        warn: (message) => void (warnings.includes(`tags: ${message}`) || warnings.push(`tags: ${message}`)),
      },
      naming('tags'),
    ),
    flavor,
    platforms,
    optionalPlatforms: optional,
    perPlatform: readPerPlatform(text('per-platform'), {
      ...{ parsePlacedYaml, platforms },
      report: (message, line) => report('per-platform', message, line),
    }),
    digests: readDigests(text('digests') === undefined ? '' : selected.read('digests'), naming('digests')),
    from: value('from', (found) => readExisting(found, naming('from'))),
    runners: readRunners(items('runners'), reportIn('runners')),
    platform: readShare(items('platform'), platforms, reportIn('platform')),
    context: value('context', readContext) ?? { kind: 'path', path: '.' },
    buildContexts: readBuildContexts(items('build-contexts'), reportIn('build-contexts')),
    file: value('file', readFile),
    buildArgs: Object.assign(
      {},
      ...argsFiles.map((file) => readBuildArgs(file.items, file.report)),
      readBuildArgs(pairItems['build-args'], reportIn('build-args')),
    ),
    secrets: readBuildSecrets(
      { secrets: items('secrets'), 'secret-envs': items('secret-envs'), 'secret-files': items('secret-files') },
      {
        report,
        noSecrets: push === 'auto' ? noSecrets : undefined,
        notice: (message) => void notices.push(message),
      },
    ),
    ssh: readSsh(items('ssh'), reportIn('ssh')),
    cache: value('cache', readCacheWord) ?? { kind: 'off' },
    cacheFrom: readCaches(items('cache-from'), 'from', reportIn('cache-from')),
    cacheTo: readCaches(items('cache-to'), 'to', reportIn('cache-to')),
    expressions: readValueExpressions(),
    labels: readLabels(pairItems.labels, reportIn('labels')),
    annotations: {
      ...readAnnotations(said.annotations, platforms, reportIn('outputs')),
      ...readAnnotations(pairItems.annotations, platforms, reportIn('annotations')),
    },
    annotationLevels: readAnnotationLevels(annotationLevels, (message) => report('annotations', message)),
    push,
    emulators: readEmulators(
      value('emulators', readAskedEmulators),
      value('emulator-image', (found) => readWith(found, readReference)),
      mirrors,
    ),
    maxSize: value('max-size', readByteCount),
    smokeTest:
      smoke === undefined ? undefined : readSmokeTest(smoke, parseYaml, (message) => report('smoke-test', message)),
    beforeTags: readGate(text('before-tags'), items('before-tags-env'), report),
    retries: value('retries', readRetries) ?? 0,
    timeout: value('timeout', readDuration),
    cacheMounts: value('cache-mounts', readCacheMounts),
    cacheTimeout: value('cache-timeout', readDuration) ?? 600_000,
    separators: readSeparators(read, report),
    bakeTarget: value('bake-target', readBakeTarget) ?? '',
    outputs,
    noCache: plain.noCache || fresh !== undefined,
    fresh,
    registry,
    login,
    logins,
    githubToken: token === undefined ? undefined : secret(token),
    engine,
    engineProduct: readEngineName(text('engine') ?? '').product,
    driver,
    driverOpts: readOptions(items('driver-opts'), reportIn('driver-opts')),
    nodePlatforms: readPlatforms(items('node-platforms'), reportIn('node-platforms')),
    nodeTls: readNodeTls(0, nodeCertificates, {
      endpoint: plain.endpoint,
      takesTls,
      report: (message) => takesTls && report('endpoint', message),
    }),
    append,
    mirrors,
    buildkitdConfig: readBuildkitdConfig(text('buildkitd-config'), text('buildkitd-config-inline'), report),
    provenance: text('provenance') === undefined ? attests.get('provenance') : provenance,
    sbom: text('sbom') === undefined ? attests.get('sbom') : sbom,
    addHosts: readAddHosts(items('add-hosts'), reportIn('add-hosts')),
    allow: readAllow(items('allow'), reportIn('allow')),
    network: value('network', readNetwork),
    noCacheFilters: readNoCacheFilters(items('no-cache-filters'), reportIn('no-cache-filters')),
    shmSize: value('shm-size', readSize),
    ulimit: readUlimits(items('ulimit'), reportIn('ulimit')),
    extraArgs: readExtraArgs(items('extra-args'), reportIn('extra-args')),
    buildxRelease: buildxVersion === undefined ? undefined : { version: buildxVersion, source: buildxMirror ?? '' },
    minimumVersions: readMinimumVersions(items('minimum-engine-version'), reportIn('minimum-engine-version')),
  })
  // In the order of action.yml, not the order of reading.
  problems.sort((a, b) => inputNames.indexOf(a.input) - inputNames.indexOf(b.input))
  // Inputs that are invalid themselves are not checked against others, which would only repeat the problem.
  if (!problems.some(({ input }) => ['images', 'tags', 'registry', 'push'].includes(input))) {
    checkNames(inputs, tagItems, report)
  }
  checkBuilder(inputs, report)
  checkPerPlatform(inputs, report)
  if (inputs.file !== undefined && inputs.dockerfileInline !== undefined) {
    report('dockerfile-inline', 'cannot be given together with file')
  }
  if (problems.length + unknown.problems.length > 0) throw inputError([...unknown.problems, ...problems])
  return { inputs, warnings, notices }
}

/**
 * Returns the inputs that are set in the environment, which contains everything in a `with:` block, declared or not.
 */
export function givenInputs(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env)
    .filter(([name, text]) => /^INPUT_./.test(name) && text)
    .map(([name]) => name.slice('INPUT_'.length).toLowerCase())
}

const inputNames: readonly string[] = Object.keys(inputRows)

/**
 * Reports inputs that this step does not have: as errors, except those of the replaced actions that change nothing or
 * only cost time. act passes the inputs of an enclosing composite action to its steps, so that all of them are warnings
 * there (`inherits`).
 */
function readUnknown(
  given: readonly string[],
  read: (name: string) => string,
  inherits: boolean,
): { readonly problems: readonly InputProblem[]; readonly warnings: readonly string[] } {
  const problems: InputProblem[] = []
  const warnings: string[] = []
  for (const name of given.filter((one) => !inputNames.includes(one))) {
    const known = judgeForeign(name, read(name))
    if (known?.verdict === 'same') continue
    const message = `is not an input of this action${known ? `: ${known.message}` : didYouMean(name, inputNames)}`
    if (inherits || known?.verdict === 'slower') warnings.push(`Input ignored: ${name} ${message}`)
    else problems.push({ input: name, message })
  }
  return { problems, warnings }
}

/** Expands a short reference, so that its meaning does not depend on Docker's settings. */
function readReference(text: string): string {
  return formatReference(parseReference(text))
}

function readOptions(items: readonly ListItem[], report: ReportLine): readonly string[] {
  for (const { text, line } of items) {
    if (!/^[^=]+=/.test(text)) report(`expected key=value, found ${quote(text)}`, line)
  }
  return items.map(({ text }) => text)
}
