import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, parseJsonObject } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { readFileLimitedSync } from '../../bounds/read-limited.ts'
import { messageOf } from '../../errors/action-error.ts'
import { parseInspect } from '../../facts/builder.ts'
import { positional } from '../../host/exec/positional.ts'
import type { Host } from '../../host/host.ts'
import { parsePlatform } from '../../oci/platform.ts'

/** A node of a builder as it responds now. */
export type ProbedNode = {
  readonly name: string
  readonly endpoint: string
  readonly declared: readonly string[]
  /** All platforms that it reports, its native one first; undefined if it is not running. */
  readonly reported: readonly string[] | undefined
  /** Why it cannot build; undefined if it runs, or can be started. */
  readonly problem: string | undefined
}

export type ProbedBuilder = {
  /** Path of the buildx binary. */
  readonly program: string
  readonly builder: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Returns the nodes of a builder, each asked separately and in parallel, because `buildx inspect` waits 20 s for a node
 * that hangs and prints no platforms that hide behind declared ones. For that, each node gets a builder of its own in the
 * step's copy of the configuration, without declarations. Empty if the builder has no file there, as that of a context.
 * https://github.com/docker/buildx/blob/v0.36.1/store/nodegroup.go
 */
export async function probeNodes(
  { program, builder, env }: ProbedBuilder,
  host: Pick<Host, 'exec' | 'http' | 'env'>,
): Promise<readonly ProbedNode[]> {
  const folder = join(env['BUILDX_CONFIG'] ?? '', 'instances')
  const group = readGroup(join(folder, builder))
  return await Promise.all(
    (group?.nodes ?? []).map(async (node, at): Promise<ProbedNode> => {
      const { Name: name, Endpoint: endpoint, Platforms: platforms, DriverOpts: options } = node
      const view = `${builder}-node-${at}`
      const path = join(folder, view)
      writeFileSync(path, JSON.stringify({ ...group?.document, Name: view, Nodes: [{ ...node, Platforms: null }] }), {
        mode: 0o600,
      })
      const [result, cause] = await Promise.all([
        host
          .exec(program, ['inspect', ...positional(view)], { env, timeout: limits.nodeTime })
          .finally(() => rmSync(path, { force: true })),
        whyAbsent(String(endpoint), options, host),
      ])
      const [found] = result.ok ? parseInspect(result.stdout).nodes : []
      const isRunning = found?.status === 'running'
      // A container that does not run is started by the build.
      const startable = group?.driver !== 'remote' && found !== undefined && found.error === ''
      return {
        name: String(name),
        endpoint: String(endpoint),
        declared: Array.isArray(platforms) ? platforms.filter(isObject).map(formatNode) : [],
        reported: isRunning ? found.reported : undefined,
        problem:
          isRunning || startable
            ? undefined
            : found?.error || cause || `it did not respond within ${limits.nodeTime / 1000} s`,
      }
    }),
  )
}

/** Whether buildx has stored a node, whose creation can have been stopped before or after that. */
export function hasNode(
  { builder, env }: Pick<ProbedBuilder, 'builder' | 'env'>,
  endpoint: string | undefined,
): boolean {
  const group = readGroup(join(env['BUILDX_CONFIG'] ?? '', 'instances', builder))
  return group?.nodes.some((node) => node['Endpoint'] === endpoint) === true
}

/** Returns the endpoints of the nodes that buildx has stored for a builder; empty if the builder has no file, as that of a context. */
export function endpointsOf({ builder, env }: Pick<ProbedBuilder, 'builder' | 'env'>): readonly string[] {
  const group = readGroup(join(env['BUILDX_CONFIG'] ?? '', 'instances', builder))
  return (group?.nodes ?? []).map((node) => String(node['Endpoint']))
}

/** Reduces a builder in the step's copy of the configuration to the given nodes, with the platforms declared for them. */
export function declareNodes(
  { builder, env }: ProbedBuilder,
  nodes: readonly Pick<ProbedNode, 'name' | 'declared'>[],
): void {
  const path = join(env['BUILDX_CONFIG'] ?? '', 'instances', builder)
  const group = readGroup(path)
  const kept = (group?.nodes ?? []).flatMap((node) => {
    const found = nodes.find(({ name }) => name === node['Name'])
    return found === undefined ? [] : [{ ...node, Platforms: found.declared.map(parsePlatform) }]
  })
  writeFileSync(path, JSON.stringify({ ...group?.document, Nodes: kept }), { mode: 0o600 })
}

/** Returns the nodes in the file of a builder; undefined if it does not exist or has another format. */
function readGroup(path: string) {
  try {
    const document = parseJsonObject(readFileLimitedSync(path, limits.configFile))
    const nodes = document?.['Nodes']
    if (!Array.isArray(nodes)) return undefined
    return { document, driver: document?.['Driver'], nodes: nodes.filter(isObject) }
  } catch {
    return undefined
  }
}

function formatNode(platform: Readonly<Record<string, unknown>>): string {
  const { os, architecture, variant } = platform
  return [os, architecture, variant].filter((part) => typeof part === 'string' && part !== '').join('/')
}

/** Timeout for the connection that finds the cause (milliseconds). */
const causeTime = 3000

/**
 * Returns why buildkitd does not respond at a `tcp://` address, which buildx does not print; undefined if it is not known.
 * Any answer, such as one that is not HTTP, is a connection.
 */
async function whyAbsent(
  endpoint: string,
  options: unknown,
  { http, env }: Pick<Host, 'http' | 'env'>,
): Promise<string | undefined> {
  if (!endpoint.startsWith('tcp://') || env['HTTP_PROXY'] || env['http_proxy']) return undefined
  const given = isObject(options) ? options : {}
  try {
    const read = (name: string) => readFileLimitedSync(String(given[name]), limits.configFile)
    const tls =
      given['cacert'] === undefined
        ? undefined
        : {
            ca: read('cacert'),
            own: given['cert'] === undefined ? undefined : { cert: read('cert'), key: read('key') },
            verify: true,
          }
    const url = endpoint.replace(/^tcp:/, tls ? 'https:' : 'http:')
    await http({ method: 'GET', url, timeout: causeTime, ...(tls ? { tls } : {}) })
    return undefined
  } catch (error) {
    const found = messageOf(error)
    return /Parse Error|HPE_|timeout|timed out|no (?:answer|response)|socket hang up/i.test(found) ? undefined : found
  }
}
