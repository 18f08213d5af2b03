import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { givenArguments } from '../../dockerfile/expand/arguments.ts'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import { positional } from '../../host/exec/positional.ts'
import { within } from '../../host/within.ts'
import type { CacheEntry } from '../../inputs/inputs.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { CacheTarget } from '../../plan/cache.ts'
import type { MountCache, MountCaches } from '../../plan/mount-caches.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Reading } from '../../source/needed-stages.ts'
import { formatBytes } from '../../text/bytes.ts'
import { formatDuration } from '../../text/duration.ts'
import { type FoundMounts, findCacheMounts } from '../buildkit/cache-mounts/find-cache-mounts.ts'
import {
  contentArgument,
  exitStatus,
  type MountLine,
  mountStages,
  mountsDockerfile,
  placeArgument,
  pointerFile,
  readMountLine,
  requestSecret,
  runArgument,
  toolNames,
} from '../buildkit/cache-mounts/mounts-dockerfile.ts'
import { writeCacheLater } from '../write-cache-later.ts'
import type { CallOutput } from './args.ts'
import type { Buildx } from './buildx.ts'
import { hasCache, replacingFolders } from './cache-folder.ts'
import { callOnce } from './call.ts'

/** Keeps the content of cache mounts between runs. Neither function throws, and neither affects the image. */
export type KeepMounts = {
  /** Restores the mounts of a Dockerfile that are empty, before its first build. */
  readonly restore: (buildx: Buildx, reading: Reading | undefined) => Promise<void>
  /** Returns the function that saves the mounts after the tags; undefined if nothing is saved. */
  readonly save: (buildx: Buildx, reading: Reading | undefined) => (() => Promise<void>) | undefined
}

/** Returns the functions for one run, with the planned caches. */
export function createKeepMounts({ limit, from, to }: MountCaches): KeepMounts {
  const restored = new Set<string>()
  const readable = from.filter(({ pointer, content }) => [pointer, content].every(isReadable))
  const targetsOf = ({ isWhole, first }: Part) =>
    to.filter(({ content: { platform } }) =>
      platform === undefined ? isWhole : formatPlatform(platform) === formatPlatform(first),
    )
  return {
    restore: async (buildx, reading) => {
      // `no-cache` deletes the mounts.
      if (reading === undefined || readable.length === 0 || buildx.build.noCache) return
      for (const part of partsOf(buildx, reading)) {
        const dockerfile = mountsDockerfile(part.found)
        if (restored.has(dockerfile)) continue
        restored.add(dockerfile)
        await restorePart(buildx, part, { from: readable, to: targetsOf(part) })
      }
    },
    save: (buildx, reading) => {
      if (reading === undefined) return undefined
      const parts = partsOf(buildx, reading).flatMap((part) => {
        const targets = targetsOf(part)
        return targets.length === 0 ? [] : [{ part, targets }]
      })
      if (parts.length === 0) return undefined
      let lines: readonly MountLine[] = []
      const done = (taken: string) =>
        lines.length === 0
          ? 'Cache mounts are unchanged since they were saved'
          : `${describe('saved', lines)} in ${taken}`
      return writeCacheLater(buildx.run, { what: 'cache mounts', done }, async (run) => {
        for (const { part, targets } of parts) {
          lines = [...lines, ...(await savePart({ ...buildx, run }, part, { targets, limit }))]
        }
        const large = lines.filter(({ what }) => what === 'large')
        if (large.length > 0) run.host.log.info(describe('saved', lines))
        return large.map(
          ({ size }) => `a mount of ${formatBytes(size)} does not fit into the limit of ${formatBytes(limit)}`,
        )
      })
    },
  }
}

type Part = {
  readonly found: FoundMounts
  /** The platform whose image copies the mounts. */
  readonly platform: Platform
  /** The first platform, whose caches are written if each platform has its own. */
  readonly first: Platform
  readonly isWhole: boolean
}

/** Returns the mounts of the builder, or those of each node, which the platform of the call selects. */
function partsOf({ build, run: { plan, host } }: Buildx, reading: Reading): readonly Part[] {
  const { caches, natives } = plan.engine.traits
  const isWhole = caches !== 'by-platform' || build.platforms.length === 1
  const buildArguments = givenArguments(build.buildArgs, host.env)
  return (isWhole ? [build.platforms] : build.platforms.map((one) => [one])).flatMap((platforms) => {
    const found = findCacheMounts(reading, { platforms, natives, buildArguments })
    const [first] = platforms
    if (found === undefined || first === undefined) return []
    return [{ found, platform: isWhole ? found.tools.platform : first, first, isWhole }]
  })
}

type Places = { readonly from: readonly MountCache<CacheEntry>[]; readonly to: readonly MountCache<CacheTarget>[] }

async function restorePart(buildx: Buildx, part: Part, { from, to }: Places): Promise<void> {
  const { host } = buildx.run
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), limits.cacheMountTime)
  const begun = host.clock.now().getTime()
  const limited = { ...buildx, run: { ...buildx.run, host: within(host, over.signal) } }
  try {
    if (await hasMounts(limited, part.found)) return host.log.debug('Cache mounts not restored: the builder has them')
    const name = await readPointer(limited, part, from)
    if (name === undefined) return host.log.info('No saved cache mounts found')
    const { lines } = await callStage(limited, part, {
      target: mountStages.restored,
      buildArgs: {
        ...{ [contentArgument]: name, [runArgument]: randomUUID() },
        // What was read from another type of cache is not in those that are written.
        ...(to.every(({ content }) => from.some((one) => one.content.type === content.type))
          ? { [placeArgument]: placeOf(to) }
          : {}),
      },
      cacheFrom: from.map(({ content }) => content),
    })
    const taken = formatDuration(host.clock.now().getTime() - begun)
    if (lines.some(({ what }) => what === 'restored')) host.log.info(`${describe('restored', lines)} in ${taken}`)
    else host.log.debug('Cache mounts not restored: they are not empty')
  } catch (error) {
    if (host.signal.aborted) return
    // Another job has written new content, or the cache has removed it.
    if (hasStatus(error, exitStatus.missing))
      return host.log.info('Cache mounts not restored: BuildKit did not find their content in the cache')
    const reason = over.signal.aborted ? `stopped after ${formatDuration(limits.cacheMountTime)}` : messageOf(error)
    host.log.warning(`Cannot restore the cache mounts: ${reason}. The build starts without them.`)
  } finally {
    clearTimeout(timer)
  }
}

/** Returns the name of the saved content; undefined if nothing was saved. */
async function readPointer(
  buildx: Buildx,
  part: Part,
  from: readonly MountCache<CacheEntry>[],
): Promise<string | undefined> {
  const dir = mkdtempSync(join(buildx.run.host.tempDir, 'pointer-'))
  try {
    await callStage(buildx, part, {
      target: mountStages.pointer,
      cacheFrom: from.map(({ pointer }) => pointer),
      output: { kind: 'files', dir },
    })
  } catch (error) {
    if (hasStatus(error, exitStatus.missing)) return undefined
    throw error
  }
  const name = readFileSync(join(dir, pointerFile), 'utf8').slice(0, limits.excerpt).trim()
  return /^[\da-f-]{36}$/.test(name) ? name : undefined
}

/** Returns a name for the caches that are written. */
function placeOf(targets: readonly MountCache<CacheTarget>[]): string {
  const names = targets.map(({ content }) => content.attributes)
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16)
}

type Saving = { readonly targets: readonly MountCache<CacheTarget>[]; readonly limit: number }

/** Saves the mounts of one part; returns what was saved and what is too large. */
async function savePart(buildx: Buildx, part: Part, { targets, limit }: Saving): Promise<readonly MountLine[]> {
  const { host } = buildx.run
  const name = randomUUID()
  const request = join(mkdtempSync(join(host.tempDir, 'mounts-')), 'request')
  const place = placeOf(targets)
  writeFileSync(request, `${name}\n${Math.max(1, Math.floor(limit / 1024))}\n${place}\n`)
  const buildArgs = { [contentArgument]: name }
  const write = (stage: Partial<StageCall> & Pick<StageCall, 'target'>, caches: readonly CacheTarget[]) =>
    replacingFolders(caches, host, (cacheTo) => callStage(buildx, part, { buildArgs, request, cacheTo, ...stage }))
  const { lines, isUnchanged } = await write(
    { target: mountStages.saved },
    targets.map(({ content }) => content),
  )
  if (isUnchanged) return lines
  // The old pointer leads to nothing from here on, and a build that restores finds nothing: both are valid.
  await write(
    { target: mountStages.pointer, noCacheFilters: [mountStages.pointing, mountStages.pointer] },
    targets.map(({ pointer }) => pointer),
  )
  await callStage(buildx, part, { target: mountStages.noted, buildArgs: { ...buildArgs, [placeArgument]: place } })
  return lines
}

/** One build of a stage of the Dockerfile for mounts. */
type StageCall = {
  readonly target: string
  readonly buildArgs?: Readonly<Record<string, string>>
  readonly request?: string
  readonly cacheFrom?: readonly CacheEntry[]
  readonly cacheTo?: readonly CacheTarget[]
  readonly noCacheFilters?: readonly string[]
  readonly output?: CallOutput
}

/** The messages of the steps, and whether they found nothing to save. */
type StageResult = { readonly lines: readonly MountLine[]; readonly isUnchanged: boolean }

/**
 * Builds a stage. Without retries: a build that is repeated without caches would delete the mounts.
 *
 * @throws ActionError with the cause of a failed build or of a cache that was not written
 */
async function callStage(buildx: Buildx, part: Part, call: StageCall): Promise<StageResult> {
  const context = mkdtempSync(join(buildx.run.host.tempDir, 'mounts-'))
  const file = join(context, 'Dockerfile')
  writeFileSync(file, mountsDockerfile(part.found))
  const build = specOf(buildx.build, { ...call, context, file, platform: part.platform })
  const lines: MountLine[] = []
  const onLine = (text: string): void => {
    buildx.run.host.log.debug(text)
    const line = readMountLine(text)
    if (line !== undefined) lines.push(line)
  }
  const outputs = [call.output ?? ({ kind: 'cache' } as const)]
  try {
    await callOnce({ ...buildx, build }, { platforms: [part.platform], outputs, quiet: true, onLine })
    return { lines, isUnchanged: false }
  } catch (error) {
    if (hasStatus(error, exitStatus.unchanged)) return { lines, isUnchanged: true }
    if (!hasStatus(error, exitStatus.withoutTools) && !/\/bin\/sh: no such file/.test(excerptOf(error))) throw error
    const { name } = part.found.tools
    throw new ActionError('engine-failed', `${name} lacks one of these programs: sh, ${toolNames.join(', ')}`)
  }
}

type Place = { readonly context: string; readonly file: string; readonly platform: Platform }

/** Returns the build spec without everything that belongs to the user's image; named contexts may replace its base image. */
function specOf({ sentFile: _, ...build }: BuildSpec, call: StageCall & Place): BuildSpec {
  const namespace = build.buildArgs['BUILDKIT_CACHE_MOUNT_NS']
  return {
    ...build,
    ...{ context: call.context, contextIsFolder: true, file: call.file, platforms: [call.platform] },
    target: call.target,
    buildArgs: { ...call.buildArgs, ...(namespace === undefined ? {} : { BUILDKIT_CACHE_MOUNT_NS: namespace }) },
    secrets:
      call.request === undefined ? [] : [{ id: requestSecret, source: { kind: 'file', path: call.request }, line: 0 }],
    ...{ cacheFrom: call.cacheFrom ?? [], cacheTo: call.cacheTo ?? [], noCacheFilters: call.noCacheFilters ?? [] },
    ...{ noCache: false, pull: false, provenance: undefined, sbom: undefined, labels: {}, annotations: {} },
    ...{ givenAnnotations: {}, ssh: [], allow: [], addHosts: [], ulimit: [], extraArgs: [], urlLogins: [] },
    ...{ network: undefined, shmSize: undefined, cgroupParent: undefined },
  }
}

/** Whether a builder that existed before has the mounts. They are not restored, so their saved content is not fetched. */
async function hasMounts({ spec, builder, env, run, build }: Buildx, { mounts }: FoundMounts): Promise<boolean> {
  if (spec.builder.kind === 'create' && spec.builder.driver !== 'remote') return false
  const args = ['du', '--verbose', '--filter', 'type=exec.cachemount', '--builder', ...positional(builder)]
  const { ok, stdout } = await run.host.exec(spec.program, args, { env, timeout: limits.nodeTime })
  const namespace = build.buildArgs['BUILDKIT_CACHE_MOUNT_NS'] ?? ''
  // BuildKit's description ends with the ID: cached mount /target from exec … with id "/namespace/id"
  return ok && mounts.every(({ id }) => stdout.includes(` with id ${JSON.stringify(`${namespace}/${id}`)}`))
}

function isReadable({ type, attributes: { src = '' } }: CacheEntry): boolean {
  return type !== 'local' || hasCache(src)
}

function hasStatus(error: unknown, status: number): boolean {
  return excerptOf(error).includes(`exit code: ${status}`)
}

/** Returns the end of the message, which has the cause: the script is before it. */
function excerptOf(error: unknown): string {
  return messageOf(error).slice(-limits.excerpt)
}

/** Such as `2 cache mounts saved (120 MB)`. */
function describe(what: 'saved' | 'restored', lines: readonly MountLine[]): string {
  const done = lines.filter((line) => line.what === what)
  const size = done.reduce((sum, line) => sum + line.size, 0)
  return `${done.length} cache mount${done.length === 1 ? '' : 's'} ${what} (${formatBytes(size)})`
}
