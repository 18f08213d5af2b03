import { StringDecoder } from 'node:string_decoder'
import { excerptOf } from '../../bounds/excerpt.ts'
import { parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import type { Span, Step } from '../built.ts'

/** One line of `buildx build --progress=rawjson`: BuildKit's SolveStatus. https://github.com/moby/buildkit/blob/v0.25.0/client/graph.go */
type SolveStatus = {
  readonly vertexes?: readonly Vertex[]
  readonly logs?: readonly { readonly vertex: string; readonly data: string }[]
  readonly warnings?: readonly { readonly vertex: string; readonly short: string; readonly range?: unknown }[]
  readonly statuses?: readonly { readonly id: string; readonly vertex: string; readonly current?: unknown }[]
}

type Vertex = {
  readonly digest: string
  readonly name: string
  readonly started?: string
  readonly completed?: string
  readonly cached?: boolean
  readonly error?: string
}

export type FailedStep = {
  readonly name: string
  readonly platform: string | undefined
  readonly error: string
  /** The last lines of its output. */
  readonly output: readonly string[]
}

/** A finding of a build check, with its line in the Dockerfile, starting from 1. */
export type Finding = { readonly message: string; readonly line: number | undefined }

/** A step that has started and not ended. */
export type RunningStep = {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

export type Progress = {
  /** Processes one line of the standard error of buildx. */
  readonly line: (line: string) => void
  readonly steps: () => readonly Step[]
  /** Running steps, the longest-running first. */
  readonly running: () => readonly RunningStep[]
  /** The number of events so far of steps for these platforms, and of steps whose platform is not known. */
  readonly activity: (platforms: readonly string[]) => number
  /** Whether every running step reads a cache: its list of steps, or the content of a step found in it. */
  readonly readsCache: () => boolean
  /**
   * Whether every running step is an export of a build that has read a cache: it may wait for a layer that only the
   * cache has.
   */
  readonly exportsFromCache: () => boolean
  /** The first step that failed, if any. */
  readonly failed: () => FailedStep | undefined
  /** Every step that failed, including those that did not stop the build. */
  readonly failures: () => readonly Pick<FailedStep, 'name' | 'error'>[]
  /** The findings of the build checks, without duplicates. */
  readonly findings: () => readonly Finding[]
  /** Bytes of the build contexts that were sent to the builder; content from an earlier build is not sent again. */
  readonly sent: () => number
  /** The output of buildx without progress: the lines of the Dockerfile and the error. */
  readonly messages: () => readonly string[]
}

type Seen = {
  readonly number: number
  readonly name: string
  events: number
  announced: boolean
  /** The last reported end; only a different one is reported again. */
  told: string | undefined
  /** Total milliseconds of all its executions: BuildKit reports some steps more than once. */
  spent: number
  started: number | undefined
  span: Span | undefined
  cached: boolean
  error: string | undefined
  output: string[]
  /** Bytes of each layer that came from a registry or a cache. */
  readonly fetched: Map<string, number>
  /** BuildKit splits output anywhere, also within a character or a line. */
  readonly decoder: StringDecoder
  partial: string
}

/** How BuildKit names the import of a cache's list of steps. */
const importing = 'importing cache manifest from '

/** Number of lines of a step's output that are kept for the error. */
const keptOutput = 15

/** Number of lines of other buildx output that are kept. */
const keptMessages = 1000

/**
 * If two platforms share a layer, both write it into the same layout directory at the same time; the second waits and
 * reports that as an error although the build succeeds (exit status 0).
 */
const harmless = /^ERROR: \(\*service\)\.Write failed: .* locked for /

/**
 * Converts BuildKit's events to log lines: a number for each step, its output prefixed with the number, and its end.
 * Lines that are not events are passed through.
 */
export function createProgress(print: (line: string) => void): Progress {
  const seen = new Map<string, Seen>()
  const messages: string[] = []
  // A record that is longer than `limits.openLine` arrives in pieces.
  let open = ''
  const findings = new Map<string, Finding>()
  const sent = new Map<string, number>()
  let failed: Seen | undefined

  const stepOf = (digest: string, name: string): Seen => {
    const known = seen.get(digest)
    if (known) return known
    const step: Seen = {
      number: seen.size + 1,
      name,
      events: 0,
      announced: false,
      told: undefined,
      spent: 0,
      started: undefined,
      span: undefined,
      cached: false,
      error: undefined,
      output: [],
      fetched: new Map(),
      decoder: new StringDecoder('utf8'),
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
    step.events += 1
    if (vertex.started !== undefined) {
      announce(step)
      step.started ??= Date.parse(vertex.started)
    }
    if (vertex.completed === undefined) return
    announce(step)
    const ended = Date.parse(vertex.completed)
    const begun = step.started ?? ended
    step.spent += Math.max(0, ended - begun)
    step.span = spanOf(step.span?.from ?? begun, ended)
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

  const onOutput = (step: Seen, bytes: Buffer): void => {
    const lines = (step.partial + step.decoder.write(bytes)).split('\n')
    step.partial = lines.pop() ?? ''
    for (const line of lines) addLine(step, line)
    // A program can print gigabytes without a line break.
    if (step.partial.length > limits.openLine) flush(step)
  }

  const addLine = (step: Seen, line: string): void => {
    const shown = line.replace(/\r$/, '').split('\r').at(-1) ?? ''
    step.output = [...step.output.slice(1 - keptOutput), excerptOf(shown, limits.outputLine)]
    print(`#${step.number} ${shown}`)
  }

  const flush = (step: Seen): void => {
    if (step.partial !== '') addLine(step, step.partial)
    step.partial = ''
  }

  return {
    line: (piece) => {
      const line = open + piece
      const status = parseEvent(line)
      const isOpen = status === undefined && line.startsWith('{') && piece.length === limits.openLine
      open = isOpen && line.length < limits.progressLine ? line : ''
      if (open !== '') return
      if (status === undefined) {
        if (harmless.test(line)) return
        messages.push(line)
        // The error and the lines of the Dockerfile above it come last.
        if (messages.length > 2 * keptMessages) messages.splice(0, keptMessages)
        print(line)
        return
      }
      for (const vertex of status.vertexes ?? []) onVertex(vertex)
      for (const log of status.logs ?? []) {
        const step = stepOf(log.vertex, '')
        step.events += 1
        onOutput(step, Buffer.from(log.data, 'base64'))
      }
      for (const warning of status.warnings ?? []) {
        const step = seen.get(warning.vertex)
        const text = Buffer.from(warning.short, 'base64').toString('utf8')
        print(`#${step?.number ?? 0} WARNING: ${text}`)
        const line = firstLine(warning.range)
        const message = line === undefined ? text : text.replace(` (line ${line})`, '')
        findings.set(`${line} ${message}`, { message, line })
      }
      for (const { id, vertex, current } of status.statuses ?? []) {
        const step = seen.get(vertex)
        if (step !== undefined) step.events += 1
        if (typeof current !== 'number') continue
        if (id === 'transferring context:') sent.set(vertex, current)
        if (id.startsWith('sha256:')) stepOf(vertex, '').fetched.set(id, current)
      }
    },
    findings: () => [...findings.values()],
    sent: () => sumOf(sent),
    steps: () =>
      [...seen.values()].map(({ name, cached, spent, span, fetched }) => {
        // FROM fetches the base image.
        const bytes = cached && !/\] FROM /.test(name) ? sumOf(fetched) : 0
        const step = { name, platform: platformOf(name), cached, milliseconds: spent, ...(span ? { span } : {}) }
        return bytes > 0 ? { ...step, fetched: bytes } : step
      }),
    running: () =>
      [...seen.values()]
        .flatMap(({ name, started }) => (started === undefined ? [] : [{ name, since: started }]))
        .sort((a, b) => a.since - b.since),
    activity: (platforms) =>
      [...seen.values()].reduce((sum, { name, events }) => {
        const platform = platformOf(name)
        return platform === undefined || platforms.includes(platform) ? sum + events : sum
      }, 0),
    readsCache: () => {
      const running = [...seen.values()].filter(({ started }) => started !== undefined)
      return running.length > 0 && running.every(({ name, cached }) => cached || name.startsWith(importing))
    },
    exportsFromCache: () => {
      const steps = [...seen.values()]
      const running = steps.filter(({ started }) => started !== undefined)
      const isRead = steps.some(({ name }) => name.startsWith(importing)) && steps.some(({ cached }) => cached)
      return isRead && running.length > 0 && running.every(({ name }) => name.startsWith('exporting to '))
    },
    failed: () =>
      failed && {
        name: failed.name,
        platform: platformOf(failed.name),
        error: failed.error ?? '',
        output: failed.output,
      },
    failures: () => [...seen.values()].flatMap(({ name, error }) => (error === undefined ? [] : [{ name, error }])),
    messages: () => messages,
  }
}

/**
 * Returns the platform that a step is built for. If a build has several platforms, BuildKit puts it first,
 * `[linux/arm64 builder 2/5] RUN make`, and after the platform that the step runs on if they differ:
 * `[linux/amd64->arm64 builder 2/5] RUN make`.
 */
export function platformOf(stepName: string): string | undefined {
  const [, os, architecture, target] =
    /^\[(?:[\w.-]+ )?([a-z]+)\/([a-z0-9_]+(?:\/v\d+)?)(?:->([a-z0-9_/]+))?[ \]]/.exec(stepName) ?? []
  if (os === undefined) return undefined
  if (target === undefined) return `${os}/${architecture}`
  return /^\w+(?:\/v\d+)?$/.test(target) ? `${os}/${target}` : target
}

/** Undefined for a line that is not an event: buildx prints other lines between events. */
function parseEvent(line: string): SolveStatus | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const event = parseJson(line) as { readonly [Key in keyof SolveStatus]: unknown }
    const known =
      isList(event.vertexes, ['digest', 'name']) &&
      isList(event.logs, ['vertex', 'data']) &&
      isList(event.warnings, ['vertex', 'short']) &&
      isList(event.statuses, ['id', 'vertex'])
    return known ? (event as SolveStatus) : undefined
  } catch {
    return undefined
  }
}

/** Returns the first line of BuildKit's ranges, `[{"start":{"line":2},"end":{"line":2}}]`. */
function firstLine(ranges: unknown): number | undefined {
  const [range] = Array.isArray(ranges) ? ranges : []
  const line: unknown = Object(Object(range).start).line
  return typeof line === 'number' && line > 0 ? line : undefined
}

/** Whether `value` is absent (Go omits empty lists, or writes null) or a list of objects with these string members. */
function isList(value: unknown, texts: readonly string[]): boolean {
  const isItem = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && texts.every((key) => typeof Reflect.get(item, key) === 'string')
  return value === undefined || value === null || (Array.isArray(value) && value.every(isItem))
}

/** Undefined for invalid times. */
function spanOf(from: number, to: number): Span | undefined {
  return Number.isFinite(from) && to >= from ? { from, to } : undefined
}

function sumOf(bytes: ReadonlyMap<string, number>): number {
  return [...bytes.values()].reduce((sum, one) => sum + one, 0)
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`
}
