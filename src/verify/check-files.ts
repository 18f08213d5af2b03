import { ActionError } from '../errors/action-error.ts'
import type { Execution, OrNull } from '../oci/config.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { LayerSource } from '../tree/layers.ts'
import { isForeign, runsOn } from './foreign.ts'
import type { Origin } from './origin.ts'
import type { Found, ScannedTree } from './scan.ts'
import { findStarts } from './starts.ts'

/** The files of an image that are to be looked at. */
export type ImageFiles = {
  readonly platform: Platform
  readonly execution: OrNull<Execution>
  /** Bottom first, named by their digests. */
  readonly layers: readonly LayerSource[]
  /** Whether these are all its layers. */
  readonly complete: boolean
  /** Size of each layer, for people. */
  readonly sizes: ReadonlyMap<string, string>
  /** Where a layer comes from. */
  readonly origins: ReadonlyMap<string, Origin>
  /** Name of the Dockerfile, for messages. */
  readonly dockerfile: string | undefined
}

export type CheckedFiles = {
  readonly programs: number
  readonly problems: readonly ActionError[]
  /** What looks wrong, but may be meant: what is mounted when the image runs is not there yet. */
  readonly notes: readonly string[]
}

/** More would only be the same again. */
const mostTold = 5

/**
 * The programs in the layers that are not for the platform: those that the image would start, and those that no name
 * and no place explains.
 */
export async function checkFiles(files: ImageFiles, { tree, files: all }: ScannedTree): Promise<CheckedFiles> {
  if (files.layers.length === 0) return { programs: 0, problems: [], notes: [] }
  const problems: ActionError[] = []
  const told = new Set<string>()
  const notes: string[] = []
  // Windows has drives, backslashes and its files below `Files`: there the programs are looked at, not what is started.
  const starts = files.platform.os === 'windows' ? [] : await findStarts(tree, files.execution)
  for (const { path, found, because } of starts) {
    if (found === undefined && files.complete) notes.push(missing(files, { path, because }))
    if (found?.binary.kind !== 'program' || runsOn(found.binary, files.platform)) continue
    told.add(path)
    problems.push(mismatch(files, { path, found, because }))
  }
  let programs = 0
  let more = 0
  for (const { path, found } of all) {
    if (found.binary.kind !== 'program') continue
    programs += 1
    if (told.has(path) || !isForeign(path, found.binary, files.platform)) continue
    if (problems.length < mostTold) problems.push(mismatch(files, { path, found, because: undefined }))
    else more += 1
  }
  return { programs, problems: more === 0 ? problems : [...problems, andMore(more, files.platform)], notes }
}

function mismatch(
  { platform, sizes, origins, dockerfile }: ImageFiles,
  { path, found, because }: { readonly path: string; readonly found: Found; readonly because: string | undefined },
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
      hint: 'Compile it for TARGETARCH (declare ARG TARGETARCH in the stage that uses it), or copy the file of the platform. If the file is intended for another platform, put it in a directory named after its architecture, or set `verify: warn`.',
      platform: wanted,
      ...(origin && dockerfile !== undefined ? { place: { file: dockerfile, line: origin.line } } : {}),
    },
  )
}

function missing({ platform }: ImageFiles, start: { readonly path: string; readonly because: string }): string {
  return `The image for ${formatPlatform(platform)} starts ${start.path} (${start.because}), which does not exist in it`
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
