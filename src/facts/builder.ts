import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { member, parseJsonObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import { positional } from '../host/exec/positional.ts'
import type { Host } from '../host/host.ts'
import type { Builder, DeclaredBuilder, Missing } from './facts.ts'
import { parseInspect } from './parse-inspect.ts'
import type { BuilderQuery } from './probe-builder-nodes.ts'

/**
 * Returns the builder that buildx would use. If none was ever selected, it is the docker driver of the current
 * context, which needs no process; otherwise `buildx inspect` resolves it by its own rules.
 */
export async function probeBuilder(host: Host, query: BuilderQuery): Promise<Builder | Missing> {
  const stateDir = host.env['BUILDX_CONFIG'] || join(query.configDir, 'buildx')
  if (query.asked === '' && !hasSelection(stateDir)) {
    return {
      kind: 'builder',
      name: query.endpoint.context,
      driver: 'docker',
      because: 'default builder',
      platforms: [],
      natives: [],
      nodes: [],
    }
  }
  if ('kind' in query.buildx) return query.buildx
  const { probeBuilderNodes } = await import('./probe-builder-nodes.ts')
  const because = query.asked === '' ? 'current builder' : 'selected by name'
  const probed = await probeBuilderNodes(host, stateDir, { ...query, program: query.buildx.path })
  if (probed !== undefined) return { kind: 'builder', because, ...probed }
  const args = ['inspect', ...(query.asked === '' ? [] : positional(query.asked))]
  const result = await host.exec(query.buildx.path, args, { env: query.endpoint.env, timeout: 60_000 })
  if (!result.ok) return { kind: 'missing', reason: lastLine(result.stderr) }
  return { kind: 'builder', because, ...parseInspect(result.stdout) }
}

/**
 * Returns a sentence about the platforms of a builder, for an error about an unsupported one; undefined if
 * buildx does not report them.
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
 * Whether at least one node of a builder is running. buildx waits 20 s for each node and then prints `Status: inactive`,
 * or `Error: Get "http://…/_ping": context deadline exceeded` for a daemon, both with exit status 0 (observed with 0.29).
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
 * Returns the platforms that users declared for the builders of this machine, from at most 100 files of buildx; no builder is asked.
 * https://github.com/docker/buildx/blob/v0.36.1/store/nodegroup.go
 */
export function declaredBuilders(stateDir: string): readonly DeclaredBuilder[] {
  return filesIn(join(stateDir, 'instances'))
    .slice(0, 100)
    .flatMap((path) => {
      const { Name: name, Nodes: nodes } = documentOf(readText(path))
      if (typeof name !== 'string' || !Array.isArray(nodes)) return []
      const lists = nodes.map((node: unknown) => member(node, 'Platforms'))
      const platforms = lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(readDeclared) : []))
      return platforms.length === 0 ? [] : [{ name, platforms: [...new Set(platforms)] }]
    })
}

function documentOf(text: string): Readonly<Record<string, unknown>> {
  return parseJsonObject(text) ?? {}
}

function readDeclared(found: unknown): readonly string[] {
  const parts = ['os', 'architecture', 'variant'].map((key) => member(found, key))
  const text = parts.filter((part) => typeof part === 'string' && part !== '').join('/')
  return /^\w+\/\w+(?:\/\w+)?$/.test(text.slice(0, 64)) ? [text] : []
}

/**
 * Whether the user has ever selected a builder. buildx stores it in `current`, or per endpoint under `defaults/`; both
 * may contain an empty name.
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
