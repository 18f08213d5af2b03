import { excerptOf } from '../../bounds/excerpt.ts'
import { limits } from '../../bounds/limits.ts'
import type { Clock } from '../../host/host.ts'
import { type FailedStep, platformOf, type RunningStep } from '../buildkit/progress.ts'
import type { Step } from '../built.ts'

/** What a build for one platform printed. */
export type PlainProgress = {
  /** Processes one line of either output. */
  readonly line: (line: string) => void
  readonly running: () => readonly RunningStep[]
  readonly steps: () => readonly Step[]
  readonly failed: () => FailedStep | undefined
  /** The last lines that belong to no step. */
  readonly messages: () => readonly string[]
}

type Seen = {
  readonly name: string
  readonly from: number
  to: number | undefined
  cached: boolean
  error: string | undefined
  output: readonly string[]
}

const keptOutput = 15
const keptMessages = 50
/** More steps than a Dockerfile has. */
const keptSteps = 10_000

/** Reads BuildKit's plain progress, which has a number and a text per line. https://github.com/moby/buildkit/blob/v0.25.0/util/progress/progressui/printer.go */
export function createPlainProgress(
  print: (line: string) => void,
  { platform, clock }: { readonly platform: string; readonly clock: Clock },
): PlainProgress {
  const seen = new Map<string, Seen>()
  let messages: readonly string[] = []
  let failed: Seen | undefined
  const now = (): number => clock.now().getTime()

  const onStep = (number: string, text: string): void => {
    const step = seen.get(number)
    if (step === undefined) {
      if (seen.size < keptSteps) {
        seen.set(number, { name: text, from: now(), to: undefined, cached: false, error: undefined, output: [] })
      }
      return
    }
    const [, end, error = ''] = /^(DONE|CACHED|CANCELED|ERROR)\b(?:: (.*))?/s.exec(text) ?? []
    if (end !== undefined) {
      step.to = now()
      step.cached ||= end === 'CACHED'
      if (end !== 'ERROR') return
      step.error = error
      failed ??= step
    } else if (text !== step.name) {
      const [, output = text] = /^\d+\.\d+ (.*)$/s.exec(text) ?? []
      step.output = [...step.output.slice(1 - keptOutput), output]
    }
  }

  return {
    line: (line) => {
      print(line)
      const text = excerptOf(line, limits.outputLine)
      const [, number, rest = ''] = /^#(\d{1,9}) (.*)$/s.exec(text) ?? []
      if (number !== undefined) onStep(number, rest)
      else if (text !== '' && !/^#\d+$/.test(text)) messages = [...messages.slice(1 - keptMessages), text]
    },
    running: () =>
      [...seen.values()].flatMap(({ name, from, to }) => (to === undefined ? [{ name, since: from }] : [])),
    steps: () =>
      [...seen.values()].map(({ name, cached, from, to = now() }) => ({
        name,
        platform,
        cached,
        milliseconds: to - from,
        span: { from, to },
      })),
    failed: () =>
      failed && {
        name: failed.name,
        platform: platformOf(failed.name) ?? platform,
        error: failed.error ?? '',
        output: failed.output,
      },
    messages: () => messages,
  }
}
