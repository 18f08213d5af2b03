import type { Step } from '../built.ts'

/** One line of `buildx build --progress=rawjson`: BuildKit's SolveStatus. https://github.com/moby/buildkit/blob/v0.25.0/client/graph.go */
type SolveStatus = {
  readonly vertexes?: readonly Vertex[]
  readonly logs?: readonly { readonly vertex: string; readonly data: string; readonly timestamp: string }[]
  readonly warnings?: readonly { readonly vertex: string; readonly short: string; readonly level?: number }[]
  readonly statuses?: readonly TransferStatus[]
}

type Vertex = {
  readonly digest: string
  readonly name: string
  readonly started?: string
  readonly completed?: string
  readonly cached?: boolean
  readonly error?: string
}

type TransferStatus = {
  readonly vertex: string
  readonly id: string
  readonly current?: number
  readonly total?: number
  readonly completed?: string
}

export type FailedStep = {
  readonly name: string
  readonly platform: string | undefined
  readonly error: string
  /** The last lines that the step printed. */
  readonly output: readonly string[]
}

export type Progress = {
  /** Takes one line of buildx's standard error. */
  readonly line: (line: string) => void
  readonly steps: () => readonly Step[]
  /** The step that failed first, when one did. */
  readonly failed: () => FailedStep | undefined
  /** What buildx printed besides progress: the Dockerfile's lines and the error. */
  readonly messages: () => readonly string[]
}

type Seen = {
  readonly number: number
  readonly name: string
  announced: boolean
  /** How its end was told: it is told again only when it is another one. */
  told: string | undefined
  /** Milliseconds of all the times it ran: BuildKit reports some steps more than once. */
  spent: number
  started: number | undefined
  cached: boolean
  error: string | undefined
  output: string[]
  partial: string
}

/** Lines of a step's output kept for the error. */
const keptOutput = 20

/**
 * Two platforms that share a layer write it into the same layout folder at the same time; the second waits and says so
 * as an error although all is well (exit status 0).
 */
const harmless = /^ERROR: \(\*service\)\.Write failed: .* locked for /

/**
 * Turns BuildKit's events into lines for people, as they come: a number for each step, its output behind the number,
 * and how it ended. Lines that are not events pass through.
 */
export function createProgress(print: (line: string) => void): Progress {
  const seen = new Map<string, Seen>()
  const messages: string[] = []
  let failed: Seen | undefined

  const stepOf = (digest: string, name: string): Seen => {
    const known = seen.get(digest)
    if (known) return known
    const step: Seen = {
      number: seen.size + 1,
      name,
      announced: false,
      told: undefined,
      spent: 0,
      started: undefined,
      cached: false,
      error: undefined,
      output: [],
      partial: '',
    }
    seen.set(digest, step)
    return step
  }

  const announce = (step: Seen): void => {
    if (step.announced) return
    step.announced = true
    print(`#${step.number} ${step.name}`)
  }

  const onVertex = (vertex: Vertex): void => {
    const step = stepOf(vertex.digest, vertex.name)
    if (vertex.started !== undefined) {
      announce(step)
      step.started ??= Date.parse(vertex.started)
    }
    if (vertex.completed === undefined) return
    announce(step)
    const begun = step.started ?? Date.parse(vertex.completed)
    step.spent += Math.max(0, Date.parse(vertex.completed) - begun)
    step.started = undefined
    step.cached ||= vertex.cached === true
    flush(step)
    if (vertex.error === undefined) {
      tell(step, step.cached ? 'CACHED' : 'DONE', step.cached ? '' : ` ${seconds(step.spent)}`)
    } else if (/context canceled/.test(vertex.error)) {
      tell(step, 'CANCELED')
    } else {
      step.error = vertex.error
      failed ??= step
      tell(step, 'ERROR', `: ${vertex.error}`)
    }
  }

  const tell = (step: Seen, end: string, more = ''): void => {
    if (step.told !== end) print(`#${step.number} ${end}${more}`)
    step.told = end
  }

  const onOutput = (step: Seen, text: string): void => {
    const lines = (step.partial + text).split('\n')
    step.partial = lines.pop() ?? ''
    for (const line of lines) addLine(step, line)
  }

  const addLine = (step: Seen, line: string): void => {
    const shown = line.replace(/\r$/, '').split('\r').at(-1) ?? ''
    step.output = [...step.output.slice(1 - keptOutput), shown]
    print(`#${step.number} ${shown}`)
  }

  const flush = (step: Seen): void => {
    if (step.partial !== '') addLine(step, step.partial)
    step.partial = ''
  }

  return {
    line: (line) => {
      const status = parseEvent(line)
      if (status === undefined) {
        if (harmless.test(line)) return
        messages.push(line)
        return
      }
      for (const vertex of status.vertexes ?? []) onVertex(vertex)
      for (const log of status.logs ?? []) {
        onOutput(stepOf(log.vertex, ''), Buffer.from(log.data, 'base64').toString('utf8'))
      }
      for (const warning of status.warnings ?? []) {
        const step = seen.get(warning.vertex)
        print(`#${step?.number ?? 0} WARNING: ${Buffer.from(warning.short, 'base64').toString('utf8')}`)
      }
    },
    steps: () =>
      [...seen.values()].map(({ name, cached, spent }) => ({
        name,
        platform: platformOf(name),
        cached,
        milliseconds: spent,
      })),
    failed: () =>
      failed && {
        name: failed.name,
        platform: platformOf(failed.name),
        error: failed.error ?? '',
        output: failed.output,
      },
    messages: () => messages,
  }
}

/** BuildKit puts the platform first when a build has several: `[linux/arm64 builder 2/5] RUN make`. */
export function platformOf(stepName: string): string | undefined {
  return /^\[(?:[\w.-]+ )?([a-z]+\/[a-z0-9_]+(?:\/v\d+)?)(?:->[^\s\]]+)?[ \]]/.exec(stepName)?.[1]
}

function parseEvent(line: string): SolveStatus | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as SolveStatus
  } catch {
    return undefined
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`
}
