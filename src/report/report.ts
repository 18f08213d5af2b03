import { type Answer, answerLines, findingsOf } from '../engine/answer.ts'
import { warnFindings } from '../engine/warn-findings.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { Host, Log } from '../host/host.ts'
import type { Omitted } from '../modes/optional-platforms.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Run } from '../run-context.ts'
import { codeBlock } from '../text/markdown.ts'
import { writeBakeFiles } from './bake-files.ts'
import { describeCacheHits, usesCache } from './cache-hits.ts'
import { describeEmulation, emulatedRuns } from './emulated.ts'
import { exportOutputs } from './export-outputs.ts'
import { lastingOutputsOf, outputsOf, type Result } from './outputs.ts'
import { planLines, planRows, planSection } from './plan-rows.ts'
import { slowSteps, tellContextAdvice, tellSlowSteps } from './slow-steps.ts'
import { omittedSection, summaryOf } from './summary.ts'

/** Writes the outputs that are valid however the step ends. */
export function reportLasting({ plan, access, host }: Omit<Run, 'source'>): void {
  besides(host.log, () => {
    const outputs = lastingOutputsOf({ plan, attempts: access.attempts() })
    for (const [name, value] of Object.entries(outputs)) host.runner.setOutput(name, value)
  })
}

/**
 * Writes the other outputs of the step and the job summary, even if publishing failed.
 *
 * @throws errors of the file system, if nothing else failed
 */
export function report({ plan, host }: Pick<Run, 'plan' | 'host'>, outcome: Omit<Result, 'plan' | 'images'>): void {
  const { published, built } = outcome
  const images = published?.images ?? outcome.leg?.images ?? built.content?.tree.images ?? []
  const result = { plan, images, ...outcome }
  if (published?.error === undefined) write(result, host)
  else besides(host.log, () => write(result, host))
}

export type DryRun = {
  readonly checked: Checked
  readonly omitted: readonly Omitted[]
  /** Describes the files of the context. */
  readonly context?: string | undefined
}

/** Writes the plan to the log and the summary, and the outputs that are known without a build. */
export function reportDryRun({ plan, host }: Pick<Run, 'plan' | 'host'>, { checked, omitted, context }: DryRun): void {
  const rows = planRows(plan, checked, { context })
  for (const line of planLines(rows)) host.log.info(line)
  host.log.info('Dry run: nothing was built or written')
  const nothing = {
    verified: [],
    smoked: [],
    gated: undefined,
    built: { content: undefined, metadata: {}, imageId: undefined, steps: [] },
    exported: { outputs: [], imageId: undefined },
    published: undefined,
    images: [],
    omitted,
  }
  const outputs = { ...outputsOf({ plan, checked, ...nothing }), ...writeBakeFiles(plan, host) }
  // Not exported to later steps' environment: a moving tag still refers to another image.
  for (const [name, value] of Object.entries(outputs)) host.runner.setOutput(name, value)
  host.runner.writeSummary([planSection(rows), ...omittedSection(omitted)].join('\n'))
}

/** Tells which platforms the other jobs of the image wait for, after an error of this job. */
export function reportMissingLeg({ plan, host }: Pick<Run, 'plan' | 'host'>, error: unknown): void {
  if (plan.leg === undefined || plan.dryRun || (error instanceof ActionError && error.code === 'legs-differ')) return
  const names = plan.build.platforms.map(formatPlatform).join(', ')
  // A missing base image, or another job's image that no longer exists: its error says what to run again.
  const isLost = error instanceof ActionError && error.code === 'image-not-found'
  const advice = isLost ? '' : '. Run the failed jobs again to complete the image'
  host.runner.notice(`No tag is written without ${names}${advice}`)
}

/**
 * Writes the result of a `call` to the log, an output and the job summary; findings of build checks become annotations.
 */
export function reportAnswer({ host: { log, runner } }: Pick<Run, 'host'>, answer: Answer): void {
  const lines = answerLines(answer)
  for (const line of lines) log.info(line)
  const findings = findingsOf(answer)
  warnFindings(findings, log)
  runner.setOutput('call-result', JSON.stringify(answer.document))
  const block = codeBlock([...lines, ...findings.map(({ message }) => message)])
  runner.writeSummary([`### Call: ${answer.question}`, '', ...block, ''].join('\n'))
}

/** Runs `tell` so that its failure does not hide the original error. */
function besides(log: Log, tell: () => void): void {
  try {
    tell()
  } catch (error) {
    log.warning(`Cannot write the outputs or the job summary: ${messageOf(error)}`)
  }
}

function write(result: Result, host: Host): void {
  const { runner, log } = host
  const outputs = { ...outputsOf(result), ...writeBakeFiles(result.plan, host) }
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
  exportOutputs({ ...outputs, version: result.plan.version }, host)
  for (const line of emulation(result)) log.info(line)
  const hits = usesCache(result.plan) ? describeCacheHits(result.built.steps) : undefined
  if (hits !== undefined) log.info(hits)
  const slow = slowSteps(result)
  tellSlowSteps(slow, runner)
  tellContextAdvice(result, runner)
  if (outputs.digest !== '') log.info(`Digest: ${outputs.digest}`)
  runner.writeSummary(summaryOf(result, slow))
}

function emulation({ plan: { engine }, checked: { reading }, built }: Result): readonly string[] {
  if (reading === undefined) return []
  return describeEmulation(emulatedRuns(built.steps, reading, engine.traits.natives), reading.dockerfile.file)
}
