import { ActionError, type Place } from '../errors/action-error.ts'
import type { Execution, OrNull } from '../oci/config.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { LayerSource } from '../tree/layers.ts'
import { isForeign, runsOn } from './foreign.ts'
import type { Origin } from './origin.ts'
import type { Found, ScannedTree } from './scan.ts'
import { findStarts } from './starts.ts'

/** The files of an image to check. */
export type ImageFiles = {
  readonly platform: Platform
  readonly execution: OrNull<Execution>
  /** Bottom first, named by their digests. */
  readonly layers: readonly LayerSource[]
  /** Whether these are all layers of the image. */
  readonly complete: boolean
  /** The formatted size of each layer. */
  readonly sizes: ReadonlyMap<string, string>
  /** The origin of each layer. */
  readonly origins: ReadonlyMap<string, Origin>
  /** The name of the Dockerfile in messages. */
  readonly dockerfile: string | undefined
  /** Line of the instruction that says what the image starts. */
  readonly startLine: number | undefined
}

/** A finding that is not an error, and the instruction that it is about. */
export type Note = { readonly message: string; readonly place: Place | undefined }

export type CheckedFiles = {
  readonly programs: number
  readonly problems: readonly ActionError[]
  /** Findings that may be intended: files that are mounted at run time do not exist in the image yet. */
  readonly notes: readonly Note[]
}

/** A binary that is not for the platform. */
export type Mismatch = {
  readonly path: string
  readonly found: Found
  /** Why the image would start it; undefined for one that it only contains. */
  readonly because: string | undefined
}

/** The findings in the layers of an image. */
export type FileFindings = {
  readonly programs: number
  /** Binaries that the image would start come first, then the others in byte order of their paths. */
  readonly mismatches: readonly Mismatch[]
  /** Files that the image would start but does not contain. */
  readonly missing: readonly { readonly path: string; readonly because: string }[]
}

/**
 * Finds the binaries in the layers that are not for the platform: those that the image would start, and those that
 * neither their name nor their location explains.
 */
export async function findMismatches(
  { layers, complete, platform, execution }: Pick<ImageFiles, 'layers' | 'complete' | 'platform' | 'execution'>,
  { tree, files: all }: ScannedTree,
): Promise<FileFindings> {
  if (layers.length === 0) return { programs: 0, mismatches: [], missing: [] }
  // Windows uses drives, backslashes and a directory `Files`: for it the binaries are checked, but not the entrypoint.
  const starts = platform.os === 'windows' ? [] : await findStarts(tree, execution)
  const started = starts.flatMap(({ path, found, because }) =>
    found?.binary.kind !== 'program' || runsOn(found.binary, platform) ? [] : [{ path, found, because }],
  )
  const told = new Set(started.map(({ path }) => path))
  const programs = all.filter(({ found }) => found.binary.kind === 'program')
  const others = programs.flatMap(({ path, found }) =>
    found.binary.kind !== 'program' || told.has(path) || !isForeign(path, found.binary, platform)
      ? []
      : [{ path, found, because: undefined }],
  )
  const missing = starts.flatMap(({ path, found, because }) =>
    found === undefined && complete ? [{ path, because }] : [],
  )
  return { programs: programs.length, mismatches: [...started, ...others], missing }
}

/** Maximum number of binaries that an error lists. */
const mostListed = 5

/** Returns the findings of {@link findMismatches} as errors and notes. */
export async function checkFiles(files: ImageFiles, scanned: ScannedTree): Promise<CheckedFiles> {
  const { programs, mismatches, missing: absent } = await findMismatches(files, scanned)
  const started = mismatches.filter(({ because }) => because !== undefined).length
  const told = Math.max(started, mostListed)
  const more = mismatches.length - told
  return {
    programs,
    problems: [
      ...mismatches.slice(0, told).map((one) => mismatch(files, one)),
      ...(more > 0 ? [andMore(more, files.platform)] : []),
    ],
    notes: absent.map((start) => missing(files, start)),
  }
}

function mismatch(
  { platform, sizes, origins, dockerfile }: ImageFiles,
  { path, found, because }: Mismatch,
): ActionError {
  const { binary, layer } = found
  const wanted = formatPlatform(platform)
  const origin = origins.get(layer)
  const what = binary.kind === 'program' ? `${binary.format} for ${binary.architectures.join(', ')}` : 'a script'
  const made = origin && dockerfile !== undefined ? `, from ${dockerfile}:${origin.line}: ${origin.text}` : ''
  return new ActionError(
    'platform-mismatch',
    `Cannot use the image for ${wanted}: /${path}${because ? ` (${because})` : ''} is ${what}, expected ${platform.architecture} (layer ${layer}, ${sizes.get(layer) ?? ''}${made})`,
    {
      hint: 'Compile it for TARGETARCH, which requires `ARG TARGETARCH` in its stage, or copy the file of this platform. If the file is intended for another platform, put it in a directory named after its architecture, or set `verify: warn`.',
      platform: wanted,
      ...(origin && dockerfile !== undefined ? { place: { file: dockerfile, line: origin.line } } : {}),
    },
  )
}

function missing(
  { platform, dockerfile, startLine }: ImageFiles,
  start: { readonly path: string; readonly because: string },
): Note {
  const message = `The image for ${formatPlatform(platform)} starts ${start.path} (${start.because}), which does not exist in it`
  const isKnown = dockerfile !== undefined && startLine !== undefined
  return { message, place: isKnown ? { file: dockerfile, line: startLine } : undefined }
}

function andMore(count: number, platform: Platform): ActionError {
  const wanted = formatPlatform(platform)
  return new ActionError(
    'platform-mismatch',
    `Cannot use the image for ${wanted}: it contains ${count} more binaries of other platforms`,
    {
      platform: wanted,
    },
  )
}
