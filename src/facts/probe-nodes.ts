import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { traitsOf } from '../engine/drivers.ts'
import { positional } from '../host/exec/positional.ts'
import type { Environment, Host } from '../host/host.ts'
import { formatDuration } from '../text/duration.ts'
import { askBuildkitd } from './ask-buildkitd.ts'
import type { BuilderFile } from './builder-file.ts'
import { parseInspect } from './parse-inspect.ts'

/** A node of a builder as it responds now. */
export type ProbedNode = {
  readonly name: string
  readonly endpoint: string
  readonly declared: readonly string[]
  /** All platforms that it reports, its native one first; undefined if it is not running. */
  readonly reported: readonly string[] | undefined
  /** Why it cannot build; undefined if it runs, or can be started. */
  readonly problem: string | undefined
  /** Whether it used the whole time for an answer. */
  readonly isSilent: boolean
}

/** A node that did not respond when it was asked before. */
export type SilentNode = Pick<ProbedNode, 'endpoint'> & { readonly problem: string }

export type Probing = {
  /** Path of the buildx binary. */
  readonly program: string
  readonly env: Environment
  /** The nodes that are not asked again. */
  readonly silent?: readonly SilentNode[]
}

/**
 * Returns the nodes of a builder, all asked at the same time, because `buildx inspect` waits 20 s for a node that hangs and prints no
 * platforms that hide behind declared ones. For that, each node gets a builder of its own in a private configuration, without
 * declarations.
 */
export async function probeNodes(
  { document, driver, nodes }: BuilderFile,
  { program, env, silent = [] }: Probing,
  host: Pick<Host, 'exec' | 'http' | 'env' | 'tempDir'>,
): Promise<readonly ProbedNode[]> {
  const { runs, inCluster } = traitsOf(driver)
  const isStarted = runs !== 'elsewhere' || inCluster === true
  const state = mkdtempSync(join(host.tempDir, 'nodes-'))
  const folder = join(state, 'instances')
  mkdirSync(folder)
  const probe = async (node: (typeof nodes)[number], at: number): Promise<ProbedNode> => {
    const { Name: name, Endpoint: address, Platforms: platforms, DriverOpts: options } = node
    const endpoint = String(address)
    const known = {
      name: String(name),
      endpoint,
      declared: Array.isArray(platforms) ? platforms.filter(isObject).map(formatNode) : [],
    }
    const before = silent.find((one) => one.endpoint === endpoint)
    if (before !== undefined) return { ...known, reported: undefined, problem: before.problem, isSilent: true }
    const view = `node-${at}`
    writeFileSync(
      join(folder, view),
      JSON.stringify({ ...document, Name: view, Nodes: [{ ...node, Platforms: null }] }),
    )
    const asked = await unlessSilent(endpoint, options, host, (signal) =>
      host.exec(program, ['inspect', ...positional(view)], {
        env: { ...env, BUILDX_CONFIG: state },
        timeout: limits.nodeTime,
        signal,
      }),
    )
    if (asked.kind === 'silent') return { ...known, reported: undefined, problem: asked.problem, isSilent: true }
    const { result, cause } = asked
    const [found] = result.ok ? parseInspect(result.stdout).nodes : []
    // buildx that is stopped may end with status 0, without the platforms.
    const isLate = result.timedOut === true
    const isRunning = found?.status === 'running' && !isLate
    // A container that does not run is started by the build.
    const startable = isStarted && found !== undefined && found.error === '' && !isLate
    return {
      ...known,
      reported: isRunning ? found.reported : undefined,
      problem: isRunning || startable ? undefined : found?.error || cause || didNotRespond(limits.nodeTime),
      isSilent: isLate,
    }
  }
  try {
    return await Promise.all(nodes.map(probe))
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
}

/** The result of a program that asks a node, and why buildkitd does not accept connections, if that is known. */
export type Asked<T> =
  | { readonly kind: 'asked'; readonly result: T; readonly cause: string | undefined }
  | { readonly kind: 'silent'; readonly problem: string }

/**
 * Runs a program that asks a node, and stops it as soon as it is known that the node does not respond: buildx waits longer.
 */
export async function unlessSilent<T>(
  endpoint: string | undefined,
  options: unknown,
  host: Pick<Host, 'http' | 'env'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Asked<T>> {
  const stop = new AbortController()
  const over = new AbortController()
  const direct = askBuildkitd(endpoint ?? '', { options, signal: over.signal }, host).then((found) => {
    if (found?.kind === 'silent') stop.abort()
    return found
  })
  try {
    const result = await work(stop.signal)
    const found = await direct
    return { kind: 'asked', result, cause: found?.kind === 'absent' ? found.cause : undefined }
  } catch (error) {
    over.abort()
    if (error !== stop.signal.reason) throw error
    return { kind: 'silent', problem: didNotRespond(limits.nodeSilence) }
  }
}

/** Returns the problem of a node that took longer than `time` (milliseconds). */
export function didNotRespond(time: number): string {
  return `it did not respond within ${formatDuration(time)}`
}

function formatNode(platform: Readonly<Record<string, unknown>>): string {
  const { os, architecture, variant } = platform
  return [os, architecture, variant].filter((part) => typeof part === 'string' && part !== '').join('/')
}
