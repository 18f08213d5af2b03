import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import type { DockerEndpoint } from '../docker/server.ts'
import type { Driver } from '../engine/drivers.ts'
import { positional } from '../host/exec/positional.ts'
import type { Host } from '../host/host.ts'
import type { Builder, Missing } from './facts.ts'

export type BuilderQuery = {
  /** The builder asked for: input `builder`, else `BUILDX_BUILDER`; empty for the current one. */
  readonly asked: string
  readonly buildx: { readonly path: string } | Missing
  readonly endpoint: DockerEndpoint
  readonly configDir: string
}

/**
 * The builder that buildx would use. Where nothing was ever selected, that is the docker driver of the current
 * context, and no process is started to learn it; else buildx is asked, because the rules are its own.
 */
export async function probeBuilder(host: Host, query: BuilderQuery): Promise<Builder | Missing> {
  const stateDir = host.env['BUILDX_CONFIG'] || join(query.configDir, 'buildx')
  if (query.asked === '' && !hasSelection(stateDir)) {
    return {
      kind: 'builder',
      name: query.endpoint.context,
      driver: 'docker',
      because: 'no builder is selected',
      platforms: [],
      natives: [],
    }
  }
  if ('kind' in query.buildx) return query.buildx
  const args = ['inspect', ...(query.asked === '' ? [] : positional(query.asked))]
  const result = await host.exec(query.buildx.path, args, { env: query.endpoint.env, timeout: 60_000 })
  if (!result.ok) return { kind: 'missing', reason: lastLine(result.stderr) }
  const because = query.asked === '' ? 'it is the current builder' : 'selected by the `builder` input'
  return { kind: 'builder', because, ...parseInspect(result.stdout) }
}

/**
 * A sentence about the platforms that a builder offers, for an error about one that it does not; undefined when
 * buildx cannot say.
 */
export async function describeOffer(
  host: Pick<Host, 'exec'>,
  query: { readonly buildx: string; readonly builder: string; readonly env: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  const args = ['inspect', ...(query.builder === '' ? [] : positional(query.builder))]
  const result = await host.exec(query.buildx, args, { env: query.env, timeout: 20_000 })
  if (!result.ok) return undefined
  const { name, platforms } = parseInspect(result.stdout)
  return platforms.length === 0 ? undefined : `The builder ${name} offers ${platforms.join(', ')}.`
}

/**
 * Whether a builder is there: at least one of its nodes is running. buildx gives each 20 s and then says `Status: inactive`,
 * or `Error: Get "http://…/_ping": context deadline exceeded` of a daemon, both with exit status 0 (seen with 0.29).
 */
export async function builderAnswers(
  host: Pick<Host, 'exec'>,
  query: { readonly buildx: string; readonly builder: string; readonly env: Readonly<Record<string, string>> },
): Promise<boolean> {
  const args = ['inspect', ...(query.builder === '' ? [] : positional(query.builder))]
  const result = await host.exec(query.buildx, args, { env: query.env, timeout: 40_000 })
  return result.ok && /^Status:[ \t]*running$/m.test(result.stdout)
}

/**
 * Name, driver and platforms out of `buildx inspect`, which has no JSON form: `Name: x`, `Driver: y` first, then per
 * node a `Platforms:` line, with `*` behind a platform that the user fixed. A node's own platform is the first of them;
 * those that it emulates follow.
 */
export function parseInspect(output: string): Pick<Builder, 'name' | 'driver' | 'platforms' | 'natives'> {
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'm').exec(output)?.[1]?.trim() ?? ''
  const nodes = [...output.matchAll(/^Platforms:[ \t]*(\S.*)$/gm)].map(([, list = '']) =>
    list
      .split(',')
      .map((platform) => platform.trim().replace('*', ''))
      .filter((platform) => platform !== ''),
  )
  return {
    name: field('Name'),
    driver: field('Driver') as Driver,
    platforms: [...new Set(nodes.flat())],
    natives: [...new Set(nodes.flatMap(([first]) => first ?? []))],
  }
}

/**
 * Whether the user has ever selected a builder. buildx keeps that in `current`, or per endpoint under `defaults/`; both
 * may be there with an empty name.
 */
function hasSelection(stateDir: string): boolean {
  const files = [join(stateDir, 'current'), ...filesIn(join(stateDir, 'defaults'))]
  return files.map(readText).some((text) => text !== '' && !/"Name":""/.test(text))
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

function readText(path: string): string {
  try {
    return readFileLimitedSync(path, limits.configFile).trim()
  } catch {
    return ''
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
