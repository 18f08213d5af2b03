import { applyImageOutputs, type ImageOutput } from '../inputs/image-output.ts'
import { readOutputs } from '../inputs/outputs.ts'
import { parseList } from '../inputs/read/list.ts'
import { readRecord } from '../inputs/read/record.ts'
import { replaceExpressions, resolveVariables } from './expressions.ts'
import type { Job, Step } from './read-workflow.ts'

/** Whether a line of `outputs` is of type `image` or `registry`. */
function isImageOutput(line: string): boolean {
  return /(?:^|,)\s*"?type=(?:image|registry)\b/i.test(line)
}

/** Stands for an expression in an attribute. */
const unknown = 'x'

/**
 * Returns the lines of `outputs` of type `image` and `registry`, with texts in place of expressions. `conditions` are the expressions of
 * `push`.
 */
function imageLines(text: string): { readonly lines: readonly string[]; readonly conditions: readonly string[] } {
  const conditions: string[] = []
  // An expression may have several lines, so it goes first.
  const plain = replaceExpressions(text, (expression, before) => {
    if (!/\bpush=$/i.test(before.slice(-10))) return unknown
    conditions.push(`\${{ ${expression} }}`)
    return 'true'
  })
  return { lines: plain.split('\n').filter(isImageOutput), conditions }
}

function readImages(
  build: Step,
  { env }: Pick<Job, 'env'>,
): { readonly images: readonly ImageOutput[]; readonly problems: readonly string[]; readonly condition: string } {
  const problems: string[] = []
  const { lines, conditions } = imageLines(resolveVariables(saidBy(build, 'outputs'), env))
  const { items } = parseList('options', lines.join('\n'))
  const { images } = readOutputs(items, 1, (message) => void problems.push(message))
  return { images, problems, condition: conditions[0] ?? '' }
}

/**
 * Returns why the step does not accept the outputs of type `image` and `registry` of a build step; undefined if it accepts them.
 * A name in them is an error beside `tags`, where buildx ignores it.
 */
export function whyNotOutputs(build: Step, job: Pick<Job, 'env'>): string | undefined {
  const { images, problems, condition } = readImages(build, job)
  const push = saidBy(build, 'push')
  const isPushed = !/^(?:false)?$/i.test(push)
  const found = [...problems]
  applyImageOutputs(
    images,
    { push: isPushed, compression: 'gzip', hasImages: saidBy(build, 'tags') !== '', tags: [] },
    (message) => void found.push(message),
  )
  const isNamed = saidBy(build, 'tags') !== '' || images.some(({ names }) => names.length > 0)
  if (!isNamed && images.some((image) => image.push === true)) {
    found.push('the image is pushed, and has no name; add the input tags')
  }
  if (condition !== '' && isPushed && condition !== push) {
    found.push(`the condition in push=${condition} may contradict the input push; remove one of them`)
  }
  const [first] = found
  return first === undefined ? undefined : `\`outputs\`: ${first}`
}

/** Returns the value of `push` of a build step, or what its outputs of type `image` and `registry` say in its place. */
export function pushOf(build: Step, job: Pick<Job, 'env'>): string {
  const push = saidBy(build, 'push')
  const { images, condition } = readImages(build, job)
  const isPushed = images.some((image) => image.push === true)
  return isPushed && /^(?:false)?$/i.test(push) ? condition || 'true' : push
}

/** Returns the names of the image that the outputs of a build step give it, with expressions. */
export function outputNames(build: Step): readonly string[] {
  const expressions: string[] = []
  const plain = replaceExpressions(saidBy(build, 'outputs'), (expression) => {
    expressions.push(expression)
    return `<${expressions.length - 1}>`
  })
  return plain
    .split('\n')
    .filter(isImageOutput)
    .flatMap((line) => readRecord(line.trim()) ?? [])
    .flatMap((field) => (/^\s*name=/i.test(field) ? [field.slice(field.indexOf('=') + 1)] : []))
    .map((name) => name.replace(/<(\d+)>/g, (_, at: string) => `\${{ ${expressions[Number(at)]} }}`))
}

/**
 * Returns the lines of `outputs` that can be checked if the values of expressions and of `push` are not known: those without expressions, and
 * those of type `image` without `push`.
 */
export function checkableOutputs(text: string): string {
  const { lines } = imageLines(text)
  const others = text.split('\n').filter((line) => !line.includes('${{') && !isImageOutput(line))
  const unpushed = lines.map((line) =>
    line.replace(/\btype=registry\b/i, 'type=image').replace(/,\s*push=[^,]*|^push=[^,]*,/i, ''),
  )
  return [...others, ...unpushed].join('\n')
}

function saidBy(build: Step, name: string): string {
  return build.inputs.get(name)?.value?.trim() ?? ''
}
