import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { readBuilderFile } from '../../facts/builder-file.ts'
import { didNotRespond, type SilentNode, unlessSilent } from '../../facts/probe-nodes.ts'
import type { ExecOptions, ExecResult, Host } from '../../host/host.ts'
import { gone } from '../buildkit/gone.ts'
import { builderPath, type StoredBuilder, withPlatforms, writeNodes } from './builder-nodes.ts'
import { lastError } from './client-log.ts'
import type { PlannedOffer } from './node-offers.ts'
import type { LostNode } from './settle-nodes.ts'

/** A node to create, and the call of buildx that creates it as the first node of a builder. */
export type NodeCreation = {
  readonly offer: PlannedOffer
  readonly args: readonly string[]
  /** The options of its driver, by name. */
  readonly options: Readonly<Record<string, string>>
}

export type CreatedNodes = {
  /** Nodes that could not be added to the builder. */
  readonly lost: readonly LostNode[]
  /** Nodes of the builder that did not respond in time. */
  readonly silent: readonly SilentNode[]
  /** The call of a node that failed for another reason. */
  readonly failed?: ExecResult
}

/** Messages of ssh about a machine that is down, unknown or rejects the user. */
const absentMachine =
  /error during connect|command \[ssh |Could not resolve hostname|Permission denied \(|Connection (?:refused|timed out)|failed to initialize builder/i

/**
 * Creates the nodes of a builder at the same time, each in a configuration of its own, and writes them to the file of the builder: buildx
 * asks all nodes of a builder each time it adds one, and waits 20 s for a node that hangs.
 */
export async function createNodes(
  nodes: readonly NodeCreation[],
  { program, ...stored }: StoredBuilder & { readonly program: string },
  host: Pick<Host, 'exec' | 'http' | 'env' | 'tempDir'>,
  onStderrLine: NonNullable<ExecOptions['onStderrLine']>,
): Promise<CreatedNodes> {
  const created = await Promise.all(nodes.map((node) => createNode(node, { program, ...stored }, host, onStderrLine)))
  const failed = created.find((one) => one.kind === 'failed')
  if (failed !== undefined) return { lost: [], silent: [], failed: failed.result }
  const files = created.flatMap((one) => (one.kind === 'created' ? [one] : []))
  const [first] = files
  if (first !== undefined) {
    mkdirSync(join(builderPath(stored), '..'), { recursive: true, mode: 0o700 })
    writeNodes(
      stored,
      first.file.document,
      files.flatMap(({ file, offer }) => file.nodes.map((node) => withPlatforms(node, offer.declared))),
    )
  }
  return {
    lost: created.flatMap((one) => (one.kind === 'lost' ? [one] : [])),
    silent: files.flatMap(({ offer: { endpoint }, problem }) =>
      endpoint === undefined || problem === undefined ? [] : [{ endpoint, problem }],
    ),
  }
}

type Created =
  | {
      readonly kind: 'created'
      readonly offer: PlannedOffer
      readonly file: NonNullable<ReturnType<typeof readBuilderFile>>
      /** Set if it did not respond in time. */
      readonly problem: string | undefined
    }
  | ({ readonly kind: 'lost' } & LostNode)
  | { readonly kind: 'failed'; readonly result: ExecResult }

async function createNode(
  { offer, args, options }: NodeCreation,
  { program, builder, env }: StoredBuilder & { readonly program: string },
  host: Pick<Host, 'exec' | 'http' | 'env' | 'tempDir'>,
  onStderrLine: NonNullable<ExecOptions['onStderrLine']>,
): Promise<Created> {
  const state = mkdtempSync(join(host.tempDir, 'node-'))
  try {
    const asked = await unlessSilent(offer.endpoint, options, host, (signal) =>
      host.exec(program, args, {
        env: { ...env, BUILDX_CONFIG: state },
        timeout: limits.nodeTime,
        onStderrLine,
        signal,
      }),
    )
    const file = readBuilderFile(join(state, 'instances', builder))
    const problem =
      asked.kind === 'silent' ? asked.problem : asked.result.timedOut ? didNotRespond(limits.nodeTime) : undefined
    if (file !== undefined && (problem !== undefined || (asked.kind === 'asked' && asked.result.ok))) {
      return { kind: 'created', offer, file, problem }
    }
    if (asked.kind === 'silent') return { kind: 'lost', offer, problem: asked.problem }
    const { result } = asked
    const found = result.ok ? '' : lastError(result.stderr)
    if (result.timedOut || gone.test(found) || absentMachine.test(found))
      return { kind: 'lost', offer, problem: found.replace(/^ERROR: /, '') || (problem ?? 'buildx did not store it') }
    return { kind: 'failed', result }
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
}
