import { createHash } from 'node:crypto'
import type { FoundMounts } from './find-cache-mounts.ts'

/**
 * The stages of the Dockerfile, which are targets of separate builds. Their prefix keeps them apart from the named contexts of the user's build: one
 * with the name of a stage replaces the stage. https://docs.docker.com/reference/cli/docker/buildx/build/#build-context
 */
export const mountStages = {
  /** A file with the name of the saved content. */
  pointer: 'polyarch-pointer',
  /** The saved content, one directory per mount. */
  saved: 'polyarch-saved',
  /** Copies the saved content into mounts that are empty. */
  restored: 'polyarch-restored',
  /** Remembers the saved state, so that unchanged mounts are not saved again. */
  noted: 'polyarch-noted',
  /** The stage that writes the pointer: a build that saves does not take it from a cache. */
  pointing: 'polyarch-pointing',
} as const

/** The stages that others begin with or copy from. */
const toolsStage = 'polyarch-tools'
const collectedStage = 'polyarch-collected'

/** The build argument with the name of the saved content. */
export const contentArgument = 'POLYARCH_CONTENT'

/**
 * The build argument that is new in every run: the step that restores must not be answered from a cache, and BuildKit does not find new content for a
 * step that it has executed with older content.
 */
export const runArgument = 'POLYARCH_RUN'

/** The build argument that names where the mounts are saved: their state is remembered for each place. */
export const placeArgument = 'POLYARCH_PLACE'

/** The build secret whose lines are the name of the new content, its maximum size in KiB and the place. Only a build that saves has it. */
export const requestSecret = 'polyarch-request'

/** The exit status of a step that finds nothing to save, of one that would have to save in a build that restores, and of one without its tools. */
export const exitStatus = { unchanged: 77, missing: 78, withoutTools: 79 } as const

/** The programs that the image must have besides `/bin/sh`. */
export const toolNames = ['cat', 'cp', 'du', 'ls', 'mkdir', 'mv', 'rm'] as const

/** The file in the stage `pointer`. */
export const pointerFile = 'polyarch-pointer'

/**
 * Returns the Dockerfile that saves and restores cache mounts. BuildKit offers no access to them besides RUN, so a shell of a base image of the
 * build copies them, without network. It needs the shell and the programs `toolNames`.
 *
 * The content is a layer in BuildKit's own cache, so every type of cache can hold it. The key of a cached step must be known to a build that
 * restores, but must be new for one that saves, and `no-cache` would delete the mounts. So the key of the content contains a random name, and
 * the step `pointer`, which has no mounts and is always executed by a build that saves, tells the name.
 */
export function mountsDockerfile({ mounts, tools }: FoundMounts): string {
  const identity = createHash('sha256').update(JSON.stringify(mounts)).digest('hex').slice(0, 16)
  const caches = [
    ...mounts.map(({ id, options }, index) => cacheMount(id, `${root}/mounts/${index}`, options)),
    cacheMount(`polyarch-mounts-${identity}`, `${root}/state`, []),
  ]
  const request = `--mount=type=secret,id=${requestSecret},target=${root}/request`
  return [
    `FROM ${tools.name} AS ${toolsStage}`,
    'USER 0:0',
    `FROM ${toolsStage} AS ${mountStages.pointing}`,
    run([request], `${needsRequest}; read -r name < ${root}/request; echo "$name" > /${pointerFile}; : ${identity}`),
    `FROM scratch AS ${mountStages.pointer}`,
    `COPY --from=${mountStages.pointing} /${pointerFile} /`,
    `FROM ${toolsStage} AS ${collectedStage}`,
    `ARG ${contentArgument}`,
    run([request, ...caches], collect),
    `FROM scratch AS ${mountStages.saved}`,
    `COPY --from=${collectedStage} ${root}-saved /`,
    `FROM ${toolsStage} AS ${mountStages.noted}`,
    `ARG ${contentArgument} ${placeArgument}`,
    run(caches, note),
    `FROM ${toolsStage} AS ${mountStages.restored}`,
    `ARG ${runArgument} ${placeArgument}`,
    run([`--mount=type=bind,from=${mountStages.saved},target=${root}/content`, ...caches], restore),
    '',
  ].join('\n')
}

/** A line of output of the steps: what happened to the mount with this index, and its size. */
export type MountLine = {
  readonly what: 'saved' | 'restored' | 'present' | 'large'
  readonly index: number
  /** Bytes. */
  readonly size: number
}

/** Returns the line of the progress as a message of the steps; undefined for other lines. */
export function readMountLine(line: string): MountLine | undefined {
  const found = /^#\d{1,9} polyarch-mount (saved|restored|present|large) (\d{1,4}) (\d{1,15})$/.exec(line)
  if (found === null) return undefined
  const [, what, index, kibibytes] = found
  return { what: what as MountLine['what'], index: Number(index), size: Number(kibibytes) * 1024 }
}

const root = '/polyarch'
const needsRequest = `[ -f ${root}/request ] || exit ${exitStatus.missing}`

/** A directory of a restore that was interrupted. */
const partial = '.polyarch-partial'

/** Runs the commands in each mount, with its number in `$n`. */
function eachMount(commands: string): string {
  return `for mount in ${root}/mounts/*; do n=\${mount##*/}; cd "$mount"; ${commands}; done`
}

/** Names, sizes, owners and times. `--full-time` is not in POSIX; without it, times have minutes. */
const state = '$(ls -lAnR --full-time 2>/dev/null || ls -lAnR)'
const size = 'set -- $(du -sk .)'

const needsTools = `for tool in ${toolNames.join(' ')}; do command -v $tool >/dev/null || exit ${exitStatus.withoutTools}; done`

const collect = [
  'set -e',
  needsRequest,
  needsTools,
  `{ read -r name; read -r limit; read -r place; } < ${root}/request`,
  'changed=; total=0',
  eachMount(
    `rm -rf ${partial}; [ -z "$(ls -A)" ] || [ "${state}" = "$(cat ${root}/state/$place/$n 2>/dev/null)" ] || changed=1`,
  ),
  `[ -n "$changed" ] || exit ${exitStatus.unchanged}`,
  eachMount(
    [
      '[ -n "$(ls -A)" ] || continue',
      size,
      'if [ $((total + $1)) -gt "$limit" ]; then echo "polyarch-mount large $n $1"; continue; fi',
      'total=$((total + $1))',
      `mkdir -p ${root}-saved/$n`,
      `cp -a . ${root}-saved/$n/`,
      'echo "polyarch-mount saved $n $1"',
    ].join('; '),
  ),
  `[ -d ${root}-saved ] || exit ${exitStatus.unchanged}`,
].join('; ')

const noteState = `mkdir -p ${root}/state/$${placeArgument}; echo "${state}" > ${root}/state/$${placeArgument}/$n`

const note = eachMount(noteState)

// Renaming is atomic: an interrupted copy leaves no truncated files in the mount.
const restore = [
  'set -e',
  needsTools,
  eachMount(
    [
      `rm -rf ${partial}`,
      `[ -d ${root}/content/$n ] || continue`,
      'if [ -n "$(ls -A)" ]; then echo "polyarch-mount present $n 0"; continue; fi',
      `mkdir ${partial}`,
      `cp -a ${root}/content/$n/. ${partial}/`,
      `for file in ${partial}/* ${partial}/.[!.]* ${partial}/..?*; do if [ -e "$file" ] || [ -L "$file" ]; then mv "$file" .; fi; done`,
      `rm -rf ${partial}`,
      size,
      'echo "polyarch-mount restored $n $1"',
      `[ -z "$${placeArgument}" ] || { ${noteState}; }`,
    ].join('; '),
  ),
].join('; ')

function cacheMount(id: string, target: string, options: readonly string[]): string {
  return `--mount=${['type=cache', `id=${id}`, `target=${target}`, ...options].join(',')}`
}

function run(mounts: readonly string[], script: string): string {
  return ['RUN', '--network=none', ...mounts, JSON.stringify(['/bin/sh', '-c', script])].join(' ')
}
