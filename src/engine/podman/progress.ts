import { excerptOf } from '../../bounds/excerpt.ts'
import { limits } from '../../bounds/limits.ts'
import type { Clock } from '../../host/host.ts'
import type { RunningStep } from '../buildkit/progress.ts'
import type { Step } from '../built.ts'

/** A step as Podman numbers it. */
export type PodmanStep = {
  /** Position among all stages of the Dockerfile, from 1; 1 for a single stage. */
  readonly stage: number
  /** Position in the stage, from 1, which is FROM. */
  readonly number: number
  readonly text: string
  /** The last lines that it printed. */
  readonly output: readonly string[]
}

export type PodmanProgress = {
  readonly onStdout: (line: string) => void
  readonly onStderr: (line: string) => void
  readonly running: () => readonly RunningStep[]
  readonly steps: () => readonly Step[]
  /** The step that began last. */
  readonly last: () => PodmanStep | undefined
  /** The text behind `Error: `, with the lines that follow. */
  readonly error: () => string | undefined
}

type Seen = {
  readonly step: Omit<PodmanStep, 'output'>
  readonly name: string
  readonly from: number
  to: number
  cached: boolean
}

const stepLine = /^(?:\[(\d{1,6})\/(\d{1,6})\] )?STEP (\d{1,6})\/(\d{1,6}): (.*)$/s
const keptOutput = 15
const keptError = 50

/** Reads what `podman build` prints for one platform: https://github.com/containers/buildah/blob/v1.28.2/imagebuildah/stage_executor.go */
export function createPodmanProgress(
  print: (line: string) => void,
  {
    platform,
    clock,
    stageName,
  }: {
    readonly platform: string
    readonly clock: Clock
    /** The name of a stage by its position, from 1; undefined for the only one. */
    readonly stageName: (stage: number, count: number) => string | undefined
  },
): PodmanProgress {
  const seen: Seen[] = []
  let output: string[] = []
  let errors: string[] | undefined
  const now = (): number => clock.now().getTime()
  const end = (): void => {
    const last = seen.at(-1)
    if (last !== undefined && last.to === 0) last.to = now()
  }
  const keep = (line: string): void => {
    output = [...output.slice(1 - keptOutput), excerptOf(line, limits.outputLine)]
  }
  return {
    onStdout: (line) => {
      print(line)
      const match = stepLine.exec(excerptOf(line, limits.outputLine))
      if (match !== null) {
        end()
        const [, stage = '1', stages = '1', number = '1', count = '1', text = ''] = match
        const where = [platform, stageName(Number(stage), Number(stages)), `${number}/${count}`]
        const name = `[${where.filter((part) => part !== undefined).join(' ')}] ${text}`
        output = []
        const step = { stage: Number(stage), number: Number(number), text }
        seen.push({ step, name, from: now(), to: 0, cached: false })
        return
      }
      if (/^(?:\[\d{1,6}\/\d{1,6}\] )?COMMIT(?: |$)/.test(line)) return end()
      const last = seen.at(-1)
      if (/^--> Using cache /.test(line) && last !== undefined) last.cached = true
      else if (!line.startsWith('--> ')) keep(line)
    },
    onStderr: (line) => {
      print(line)
      if (errors === undefined && line.startsWith('Error: ')) errors = [line.slice('Error: '.length)]
      else if (errors !== undefined && errors.length < keptError) errors.push(line)
      else keep(line)
    },
    running: () => {
      const last = seen.at(-1)
      return last === undefined || last.to !== 0 ? [] : [{ name: last.name, since: last.from }]
    },
    steps: () =>
      seen.map(({ name, cached, from, to }) => {
        const until = Math.max(from, to === 0 ? now() : to)
        return { name, platform, cached, milliseconds: until - from, span: { from, to: until } }
      }),
    last: () => {
      const last = seen.at(-1)
      return last && { ...last.step, output }
    },
    error: () => errors?.join('\n').trim(),
  }
}
