import { annotationAt } from '../dockerfile/read/inline.ts'
import type { StagePlan } from '../dockerfile/stages/stages.ts'
import type { Built, BuiltImage } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Log } from '../host/host.ts'
import type { ImageConfig } from '../oci/config.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform, suits } from '../oci/platform.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Run } from '../run-context.ts'
import { formatBytes } from '../text/bytes.ts'
import { checkFiles, type ImageFiles, type Note } from './check-files.ts'
import { checkSizes } from './check-size.ts'
import { checkConfiguration, readConfiguration } from './configuration.ts'
import { oncePerFinding } from './once-per-finding.ts'
import { lineOfStart, type Origin, originOfEntry, originOfWord, originsOf, originsOfBases } from './origin.ts'
import { layersToRead } from './own-layers.ts'
import { createScan, type Scan, scanWritten, type WrittenLayers } from './scan.ts'
import { checkDocuments, checkLayers, checkTexts, type TextPlace } from './secrets/check-secrets.ts'
import { gatherNeedles } from './secrets/gather-needles.ts'
import { prepareSearch, type SecretSearch } from './secrets/secret-search.ts'

/** The findings in one platform's image. */
export type Verified = {
  readonly platform: string
  /** Number of layers that were read, and of all layers. */
  readonly layers: { readonly read: number; readonly all: number }
  /** Number of binaries found in them. */
  readonly programs: number
  /** Findings that may be intended. */
  readonly notes: readonly Note[]
  /** Errors, which `verify: warn` only reports. */
  readonly problems: readonly ActionError[]
}

/**
 * Verifies the image of each platform: its configuration and the binaries in the layers that this build created are for
 * the platform, and neither these layers nor its configuration, annotations and attestations contain a secret of this
 * step. Nothing is executed. The size is checked regardless of `verify`. Layers of `written` are not read again.
 *
 * @throws ActionError `platform-mismatch`, `secret-in-image` or `image-too-large`, which lists all problems; and errors
 * of reading the layers
 */
export async function verifyImage(
  run: Run,
  built: Built,
  checked: Checked,
  written?: WrittenLayers,
): Promise<readonly Verified[]> {
  const { plan, host } = run
  const { content } = built
  const tooLarge = await checkSizes(run, content, checked)
  if (plan.verify === 'off' || content === undefined) {
    if (tooLarge.length > 0) throw combine('Verification', tooLarge)
    return []
  }
  return host.log.group('Verify', async () => {
    const { verified, others } = await verifyContent(run, content, { checked, written })
    for (const one of verified) host.log.info(describe(one))
    for (const { message, place } of verified.flatMap(({ notes }) => notes)) {
      host.log.warning(message, place === undefined ? {} : annotationAt(place.file, place.line))
    }
    const problems = oncePerFinding([...verified.flatMap(({ problems: found }) => found), ...others])
    const fatal = [...tooLarge, ...(plan.verify === 'warn' ? [] : problems)]
    if (fatal.length > 0) throw combine('Verification', fatal)
    for (const problem of problems) warn(problem, host.log)
    return verified
  })
}

/** Returns a scan of layers while they are written; undefined if layers are not verified, or are read from the image. */
export function startVerification(run: Run): WrittenLayers | undefined {
  const { verify } = run.plan
  return verify === 'off' || verify === 'full' ? undefined : scanWritten(gatherNeedles(run).then(prepareSearch))
}

async function verifyContent(
  run: Run,
  content: BuiltImage,
  { checked, written }: { readonly checked: Checked; readonly written: WrittenLayers | undefined },
): Promise<{ readonly verified: readonly Verified[]; readonly others: readonly ActionError[] }> {
  const { plan, host } = run
  const secrets = await (written?.searching ?? gatherNeedles(run).then(prepareSearch))
  const scan = written ? await written.scan() : createScan(secrets)
  const { images } = content.tree
  const missing = plan.build.platforms.filter((platform) => !images.some((image) => suits(platform, image.platform)))
  if (missing.length > 0) throw absent(missing.map(formatPlatform), images)
  const [verified, others] = await Promise.all([
    Promise.all(images.map((image) => verifyPlatform(run, image, { checked, content, scan, secrets }))),
    secrets ? checkDocuments(content, secrets, host.signal) : [],
  ])
  return { verified, others }
}

type Parts = {
  readonly checked: Checked
  readonly content: BuiltImage
  readonly scan: Scan
  readonly secrets: SecretSearch | undefined
}

async function verifyPlatform(
  { plan, host: { signal } }: Run,
  image: Image,
  { checked, content, scan, secrets }: Parts,
): Promise<Verified> {
  const platform = formatPlatform(image.platform)
  const configuration = await readConfiguration(image, content.blobs, { signal })
  const read = await layersToRead(image, configuration, { checked, content, full: plan.verify === 'full' })
  const stages = checked.reading?.platforms.find((one) => formatPlatform(one.platform) === platform)?.stages
  const files: ImageFiles = {
    platform: image.platform,
    execution: configuration.config ?? {},
    layers: read.map((layer) => ({ name: layer.digest, open: () => content.blobs.open(layer, { signal }) })),
    complete: read.length === image.layers.length,
    sizes: new Map(read.map(({ digest, size }) => [digest, formatBytes(size)])),
    origins: new Map([
      ...originsOfBases(checked.bases),
      ...originsOf(configuration.history ?? [], image.layers.length, stages).flatMap((origin, index) => {
        const layer = image.layers[index]
        return origin && layer ? [[layer.digest as string, origin] as const] : []
      }),
    ]),
    dockerfile: checked.reading?.dockerfile.file,
    startLine: lineOfStart(stages),
  }
  const { programs, problems, notes } = await checkFiles(files, await scan.treeOf(files.layers))
  const found = secrets ? await findSecrets(files, configuration, { image, stages, scan, secrets }) : []
  return {
    platform,
    layers: { read: read.length, all: image.layers.length },
    programs,
    notes,
    problems: [...checkConfiguration(image, configuration), ...problems, ...found],
  }
}

type Circumstances = Pick<Parts, 'scan'> & {
  readonly image: Image
  readonly stages: StagePlan | undefined
  readonly secrets: SecretSearch
}

async function findSecrets(
  files: ImageFiles,
  configuration: ImageConfig,
  { image, stages, scan, secrets }: Circumstances,
): Promise<readonly ActionError[]> {
  const hits = await Promise.all(
    files.layers.map(async (layer) => (await scan.hitsIn(layer)).map((hit) => ({ ...hit, layer: layer.name }))),
  )
  const { history = [] } = configuration
  const originOf = ({ keys, text }: TextPlace): Origin | undefined => {
    const [first, second] = keys
    if (first === 'history') {
      const word = text.split(/[\s=]+/, 2)[1] ?? ''
      return originOfEntry(history, Number(second), { layers: image.layers.length, stages, word })
    }
    if (second === 'Env') return originOfWord('env', text.split('=', 1)[0] ?? '', stages)
    return second === 'Labels' ? originOfWord('label', String(keys[2]), stages) : undefined
  }
  return [
    ...checkLayers(files, hits.flat(), secrets),
    ...checkTexts(files, configuration, { search: secrets, originOf }),
  ]
}

function absent(missing: readonly string[], images: readonly Image[]): ActionError {
  const found = images.map(({ platform }) => formatPlatform(platform)).join(', ')
  return new ActionError(
    'platform-mismatch',
    `Cannot use the image: it is built for ${found || 'no platform'}, but ${missing.join(', ')} is missing`,
    { hint: 'Check the `--platform` options of FROM. No tag was written.', platform: missing.join(', ') },
  )
}

function describe({ platform, layers, programs, problems }: Verified): string {
  const found = programs === 0 ? 'no binaries' : `${programs} ${programs === 1 ? 'binary' : 'binaries'} checked`
  const result = problems.length === 0 ? 'OK' : problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return `${platform}: ${found} in ${layers.read} of ${layers.all} layers: ${result}`
}

function warn({ code, message, place }: ActionError, log: Log): void {
  log.warning(message, { title: `Polyarch: ${code}`, ...(place ? annotationAt(place.file, place.line) : {}) })
}
