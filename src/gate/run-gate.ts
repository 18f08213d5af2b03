import { basename, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { eachLine } from '../bounds/each-line.ts'
import { limits } from '../bounds/limits.ts'
import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import { writeLayout } from '../export/write-outputs.ts'
import type { Environment, ExecResult, Host } from '../host/host.ts'
import type { Gate } from '../inputs/inputs.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatReference, formatRepository, type Repository } from '../oci/reference.ts'
import { pushContent } from '../publish/publish.ts'
import type { Run } from '../run-context.ts'
import { formatBytes } from '../text/bytes.ts'
import { gateEnvironment } from './gate-environment.ts'
import { type Gated, type GateResult, gateSection, shownCharacters } from './gate-section.ts'

/** Number of last lines of a command's output in the summary and in an error. */
const shownLines = 30

/**
 * Pushes the content by digest if the plan pushes, else writes it to a layout, and runs the commands sequentially. They find the
 * image through the variables that docs/before-tags.md lists.
 *
 * @throws ActionError `gate-failed` for the first command that fails, `timed-out`; the errors of pushing and writing the content; `cancelled`
 */
export async function runGate(run: Run, built: Built, gate: Gate): Promise<Gated> {
  const { plan, access, host } = run
  if (built.content === undefined) throw new ActionError('internal', 'There is no image to run before-tags on')
  const content = plan.push ? await host.log.group('Push by digest', () => pushContent(run, built)) : undefined
  if (content && content.errors.length > 0) throw combine('Publishing', content.errors)
  const tree = content?.tree ?? built.content.tree
  const layout = content ? undefined : join(host.tempDir, 'before-tags')
  if (layout !== undefined) await writeLayout(run, built.content, layout)

  const env = gateEnvironment(host.env, gate.variables, {
    ...plan.engine.traits.env,
    // Required to read a private image: the credentials of this step's registries and of the user's configuration.
    ...(content ? { DOCKER_CONFIG: access.env['DOCKER_CONFIG'] } : {}),
    ...describeImage(tree, content?.repositories ?? []),
    POLYARCH_TAGS: plan.references.map(formatReference).join('\n'),
    ...(layout === undefined ? {} : { POLYARCH_LAYOUT: layout }),
  })
  try {
    const results = await host.log.group('Before tags', () => runCommands(gate, { run, env }))
    return { results, content }
  } catch (error) {
    for (const repository of content?.repositories ?? []) {
      host.log.info(`${formatRepository(repository)}@${tree.root.digest} was pushed, but no tag was written`)
    }
    throw error
  }
}

function describeImage(tree: ImageTree, repositories: readonly Repository[]): Environment {
  const { digest } = tree.root
  const references = repositories.map((repository) => `${formatRepository(repository)}@${digest}`)
  const platforms = tree.images.map(({ platform, manifest }) => [formatPlatform(platform), manifest.digest] as const)
  return {
    POLYARCH_DIGEST: digest,
    POLYARCH_REFERENCES: references.join('\n'),
    POLYARCH_PLATFORMS: platforms.map(([platform]) => platform).join('\n'),
    POLYARCH_DIGESTS: JSON.stringify(Object.fromEntries(platforms)),
  }
}

type Running = { readonly run: Run; readonly env: Environment }

async function runCommands({ commands }: Gate, running: Running): Promise<readonly GateResult[]> {
  const { plan, host } = running.run
  const results: GateResult[] = []
  const deadline = host.clock.now().getTime() + limits.gateTime
  const tell = createTelling(host)
  for (const { words } of commands) {
    const [program = '', ...args] = words
    const started = host.clock.now().getTime()
    const log: string[] = []
    const onLine = (text: string): void => {
      const line = stripVTControlCharacters(text)
      if (log.push(line.slice(0, shownCharacters)) > shownLines) log.shift()
      tell(`${basename(program)} | ${line}`)
    }
    const add = (passed: boolean): number => {
      const milliseconds = host.clock.now().getTime() - started
      results.push({ program, milliseconds, log, passed })
      return milliseconds
    }
    const ended = await host
      .exec(program, args, {
        env: running.env,
        stdout: (stream) => linesOf(stream, onLine),
        onStderrLine: onLine,
        leavesNoChildren: true,
        // The step's `timeout` ends it through the host's signal.
        ...(plan.timeout === undefined ? { timeout: Math.max(1, deadline - started) } : {}),
      })
      .catch((error: unknown) => {
        add(false)
        host.runner.writeSummary(gateSection(results).join('\n'))
        throw host.signal.reason instanceof ActionError ? outOfTime(program, host.signal.reason, log) : error
      })
    const milliseconds = add(ended.ok)
    if (ended.ok) {
      host.log.info(`${basename(program)}: passed in ${(milliseconds / 1000).toFixed(1)} s`)
      continue
    }
    // A failure is not followed by a report.
    host.runner.writeSummary(gateSection(results).join('\n'))
    throw failure({ program, ended, log, pushed: plan.push })
  }
  return results
}

function linesOf(stream: Parameters<typeof eachLine>[0], onLine: (line: string) => void): Promise<void> {
  stream.setEncoding('utf8')
  eachLine(stream, onLine)
  return new Promise((resolve) => stream.once('close', resolve))
}

/** Writes lines to the log up to the limits of number and total length. */
function createTelling({ log }: Host): (line: string) => void {
  let lines = 0
  let characters = 0
  let isOver = false
  return (line) => {
    if (isOver) return
    lines += 1
    characters += line.length
    const most =
      lines > limits.gateLines
        ? `${limits.gateLines} lines`
        : characters > limits.gateOutput
          ? formatBytes(limits.gateOutput)
          : undefined
    isOver = most !== undefined
    log.info(isOver ? `… (more than ${most}; the rest is not shown)` : line)
  }
}

type Ended = {
  readonly program: string
  readonly ended: ExecResult
  readonly log: readonly string[]
  readonly pushed: boolean
}

/** Returns the timeout of the step as an error about the command that was running. */
function outOfTime(program: string, { code }: ActionError, log: readonly string[]): ActionError {
  const message = `Cannot write the tags: ${basename(program)} (before-tags) did not end within \`timeout\``
  return new ActionError(code, [message, ...log].join('\n'), {
    hint: 'Raise `timeout`, which includes the build, or make the command faster. No tag was written.',
  })
}

function failure({ program, ended, log, pushed }: Ended): ActionError {
  const found = ended.timedOut
    ? (ended.stderr.split('\n').at(-1) ?? '')
    : ended.status === 127
      ? `it exited with 127: ${program}, or a program that it starts, was not found`
      : ended.status === 126
        ? 'it is not executable'
        : `it exited with ${ended.status}`
  const message = [`Cannot write the tags: ${basename(program)} (before-tags) failed: ${found}`, ...log]
  return new ActionError(ended.timedOut ? 'timed-out' : 'gate-failed', message.join('\n'), {
    hint: [
      log.length > 0 ? 'Read the output of the command in the log or the job summary.' : 'Correct `before-tags`.',
      ...(pushed ? ['The image stays in the registry by its digest. No tag was written.'] : []),
    ].join(' '),
  })
}
