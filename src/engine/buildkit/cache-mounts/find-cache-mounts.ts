import { posix } from 'node:path'
import { limits } from '../../../bounds/limits.ts'
import { stageValues, type Values } from '../../../dockerfile/expand/arguments.ts'
import { expandWord } from '../../../dockerfile/expand/expand.ts'
import type { StageSource } from '../../../dockerfile/instructions/source.ts'
import type { CacheMount } from '../../../dockerfile/read/instruction.ts'
import { createResolver } from '../../../dockerfile/stages/resolve.ts'
import type { StagePlan } from '../../../dockerfile/stages/stages.ts'
import { formatPlatform } from '../../../oci/platform.ts'
import type { Platform } from '../../../oci/types.ts'
import type { PlatformStages, Reading } from '../../../source/needed-stages.ts'

/** A cache mount that is kept. */
export type KeptMount = {
  /** Its ID in the builder without the namespace: the ID in the Dockerfile, or the target. */
  readonly id: string
  /** `sharing`, `uid`, `gid` and `mode` as attributes of `--mount`. */
  readonly options: readonly string[]
}

/** The image whose shell and programs copy the mounts: the base image of a stage that uses one of them. */
export type ToolImage = { readonly name: string; readonly platform: Platform }

export type FoundMounts = {
  /** By ID, without duplicates; at least one. */
  readonly mounts: readonly KeptMount[]
  readonly tools: ToolImage
}

type Choice = {
  /** The platforms whose stages are searched. */
  readonly platforms: readonly Platform[]
  /** `os/arch` of the builder's nodes; a tool image for one of them is preferred. */
  readonly natives: readonly string[]
  readonly buildArguments: Values
}

/**
 * Returns the cache mounts of the stages that the target needs, and the image that can copy them; undefined without cache mounts. BuildKit
 * identifies a mount by its ID and its owner and permissions, not by its platform. Without mounts whose ID contains a variable that only
 * a base image defines, and stages that begin with files or `scratch`.
 */
export function findCacheMounts(reading: Reading, choice: Choice): FoundMounts | undefined {
  const wanted = choice.platforms.map(formatPlatform)
  const uses = reading.platforms
    .filter(({ platform }) => wanted.includes(formatPlatform(platform)))
    .flatMap((one) => usesOf(one, reading, choice.buildArguments))
  const mounts = new Map(uses.toReversed().map(({ mount }) => [keyOf(mount), mount]))
  const isNative = ({ platform }: ToolImage) => choice.natives.includes(`${platform.os}/${platform.architecture}`)
  const tools = uses
    .flatMap(({ tools, hasShell }) => (tools === undefined ? [] : [{ tools, hasShell }]))
    .sort((a, b) => Number(isNative(b.tools)) - Number(isNative(a.tools)) || Number(b.hasShell) - Number(a.hasShell))
    .at(0)?.tools
  if (tools === undefined) return undefined
  const sorted = [...mounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mount]) => mount)
  return { mounts: sorted.slice(0, limits.cacheMountCount), tools }
}

/** Mounts that differ only in `sharing` are one. */
function keyOf({ id, options }: KeptMount): string {
  return JSON.stringify([id, ...options.filter((option) => !option.startsWith('sharing='))])
}

/** A use of a mount; `hasShell` if RUN starts a shell. `tools` is the image that its stage begins with. */
type Use = { readonly mount: KeptMount; readonly tools: ToolImage | undefined; readonly hasShell: boolean }

function usesOf({ platform, globals, stages }: PlatformStages, { dockerfile }: Reading, given: Values): readonly Use[] {
  const { escape: escapeMark } = dockerfile.directives
  const ends = new Map<number, Values>()
  const uses: Use[] = []
  for (const { index, base, instructions } of stages.stages) {
    const values = stageValues(base.kind === 'stage' ? ends.get(base.index) : undefined, [])
    const resolver = createResolver({ escapeMark, values, globals, buildArguments: given })
    const tools = toolsOf(stages, index, platform)
    for (const instruction of instructions) {
      try {
        resolver.resolve(instruction)
      } catch {
        // BuildKit reports it with its place.
        return []
      }
      if (instruction.kind !== 'run' || !stages.needed.includes(index)) continue
      const hasShell = instruction.command.form === 'shell'
      for (const cache of instruction.caches) {
        const mount = keptMount(cache, (word) => expandKnown(word, resolver.values, escapeMark))
        if (mount !== undefined) uses.push({ mount, tools, hasShell })
      }
    }
    ends.set(index, resolver.values)
  }
  return uses
}

/** Returns the image at the beginning of a stage; undefined for files, `scratch` and systems without `/bin/sh`. */
function toolsOf({ stages }: StagePlan, from: number, target: Platform): ToolImage | undefined {
  let stage = stages[from]
  while (stage?.base.kind === 'stage') stage = stages[stage.base.index]
  const name = stage === undefined ? undefined : imageName(stage.base)
  const platform = stage?.platform ?? target
  return name === undefined || platform.os !== 'linux' ? undefined : { name, platform }
}

function imageName(base: StageSource): string | undefined {
  return base.kind === 'image' ? base.reference : base.kind === 'context' ? base.name : undefined
}

type Expand = (word: string) => string | undefined

/** Undefined if a value is not known, or has characters that need quotes in a Dockerfile. */
function keptMount({ id: written, isTarget, options: given }: CacheMount, expand: Expand): KeptMount | undefined {
  const text = expand(written)
  const options = given.map(([name, value]) => [name, expand(value)] as const)
  const values = [text, ...options.map(([, value]) => value)]
  if (text === undefined || values.some((value) => value === undefined || !/^[\w./:@+=~-]{1,500}$/.test(value))) return
  // As BuildKit does: https://github.com/moby/buildkit/blob/v0.25.0/frontend/dockerfile/dockerfile2llb/convert_runmount.go
  const id = isTarget ? posix.normalize(text).replace(/(?<=.)\/$/, '') : text
  return { id, options: options.map(([name, value]) => `${name}=${value}`).sort() }
}

function expandKnown(word: string, values: Values, escapeMark: '\\' | '`'): string | undefined {
  let isKnown = true
  const lookup = (name: string): string | undefined => {
    const value = values.get(name)
    isKnown &&= value !== undefined
    return value
  }
  try {
    const text = expandWord(word, lookup, { escapeMark })
    return isKnown ? text : undefined
  } catch {
    return undefined
  }
}
